-- One fault, many tickets: the tickets of a same fault follow their lead, whose visit repairs them all; those of a
-- campaign (a batch defect across customers) are only marked, and each is dispatched by itself.
CREATE TABLE incident (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind VARCHAR(16) NOT NULL,                     -- same_fault, campaign
    lead_ticket_id BIGINT NULL,                    -- of a same fault
    title VARCHAR(200) NOT NULL,
    note VARCHAR(2000) NOT NULL DEFAULT '',
    created_by BIGINT NULL,
    created_at DATETIME(3) NOT NULL,
    KEY incident_lead (lead_ticket_id)
);

ALTER TABLE ticket
    ADD COLUMN incident_id BIGINT NULL,
    ADD COLUMN lead_ticket_id BIGINT NULL,         -- the ticket whose visit repairs this one as well
    ADD KEY ticket_incident (incident_id, id),
    ADD KEY ticket_lead (lead_ticket_id, state);
