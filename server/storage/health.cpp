#include "server/storage/health.hpp"

#include <algorithm>

#include "server/storage/migrations.hpp"

namespace callout::storage {
namespace {

std::map<std::string, std::string> read_settings(Connection& connection) {
    std::map<std::string, std::string> settings;
    for (const auto& row : connection.query(
             "SHOW SESSION VARIABLES WHERE variable_name IN ('innodb_flush_log_at_trx_commit', 'sync_binlog', "
             "'log_bin', "
             "'innodb_doublewrite', 'max_connections', 'sql_mode', 'transaction_isolation', 'tx_isolation', "
             "'time_zone', "
             "'character_set_connection', 'lower_case_table_names', 'innodb_buffer_pool_size', 'read_only')"))
        settings[row.get<std::string>(0)] = row.get<std::string>(1);
    // MariaDB's name for what MySQL 8 calls transaction_isolation.
    if (const auto old = settings.find("tx_isolation"); old != settings.end())
        settings.try_emplace("transaction_isolation", old->second);
    return settings;
}

std::string status(Connection& connection, const std::string& name) {
    const auto rows = connection.query("SHOW SESSION STATUS LIKE '" + name + "'");
    return rows.empty() ? std::string{} : rows.front().get<std::string>(1);
}

}  // namespace

DatabaseFacts gather_facts(Connection& connection) {
    DatabaseFacts facts;
    const auto basics = connection.query("SELECT VERSION(), UTC_TIMESTAMP(3)");
    facts.version = basics.front().get<std::string>(0);
    facts.now = basics.front().get<Instant>(1);
    facts.is_mariadb = facts.version.find("MariaDB") != std::string::npos;
    facts.settings = read_settings(connection);
    facts.cipher = status(connection, "Ssl_cipher");
    const auto used = status(connection, "Threads_connected");
    facts.connections_in_use = used.empty() ? 0 : std::stoll(used);
    for (const auto& row : connection.query("SELECT default_collation_name AS collation_name "
                                            "FROM information_schema.schemata WHERE schema_name = DATABASE()"))
        facts.schema_collation = row.get<std::string>(0);
    for (const auto& row : connection.query("SELECT table_name AS name FROM information_schema.tables WHERE "
                                            "table_schema = DATABASE() AND table_collation <> ? ORDER BY 1",
                                            schema_collation))
        facts.other_collations.push_back(row.get<std::string>(0));
    connection.rollback();
    return facts;
}

}  // namespace callout::storage
