// What a database says of itself that matters to Callout; judging it is for whoever asks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/clock.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

struct DatabaseFacts {
    std::string version;  // "10.11.6-MariaDB"
    bool is_mariadb = false;
    // Server settings by name, those that this server has: innodb_flush_log_at_trx_commit, sync_binlog, log_bin,
    // innodb_doublewrite, max_connections, sql_mode, transaction isolation and time zone of our own session …
    std::map<std::string, std::string> settings;
    std::string cipher;  // of this connection; empty when it is not encrypted
    std::string schema_collation;
    // Tables whose collation is another than Callout's.
    std::vector<std::string> other_collations;
    Instant now;  // the database's clock
    std::int64_t connections_in_use = 0;
};

// Throws StatementFailed, ConnectionLost.
DatabaseFacts gather_facts(Connection& connection);

}  // namespace callout::storage
