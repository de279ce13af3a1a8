-- The board's index in the order of its columns, urgent ones first ('urgent' stands after 'normal' in the alphabet): a column
-- takes the first of each of its states instead of sorting all. It still counts, and says who may see a ticket.
ALTER TABLE ticket
    DROP KEY ticket_board,
    ADD KEY ticket_board (state, urgency DESC, id, office_path, dealer_path, technician_id);
