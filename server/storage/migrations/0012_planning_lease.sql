-- Which node plans an office's day in the background, and up to which event somebody has: with several nodes each office
-- is planned once.
CREATE TABLE planning_lease (
    office_unit_id BIGINT NOT NULL PRIMARY KEY,
    holder VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    expires_at DATETIME(3) NOT NULL,               -- unless the holder takes it again
    planned_seq BIGINT NOT NULL DEFAULT 0,         -- the last event that a plan has looked at
    CONSTRAINT planning_lease_office FOREIGN KEY (office_unit_id) REFERENCES organisation_unit (id)
);
