-- People, things and what every write needs: organisation, users, customers, assets, catalogues, calls, events, deadlines.
-- Every instant is UTC with milliseconds; every text is utf8mb4. Paths of units look like /1/4/23/ (own id last).

CREATE TABLE organisation_unit (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 1,
    parent_id BIGINT NULL,
    kind VARCHAR(16) NOT NULL,                     -- headquarters, office, dealer, substation
    code VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    path VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    phone VARCHAR(32) NOT NULL DEFAULT '',         -- E.164
    address VARCHAR(500) NOT NULL DEFAULT '',
    region_code VARCHAR(16) NOT NULL DEFAULT '',
    longitude DOUBLE NULL,                         -- WGS-84
    latitude DOUBLE NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY organisation_unit_code (code),
    KEY organisation_unit_path (path),
    KEY organisation_unit_parent (parent_id),
    CONSTRAINT organisation_unit_parent FOREIGN KEY (parent_id) REFERENCES organisation_unit (id)
);

CREATE TABLE user_account (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 1,
    login VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    unit_id BIGINT NOT NULL,
    password_hash VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    must_change_password BOOLEAN NOT NULL DEFAULT TRUE,
    phone VARCHAR(32) NOT NULL DEFAULT '',         -- E.164
    extension VARCHAR(32) NOT NULL DEFAULT '',     -- of the telephone system; '' when none
    language VARCHAR(8) NOT NULL DEFAULT 'zh',
    disabled_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY user_account_login (login),
    KEY user_account_unit (unit_id),
    KEY user_account_extension (extension),
    CONSTRAINT user_account_unit FOREIGN KEY (unit_id) REFERENCES organisation_unit (id)
);

CREATE TABLE user_role (
    user_id BIGINT NOT NULL,
    role VARCHAR(16) NOT NULL,
    PRIMARY KEY (user_id, role),
    CONSTRAINT user_role_user FOREIGN KEY (user_id) REFERENCES user_account (id)
);

CREATE TABLE session (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    token_hash BINARY(32) NOT NULL,                -- BLAKE2b of the cookie's value; the value itself is stored nowhere
    user_id BIGINT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    last_seen_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    address VARCHAR(64) NOT NULL,
    user_agent VARCHAR(300) NOT NULL,
    UNIQUE KEY session_token (token_hash),
    KEY session_user (user_id),
    KEY session_expiry (expires_at),
    CONSTRAINT session_user FOREIGN KEY (user_id) REFERENCES user_account (id)
);

CREATE TABLE api_token (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    token_hash BINARY(32) NOT NULL,
    user_id BIGINT NOT NULL,
    name VARCHAR(100) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NULL,
    revoked_at DATETIME(3) NULL,
    UNIQUE KEY api_token_hash (token_hash),
    KEY api_token_user (user_id),
    CONSTRAINT api_token_user FOREIGN KEY (user_id) REFERENCES user_account (id)
);

CREATE TABLE sign_in_throttle (
    subject VARCHAR(190) NOT NULL PRIMARY KEY,     -- account:<login> or address:<peer address>
    failures INT NOT NULL,
    first_failure_at DATETIME(3) NOT NULL,
    blocked_until DATETIME(3) NULL
);

CREATE TABLE audit_entry (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    recorded_at DATETIME(3) NOT NULL,
    user_id BIGINT NULL,
    login VARCHAR(64) NOT NULL DEFAULT '',
    action VARCHAR(48) NOT NULL,                   -- session.signed_in, session.refused, access.denied, user.created ...
    subject_kind VARCHAR(32) NOT NULL DEFAULT '',
    subject_id BIGINT NULL,
    details TEXT NOT NULL,                         -- JSON object; never a secret, never a phone number
    address VARCHAR(64) NOT NULL DEFAULT '',
    request_id VARCHAR(64) NOT NULL DEFAULT '',
    KEY audit_entry_user (user_id, id),
    KEY audit_entry_action (action, id)
);

