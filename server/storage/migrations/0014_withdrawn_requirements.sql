-- A requirement that was withdrawn keeps its row and its version: written again it counts on, so that an editor who still
-- has the last version of before is told that it was overtaken.
ALTER TABLE fault_requirement MODIFY duration_minutes INT;  -- typical, at the machine; nothing when it was withdrawn
