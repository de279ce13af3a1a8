-- The customer's signature under a repair, drawn on the technician's phone: a path in a box of 1000 by 400, made of
-- absolute moves and lines only (M12 30L14 31 …). Empty: signed by name alone.

ALTER TABLE visit ADD COLUMN signature VARCHAR(16000) CHARACTER SET ascii NOT NULL DEFAULT '';
