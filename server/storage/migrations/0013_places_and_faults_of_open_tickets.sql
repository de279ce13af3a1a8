-- What may be the same call or the same fault is looked for among what is open: at a place, and of a fault. By place alone
-- a city's history was read; by state alone, all that is open.
ALTER TABLE ticket
    DROP KEY ticket_site,
    DROP KEY ticket_state,
    ADD KEY ticket_open_site (state, latitude, longitude),
    ADD KEY ticket_open_fault (fault_id, state, kind, fault_reported_at, asset_id);