-- The first answer to a write, kept so that a repeat does nothing again.
CREATE TABLE idempotency_record (
    user_id BIGINT NOT NULL,                       -- 0 for a caller without an account
    idempotency_key VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_hash BINARY(32) NOT NULL,              -- of method, path and body
    status SMALLINT NOT NULL,
    etag VARCHAR(32) NOT NULL DEFAULT '',
    location VARCHAR(200) NOT NULL DEFAULT '',
    body MEDIUMTEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (user_id, idempotency_key),
    KEY idempotency_record_age (created_at)
);

-- Append-only. seq is NULL until the sequencer numbers the committed row; readers see a growing gap-free prefix.
CREATE TABLE event (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    seq BIGINT NULL,
    kind VARCHAR(48) NOT NULL,                     -- ticket.opened, offer.expired, call.ringing ...
    ticket_id BIGINT NULL,
    ticket_version BIGINT NULL,
    from_state VARCHAR(16) NOT NULL DEFAULT '',
    to_state VARCHAR(16) NOT NULL DEFAULT '',
    happened_at DATETIME(3) NOT NULL,
    recorded_at DATETIME(3) NOT NULL,
    source VARCHAR(16) NOT NULL,                   -- console, phone_app, office_on_behalf, api, system, import
    actor_id BIGINT NULL,                          -- NULL: the system
    attributes TEXT NOT NULL,                      -- JSON object
    office_path VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    dealer_path VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    former_dealer_path VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    technician_id BIGINT NULL,
    internal BOOLEAN NOT NULL DEFAULT FALSE,       -- only for those who may read internal notes
    audience_users VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',  -- ',7,12,' or '' (by scope)
    UNIQUE KEY event_seq (seq),
    KEY event_ticket (ticket_id, id)
);

-- What must happen by itself, and when. A row is claimed and deleted in the transaction that does it.
CREATE TABLE deadline (
    ticket_id BIGINT NOT NULL,
    kind VARCHAR(24) NOT NULL,                     -- offer_reminder, offer_expiry, name_technician, callback_due ...
    due_at DATETIME(3) NOT NULL,
    PRIMARY KEY (ticket_id, kind),
    KEY deadline_due (due_at)
);

CREATE TABLE customer (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 1,
    kind VARCHAR(16) NOT NULL DEFAULT 'person',    -- person, company
    name VARCHAR(200) NOT NULL,
    address VARCHAR(500) NOT NULL DEFAULT '',
    region_code VARCHAR(16) NOT NULL DEFAULT '',
    longitude DOUBLE NULL,
    latitude DOUBLE NULL,
    tier VARCHAR(16) NOT NULL DEFAULT 'standard',  -- standard, silver, gold
    note VARCHAR(2000) NOT NULL DEFAULT '',
    external_key VARCHAR(100) NULL,                -- the row's key in the file it was imported from
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    UNIQUE KEY customer_external (external_key),
    KEY customer_name (name)
);

CREATE TABLE customer_contact (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id BIGINT NOT NULL,
    name VARCHAR(200) NOT NULL,
    job VARCHAR(100) NOT NULL DEFAULT '',
    email VARCHAR(200) NOT NULL DEFAULT '',
    birthday DATE NULL,
    KEY customer_contact_customer (customer_id),
    CONSTRAINT customer_contact_customer FOREIGN KEY (customer_id) REFERENCES customer (id)
);

CREATE TABLE customer_phone (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id BIGINT NOT NULL,
    contact_id BIGINT NULL,                        -- whose it is; NULL: the customer's own
    number VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,           -- E.164: +8613912345678
    number_reversed VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- so that a tail is a prefix
    extension VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    label VARCHAR(40) NOT NULL DEFAULT '',
    UNIQUE KEY customer_phone_number (customer_id, number, extension),
    KEY customer_phone_tail (number_reversed),
    CONSTRAINT customer_phone_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT customer_phone_contact FOREIGN KEY (contact_id) REFERENCES customer_contact (id)
);

CREATE TABLE customer_tag (
    customer_id BIGINT NOT NULL,
    tag VARCHAR(50) NOT NULL,
    PRIMARY KEY (customer_id, tag),
    CONSTRAINT customer_tag_customer FOREIGN KEY (customer_id) REFERENCES customer (id)
);

