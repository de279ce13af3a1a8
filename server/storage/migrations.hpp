// The schema, as numbered steps that are applied once each, in order, by one node at a time, and that go on where a
// crash interrupted them.
//
// A migration is server/storage/migrations/NNNN_name.sql, carried inside the program. Its statements end with ';' at
// the end of a line (so no line of a comment ends with one); lines that begin with "--" are comments. Schema
// statements commit by themselves, so each is recorded when done; one that was interrupted between the two is run
// again, and "it is there already" then counts as done. Statements that change rows (INSERT, UPDATE, DELETE, REPLACE)
// commit together with their record.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "server/storage/endpoint.hpp"

namespace callout::storage {

// Known to MariaDB, MySQL 8 and TiDB alike, and right for Chinese, emoji and rare Han characters.
inline constexpr std::string_view schema_collation = "utf8mb4_unicode_520_ci";

struct Migration {
    int number = 0;
    std::string_view name;  // "0001_foundation"
    std::string_view sql;
};

// Those this program carries, by rising number.
std::span<const Migration> embedded_migrations();

// The number of the newest of them.
int newest_migration();

// SHA-256 of the text, in hex.
std::string checksum(std::string_view sql);

// The statements of a migration, without their ';' and without comment lines.
std::vector<std::string> split_statements(std::string_view sql);

struct MigrationError {
    // newer_schema, checksum_mismatch, statement_failed, lease_taken (another node did not finish in time),
    // lease_lost, database_unavailable
    std::string code;
    std::string message;
};

struct MigrationOptions {
    // How long another node may take with its migrations before this one gives up waiting.
    std::chrono::seconds patience{600};
    // A node that vanished in the middle is given up after this.
    std::chrono::seconds lease{15};
    // Told before each statement: the migration and the index of the statement from 0.
    std::function<void(const Migration&, std::size_t)> before_statement;
};

struct MigrationResult {
    int applied = 0;
    int schema = 0;  // the number of the newest migration that is applied
};

// Brings the database up to date. Never throws for what the database does.
tl::expected<MigrationResult, MigrationError> migrate(const Endpoint& endpoint,
                                                      std::span<const Migration> migrations = embedded_migrations(),
                                                      const MigrationOptions& options = {});

struct MigrationState {
    int number = 0;
    std::string name;
    bool applied = false;
};

// What is applied and what waits; refuses as migrate() does, changes nothing but the bookkeeping tables.
tl::expected<std::vector<MigrationState>, MigrationError> migration_states(
    const Endpoint& endpoint, std::span<const Migration> migrations = embedded_migrations());

}  // namespace callout::storage
