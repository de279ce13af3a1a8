-- Who can do what, where and when: technicians' profiles, calendars, dealers' territories, what a fault asks for, and
-- whether an office lets Callout offer by itself.

CREATE TABLE technician_profile (
    user_id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 1,
    home_longitude DOUBLE NULL,                    -- WGS-84; where the day begins and ends. NULL: the dealer's place
    home_latitude DOUBLE NULL,
    visits_a_day INT NOT NULL DEFAULT 8,           -- as many as he may have on one day
    CONSTRAINT technician_profile_user FOREIGN KEY (user_id) REFERENCES user_account (id)
);

CREATE TABLE technician_ability (
    user_id BIGINT NOT NULL,
    kind VARCHAR(8) NOT NULL,                      -- skill, tool, licence
    code VARCHAR(64) NOT NULL,
    PRIMARY KEY (user_id, kind, code),
    CONSTRAINT technician_ability_user FOREIGN KEY (user_id) REFERENCES user_account (id)
);

-- What lies in his van.
CREATE TABLE technician_part (
    user_id BIGINT NOT NULL,
    part_number VARCHAR(64) NOT NULL,
    quantity INT NOT NULL,
    PRIMARY KEY (user_id, part_number),
    CONSTRAINT technician_part_user FOREIGN KEY (user_id) REFERENCES user_account (id)
);

-- Region codes (GB/T 2260: 510000 is a province, 510100 a city) a dealer serves. A dealer without any serves all.
CREATE TABLE dealer_territory (
    dealer_id BIGINT NOT NULL,
    region_code VARCHAR(16) NOT NULL,
    PRIMARY KEY (dealer_id, region_code),
    CONSTRAINT dealer_territory_dealer FOREIGN KEY (dealer_id) REFERENCES organisation_unit (id)
);

-- Hours of the week, local time, of a technician or of a dealer for all his technicians; gaps within a day are breaks.
CREATE TABLE working_hours (
    owner_kind VARCHAR(12) NOT NULL,               -- technician, dealer
    owner_id BIGINT NOT NULL,
    weekday TINYINT NOT NULL,                      -- 1 Monday … 7 Sunday
    from_minute SMALLINT NOT NULL,                 -- of the day
    until_minute SMALLINT NOT NULL,
    PRIMARY KEY (owner_kind, owner_id, weekday, from_minute)
);

-- A day that is not like its weekday: its rows replace the week's. From 0 until 0: a day off.
CREATE TABLE working_exception (
    owner_kind VARCHAR(12) NOT NULL,
    owner_id BIGINT NOT NULL,
    day DATE NOT NULL,
    from_minute SMALLINT NOT NULL,
    until_minute SMALLINT NOT NULL,
    PRIMARY KEY (owner_kind, owner_id, day, from_minute)
);

-- What a fault asks for; a fault without a row asks for what the one above it does.
CREATE TABLE fault_requirement (
    fault_id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 1,
    duration_minutes INT NOT NULL,                 -- typical, at the machine
    CONSTRAINT fault_requirement_fault FOREIGN KEY (fault_id) REFERENCES fault (id)
);

CREATE TABLE fault_need (
    fault_id BIGINT NOT NULL,
    kind VARCHAR(8) NOT NULL,                      -- skill, tool, licence, part
    code VARCHAR(64) NOT NULL,
    quantity INT NOT NULL DEFAULT 1,               -- of a part
    PRIMARY KEY (fault_id, kind, code),
    CONSTRAINT fault_need_fault FOREIGN KEY (fault_id) REFERENCES fault (id)
);

-- Of an office; none is as good as off.
CREATE TABLE offering_policy (
    office_id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 1,
    automatic BOOLEAN NOT NULL DEFAULT FALSE,
    CONSTRAINT offering_policy_office FOREIGN KEY (office_id) REFERENCES organisation_unit (id)
);

-- Where the dealer stood among the suggestions when he was asked, and why somebody else than the first.
ALTER TABLE offer
    ADD COLUMN suggested_rank INT NULL,            -- 1: the first; NULL: he was not among them, or nobody looked
    ADD COLUMN override_reason VARCHAR(32) NULL;
