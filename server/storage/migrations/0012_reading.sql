-- Reading that costs the same however long the history is. The board counts and sorts what is open by one index that also
-- says who may see it; the newest tickets of a unit or a technician stand together.
ALTER TABLE ticket
    DROP KEY ticket_board,
    ADD KEY ticket_board (state, urgency, office_path, dealer_path, technician_id),
    ADD KEY ticket_office_newest (office_path, id),
    ADD KEY ticket_dealer_newest (dealer_path, id),
    ADD KEY ticket_technician_newest (technician_id, id);
