-- Reading that costs the same however long the history is. The board counts and sorts what is open by one index that also
-- says who may see it; what may be the same fault is found among the open ones by an index that has all it is found by; the
-- newest tickets of a unit or a technician stand together.
ALTER TABLE ticket
    DROP KEY ticket_board,
    ADD KEY ticket_board (state, urgency, office_path, dealer_path, technician_id),
    DROP KEY ticket_state,
    ADD KEY ticket_state (state, id, kind, fault_reported_at, asset_id, fault_id, latitude, longitude),
    ADD KEY ticket_office_newest (office_path, id),
    ADD KEY ticket_dealer_newest (dealer_path, id),
    ADD KEY ticket_technician_newest (technician_id, id);
