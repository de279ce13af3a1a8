-- Keys that other systems gave are compared byte for byte: K1 is not k1, café not cafe. Until now the second of two that
-- differ in case or accent alone was refused as the first. (Logins are lower case by their own rule.)
ALTER TABLE customer MODIFY external_key VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
ALTER TABLE ticket MODIFY external_key VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
ALTER TABLE organisation_unit MODIFY code VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;
ALTER TABLE product MODIFY code VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;
ALTER TABLE fault MODIFY code VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;

-- Whoever reads a serial number out on the telephone is found by it as before, whatever its case.
ALTER TABLE asset
    MODIFY serial_number VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    ADD COLUMN serial_number_searched VARCHAR(100) AS (serial_number) VIRTUAL,
    ADD KEY asset_serial_number_searched (serial_number_searched);
