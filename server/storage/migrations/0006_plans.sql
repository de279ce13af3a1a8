-- What the planner proposes for an office's day, change by change, and what was accepted of it.

CREATE TABLE plan_proposal (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 1,
    office_unit_id BIGINT NOT NULL,
    office_path VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    day DATE NOT NULL,                             -- the office's calendar day
    state VARCHAR(16) NOT NULL,                    -- open, accepted, partly_accepted, superseded
    created_at DATETIME(3) NOT NULL,
    created_by BIGINT NULL,                        -- NULL: the planner in the background
    decided_at DATETIME(3) NULL,
    decided_by BIGINT NULL,
    now_value TEXT NOT NULL,                       -- JSON: what the day as it stands costs, by kind
    proposed_value TEXT NOT NULL,                  -- JSON: what the proposed one would
    tours MEDIUMTEXT NOT NULL,                     -- JSON: who is where and when
    unserved MEDIUMTEXT NOT NULL,                  -- JSON: whom nobody can serve, and why
    KEY plan_proposal_office (office_unit_id, state, id),
    CONSTRAINT plan_proposal_office FOREIGN KEY (office_unit_id) REFERENCES organisation_unit (id)
);

CREATE TABLE plan_proposal_change (
    proposal_id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    position INT NOT NULL,                         -- within the proposal
    ticket_version BIGINT NOT NULL,                -- that the proposal saw
    action VARCHAR(16) NOT NULL,                   -- offer, name_technician, reschedule, leave_out
    state VARCHAR(16) NOT NULL,                    -- open, accepted, conflict, refused
    from_technician_id BIGINT NULL,
    from_arrives_at DATETIME(3) NULL,
    from_detour_m DOUBLE NULL,
    to_technician_id BIGINT NULL,
    to_leaves_at DATETIME(3) NULL,
    to_arrives_at DATETIME(3) NULL,
    to_ends_at DATETIME(3) NULL,
    to_detour_m DOUBLE NULL,
    reasons TEXT NOT NULL,                         -- JSON
    PRIMARY KEY (proposal_id, ticket_id),
    CONSTRAINT plan_proposal_change_proposal FOREIGN KEY (proposal_id) REFERENCES plan_proposal (id) ON DELETE CASCADE
);

-- What stands: who is to come to a ticket's machine and when, as last accepted.
CREATE TABLE planned_visit (
    ticket_id BIGINT NOT NULL PRIMARY KEY,
    technician_id BIGINT NOT NULL,
    day DATE NOT NULL,
    leaves_at DATETIME(3) NOT NULL,
    arrives_at DATETIME(3) NOT NULL,
    ends_at DATETIME(3) NOT NULL,
    accepted_at DATETIME(3) NOT NULL,
    accepted_by BIGINT NULL,
    proposal_id BIGINT NOT NULL,
    KEY planned_visit_technician (technician_id, day)
);
