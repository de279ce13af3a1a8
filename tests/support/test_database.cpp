#include "tests/support/test_database.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <stdexcept>

#include "server/config/database_url.hpp"
#include "server/storage/migrations.hpp"
#include "server/storage/private_mariadb.hpp"
#include "tests/support/temporary_directory.hpp"

namespace callout::test {
namespace {

constexpr std::string_view bookkeeping = "'schema_migration', 'migration_lease'";

// Destroyed at exit, in the reverse of the order of the members: first the database, then its directory.
struct PrivateServer {
    PrivateServer()
        : database{{.data_directory = directory.path(), .buffer_pool_mib = 64, .redo_log_mib = 32, .on_death = {}}} {
        auto started = database.start();
        if (!started) throw std::runtime_error{started.error().message};
        endpoint = *started;
        // Tests of durability start their own; the others need not wait for the disk.
        storage::Connection{endpoint}.execute_text("SET GLOBAL innodb_flush_log_at_trx_commit = 0");
    }

    TemporaryDirectory directory;
    storage::PrivateMariadb database;
    storage::Endpoint endpoint;
};

storage::Endpoint server_at(const char* url) {
    auto endpoint = config::parse_database_url(url);
    if (!endpoint) throw std::runtime_error{"CALLOUT_TEST_DATABASE_URL " + endpoint.error()};
    return *std::move(endpoint);
}

std::vector<std::string> names(storage::Connection& connection, const std::string& sql) {
    std::vector<std::string> result;
    for (const auto& row : connection.query(sql)) result.push_back(row.get<std::string>(0));
    connection.commit();
    return result;
}

std::vector<std::string> tables(storage::Connection& connection) {
    return names(connection,
                 fmt::format("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = "
                             "DATABASE() AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'seed\\_of\\_%' "
                             "AND table_name NOT IN ({})",
                             bookkeeping));
}

// Those of the tables that have rows, in one question.
std::vector<std::string> filled(storage::Connection& connection) {
    std::string sql;
    for (const auto& table : tables(connection))
        sql += fmt::format("{0}SELECT '{1}' AS name FROM DUAL WHERE EXISTS (SELECT 1 FROM `{1}`)",
                           sql.empty() ? "" : " UNION ALL ", table);
    return sql.empty() ? std::vector<std::string>{} : names(connection, sql);
}

}  // namespace

const storage::Endpoint& test_server() {
    if (const char* url = std::getenv("CALLOUT_TEST_DATABASE_URL")) {
        static const storage::Endpoint elsewhere = server_at(url);
        return elsewhere;
    }
    static const PrivateServer server;
    return server.endpoint;
}

TestDatabase::TestDatabase(Schema schema) : endpoint_{test_server()} {
    static std::atomic<int> made = 0;
    const auto name = fmt::format("callout_test_{}_{}", ::getpid(), ++made);
    storage::Connection{test_server()}.execute_text(
        fmt::format("CREATE DATABASE {} CHARACTER SET utf8mb4 COLLATE {}", name, storage::schema_collation));
    endpoint_.schema = name;
    if (schema == Schema::empty) return;
    if (const auto result = storage::migrate(endpoint_); !result) throw std::runtime_error{result.error().message};
    auto connection = connect();
    seeded_ = filled(connection);
    for (const auto& table : seeded_)
        connection.execute_text(fmt::format("CREATE TABLE seed_of_{0} AS SELECT * FROM `{0}`", table));
}

TestDatabase::~TestDatabase() {
    storage::Connection{test_server()}.execute_text(fmt::format("DROP DATABASE {}", endpoint_.schema));
}

void TestDatabase::empty() {
    auto connection = connect();
    connection.execute_text("SET foreign_key_checks = 0");
    for (const auto& table : filled(connection)) connection.execute_text(fmt::format("TRUNCATE TABLE `{}`", table));
    for (const auto& table : seeded_)
        connection.execute_text(fmt::format("INSERT INTO `{0}` SELECT * FROM seed_of_{0}", table));
    connection.commit();
}

}  // namespace callout::test
