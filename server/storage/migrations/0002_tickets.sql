-- Tickets with their offers, visits, pauses and callbacks. The columns of ticket are the members of dispatch::Ticket, and
-- below them what only people read. Offers, visits and callbacks are numbered 1, 2, 3 within their ticket.

-- Ids handed out in blocks: a node takes a block and needs no round trip for each ticket.
CREATE TABLE id_block (
    name VARCHAR(32) NOT NULL PRIMARY KEY,
    next_id BIGINT NOT NULL
);
INSERT INTO id_block (name, next_id) VALUES ('ticket', 1);

CREATE TABLE ticket (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    kind VARCHAR(16) NOT NULL,
    urgency VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    state_since DATETIME(3) NOT NULL,
    customer_id BIGINT NOT NULL,
    asset_id BIGINT NULL,
    complained_ticket_id BIGINT NULL,
    longitude DOUBLE NULL,                         -- where the machine stands, WGS-84
    latitude DOUBLE NULL,
    office_unit_id BIGINT NULL,
    office_path VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    dealer_unit_id BIGINT NULL,
    dealer_path VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    technician_id BIGINT NULL,
    offers_count INT NOT NULL DEFAULT 0,
    failed_offers_count INT NOT NULL DEFAULT 0,
    visits_count INT NOT NULL DEFAULT 0,
    callbacks_count INT NOT NULL DEFAULT 0,
    callback_attempts_count INT NOT NULL DEFAULT 0,
    callback_outcome VARCHAR(16) NULL,
    score INT NULL,
    chases_count INT NOT NULL DEFAULT 0,
    reopened_count INT NOT NULL DEFAULT 0,
    fault_reported_at DATETIME(3) NOT NULL,
    opened_at DATETIME(3) NOT NULL,
    first_offered_at DATETIME(3) NULL,
    confirmed_at DATETIME(3) NULL,
    promised_arrival_at DATETIME(3) NULL,
    departed_at DATETIME(3) NULL,
    arrived_at DATETIME(3) NULL,
    first_arrived_at DATETIME(3) NULL,
    repaired_at DATETIME(3) NULL,
    callback_due_at DATETIME(3) NULL,
    followed_up_at DATETIME(3) NULL,
    answered_at DATETIME(3) NULL,
    resolved_at DATETIME(3) NULL,
    ended_at DATETIME(3) NULL,
    merged_into_id BIGINT NULL,
    cancel_reason VARCHAR(32) NULL,

    channel VARCHAR(16) NOT NULL DEFAULT 'phone',  -- phone, web, app, email, other
    fault_id BIGINT NULL,
    description VARCHAR(4000) NOT NULL,
    contact_name VARCHAR(200) NOT NULL DEFAULT '',
    contact_phone VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',  -- E.164
    address VARCHAR(500) NOT NULL DEFAULT '',
    opened_by BIGINT NULL,
    external_key VARCHAR(100) NULL,                -- of the row it was imported from
    UNIQUE KEY ticket_external (external_key),
    KEY ticket_state (state, id),
    KEY ticket_board (state, urgency),             -- covers the counts of the board
    KEY ticket_customer (customer_id, id),
    KEY ticket_asset (asset_id, id),
    KEY ticket_office (office_path, state, id),
    KEY ticket_dealer (dealer_path, state, id),
    KEY ticket_technician (technician_id, state, id),
    KEY ticket_contact_phone (contact_phone, id),
    KEY ticket_site (latitude, longitude),
    KEY ticket_merged_into (merged_into_id)
);

CREATE TABLE offer (
    ticket_id BIGINT NOT NULL,
    number INT NOT NULL,
    dealer_unit_id BIGINT NOT NULL,
    dealer_path VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    offered_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    offered_by BIGINT NULL,                        -- NULL: the offering policy
    why VARCHAR(2000) NOT NULL DEFAULT '',
    outcome VARCHAR(16) NOT NULL,
    answered_at DATETIME(3) NULL,
    promised_arrival_at DATETIME(3) NULL,
    ended_at DATETIME(3) NULL,
    reject_reason VARCHAR(32) NULL,
    recall_reason VARCHAR(32) NULL,
    note VARCHAR(2000) NOT NULL DEFAULT '',
    PRIMARY KEY (ticket_id, number),
    KEY offer_dealer (dealer_unit_id, offered_at)
);

CREATE TABLE visit (
    ticket_id BIGINT NOT NULL,
    number INT NOT NULL,
    offer_number INT NOT NULL,
    technician_id BIGINT NOT NULL,
    dealer_unit_id BIGINT NOT NULL,
    departed_at DATETIME(3) NOT NULL,
    arrived_at DATETIME(3) NULL,
    arrival_longitude DOUBLE NULL,
    arrival_latitude DOUBLE NULL,
    arrival_accuracy_m DOUBLE NULL,
    distance_to_site_m DOUBLE NULL,
    outcome VARCHAR(16) NOT NULL,
    ended_at DATETIME(3) NULL,
    unrepaired_reason VARCHAR(32) NULL,
    description VARCHAR(4000) NOT NULL DEFAULT '',
    signed_by VARCHAR(200) NOT NULL DEFAULT '',
    pauses_count INT NOT NULL DEFAULT 0,
    PRIMARY KEY (ticket_id, number),
    KEY visit_technician (technician_id, departed_at)
);

CREATE TABLE pause (
    ticket_id BIGINT NOT NULL,
    visit_number INT NOT NULL,
    number INT NOT NULL,                           -- within the visit
    reason VARCHAR(32) NOT NULL,
    stops_clock BOOLEAN NOT NULL,
    note VARCHAR(2000) NOT NULL DEFAULT '',
    paused_at DATETIME(3) NOT NULL,
    resumed_at DATETIME(3) NULL,
    PRIMARY KEY (ticket_id, visit_number, number)
);

CREATE TABLE callback (
    ticket_id BIGINT NOT NULL,
    number INT NOT NULL,
    attempt INT NOT NULL,
    outcome VARCHAR(16) NOT NULL,
    fixed BOOLEAN NULL,
    score INT NULL,
    answers TEXT NOT NULL,                         -- JSON object, question to answer
    note VARCHAR(2000) NOT NULL DEFAULT '',
    called_by BIGINT NULL,
    called_at DATETIME(3) NOT NULL,
    PRIMARY KEY (ticket_id, number)
);