CREATE TABLE product (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 1,
    code VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    warranty_months INT NOT NULL DEFAULT 12,       -- from commissioning, else from sale
    warranty_hours INT NULL,                       -- of the running meter; NULL: no limit by meter
    active BOOLEAN NOT NULL DEFAULT TRUE,
    UNIQUE KEY product_code (code)
);

-- Which dealers may repair which products.
CREATE TABLE dealer_product (
    dealer_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    PRIMARY KEY (dealer_id, product_id),
    CONSTRAINT dealer_product_dealer FOREIGN KEY (dealer_id) REFERENCES organisation_unit (id),
    CONSTRAINT dealer_product_product FOREIGN KEY (product_id) REFERENCES product (id)
);

CREATE TABLE asset (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 1,
    serial_number VARCHAR(100) NOT NULL,
    product_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    sold_on DATE NULL,
    commissioned_on DATE NULL,
    warranty_until DATE NULL,                      -- an extension agreed for this one; NULL: the product's months
    upstream_asset_id BIGINT NULL,
    address VARCHAR(500) NOT NULL DEFAULT '',
    region_code VARCHAR(16) NOT NULL DEFAULT '',
    longitude DOUBLE NULL,
    latitude DOUBLE NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    UNIQUE KEY asset_serial_number (serial_number),
    KEY asset_customer (customer_id),
    CONSTRAINT asset_product FOREIGN KEY (product_id) REFERENCES product (id),
    CONSTRAINT asset_customer FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT asset_upstream FOREIGN KEY (upstream_asset_id) REFERENCES asset (id)
);

CREATE TABLE asset_owner (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    asset_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    owned_from DATETIME(3) NOT NULL,
    owned_until DATETIME(3) NULL,
    KEY asset_owner_asset (asset_id),
    CONSTRAINT asset_owner_asset FOREIGN KEY (asset_id) REFERENCES asset (id),
    CONSTRAINT asset_owner_customer FOREIGN KEY (customer_id) REFERENCES customer (id)
);

CREATE TABLE meter_reading (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    asset_id BIGINT NOT NULL,
    hours INT NOT NULL,
    read_at DATETIME(3) NOT NULL,
    meter_replaced BOOLEAN NOT NULL DEFAULT FALSE, -- the first reading of a new meter
    recorded_by BIGINT NULL,
    KEY meter_reading_asset (asset_id, read_at),
    CONSTRAINT meter_reading_asset FOREIGN KEY (asset_id) REFERENCES asset (id)
);

CREATE TABLE fault (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 1,
    parent_id BIGINT NULL,
    code VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    UNIQUE KEY fault_code (code),
    CONSTRAINT fault_parent FOREIGN KEY (parent_id) REFERENCES fault (id)
);

CREATE TABLE telephone_call (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    call_id VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- the telephone system's own
    direction VARCHAR(8) NOT NULL,                 -- in, out
    state VARCHAR(12) NOT NULL,                    -- ringing, answered, ended, missed
    from_number VARCHAR(32) NOT NULL,              -- E.164 where it could be read, else as reported
    from_number_reversed VARCHAR(32) NOT NULL,
    to_number VARCHAR(32) NOT NULL,
    queue VARCHAR(100) NOT NULL DEFAULT '',
    cause VARCHAR(64) NOT NULL DEFAULT '',
    ringing_at DATETIME(3) NULL,
    answered_at DATETIME(3) NULL,
    ended_at DATETIME(3) NULL,
    ringing_users VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',  -- ',7,12,'
    answered_by BIGINT NULL,
    customer_id BIGINT NULL,
    ticket_id BIGINT NULL,
    recording_url VARCHAR(500) NOT NULL DEFAULT '',
    UNIQUE KEY telephone_call_call (call_id),
    KEY telephone_call_ticket (ticket_id),
    KEY telephone_call_from (from_number_reversed),
    CONSTRAINT telephone_call_customer FOREIGN KEY (customer_id) REFERENCES customer (id)
);
