#include <fmt/format.h>

#include <cstdio>

#include "server/cli/findings.hpp"
#include "server/storage/health.hpp"
#include "server/storage/migrations.hpp"

namespace callout::cli {
namespace {

using storage::DatabaseFacts;

std::string setting(const DatabaseFacts& facts, const std::string& name) {
    const auto found = facts.settings.find(name);
    return found != facts.settings.end() ? found->second : "";
}

Finding version(const DatabaseFacts& facts) {
    int major = 0;
    int minor = 0;
    std::sscanf(facts.version.c_str(), "%d.%d", &major, &minor);
    const bool new_enough = facts.is_mariadb ? major * 100 + minor >= 1006 : major >= 8;
    if (new_enough) return {Grade::ok, "version", facts.version, ""};
    return {Grade::fail, "version", facts.version, "MariaDB 10.6, MySQL 8.0 or newer is needed"};
}

Finding durability(const DatabaseFacts& facts) {
    const auto flush = setting(facts, "innodb_flush_log_at_trx_commit");
    const bool has_binary_log = setting(facts, "log_bin") == "ON";
    const auto sync = setting(facts, "sync_binlog");
    const auto text = fmt::format("innodb_flush_log_at_trx_commit={}, doublewrite {}, binary log {}", flush,
                                  setting(facts, "innodb_doublewrite"), has_binary_log ? "sync_binlog=" + sync : "off");
    if (flush != "1" || (has_binary_log && sync != "1"))
        return {
            Grade::fail, "durability", text,
            "an acknowledged ticket may be lost with the power: set innodb_flush_log_at_trx_commit=1 and sync_binlog=1 "
            "on the server"};
    if (setting(facts, "innodb_doublewrite") == "OFF")
        return {Grade::warn, "durability", text,
                "turn innodb_doublewrite on, unless the file system never tears a page"};
    return {Grade::ok, "durability", text, ""};
}

Finding session(const DatabaseFacts& facts) {
    const auto isolation = setting(facts, "transaction_isolation");
    const auto zone = setting(facts, "time_zone");
    const auto characters = setting(facts, "character_set_connection");
    const auto mode = setting(facts, "sql_mode");
    const bool strict = mode.find("STRICT_TRANS_TABLES") != std::string::npos ||
                        mode.find("STRICT_ALL_TABLES") != std::string::npos ||
                        mode.find("TRADITIONAL") != std::string::npos;
    const auto text =
        fmt::format("{}, time zone {}, {}, {}", isolation, zone, characters, strict ? "strict" : "not strict");
    const bool good = isolation == "READ-COMMITTED" && zone == "+00:00" && characters == "utf8mb4" && strict;
    return {good ? Grade::ok : Grade::fail, "session", text,
            good ? "" : "something between Callout and the database (a proxy?) does not keep the session's settings"};
}

Finding characters(const DatabaseFacts& facts) {
    if (!facts.other_collations.empty())
        return {Grade::warn, "character set",
                fmt::format("{} tables are not {}, the first is {}", facts.other_collations.size(),
                            storage::schema_collation, facts.other_collations.front()),
                fmt::format("ALTER TABLE {} CONVERT TO CHARACTER SET utf8mb4 COLLATE {}",
                            facts.other_collations.front(), storage::schema_collation)};
    return {Grade::ok, "character set", facts.schema_collation, ""};
}

Finding encryption(const DatabaseFacts& facts, const storage::Endpoint& endpoint) {
    if (!endpoint.unix_socket.empty()) return {Grade::ok, "encryption", "not needed on a Unix socket", ""};
    if (!facts.cipher.empty()) return {Grade::ok, "encryption", facts.cipher, ""};
    const bool local = endpoint.host == "127.0.0.1" || endpoint.host == "localhost" || endpoint.host == "::1";
    return {endpoint.tls ? Grade::fail : (local ? Grade::ok : Grade::warn), "encryption", "none",
            local ? "" : "add tls_ca=… to database.url: names and telephone numbers travel in the clear"};
}

Finding room(const DatabaseFacts& facts, const config::Config& config) {
    const auto most = setting(facts, "max_connections");
    const auto text = fmt::format("{} in use, {} allowed", facts.connections_in_use, most);
    if (most.empty() || std::stoll(most) >= config.database.connections + 10)
        return {Grade::ok, "connections", text, ""};
    return {Grade::fail, "connections", text, "raise max_connections of the server, or lower database.connections"};
}

Finding clock(const DatabaseFacts& facts, Instant asked, Instant answered) {
    // The database read its clock somewhere between our two readings.
    const auto middle = asked + (answered - asked) / 2;
    const auto skew = std::chrono::abs(facts.now - middle);
    const auto text = fmt::format("{} ms from the machine's", skew.count());
    if (skew <= std::chrono::seconds{1}) return {Grade::ok, "database's clock", text, ""};
    return {skew > std::chrono::seconds{30} ? Grade::fail : Grade::warn, "database's clock", text,
            "keep both machines' clocks by a time service (systemd-timesyncd, chrony)"};
}

Finding schema(const storage::Endpoint& endpoint) {
    const auto states = storage::migration_states(endpoint);
    if (!states) return {Grade::fail, "schema", states.error().message, ""};
    std::size_t waiting = 0;
    for (const auto& state : *states) waiting += state.applied ? 0 : 1;
    const auto text = fmt::format("{} of {} migrations applied", states->size() - waiting, states->size());
    if (waiting == 0) return {Grade::ok, "schema", text, ""};
    return {Grade::warn, "schema", text, "callout migrate, or the next start of callout serve, applies the rest"};
}

}  // namespace

void examine_database(const config::Config& config, const storage::Endpoint& endpoint, Findings& findings) {
    try {
        storage::Connection connection{endpoint, std::chrono::seconds{10}};
        const auto asked = now();
        const auto facts = storage::gather_facts(connection);
        const auto answered = now();
        findings.push_back(
            {Grade::ok, "database",
             endpoint.unix_socket.empty() ? fmt::format("{}:{}", endpoint.host, endpoint.port) : endpoint.unix_socket,
             ""});
        findings.push_back(version(facts));
        findings.push_back(durability(facts));
        findings.push_back(session(facts));
        findings.push_back(characters(facts));
        findings.push_back(encryption(facts, endpoint));
        findings.push_back(room(facts, config));
        findings.push_back(clock(facts, asked, answered));
        findings.push_back(schema(endpoint));
    } catch (const storage::ConnectionLost& error) {
        findings.push_back({Grade::fail, "database", error.what(),
                            "is it running, and are host, port, user and password of database.url right?"});
    } catch (const storage::StatementFailed& error) {
        findings.push_back({Grade::fail, "database", error.what(), "the user needs all privileges on its schema"});
    }
}

}  // namespace callout::cli
