#include "server/storage/migrations.hpp"

#include <fmt/format.h>
#include <sodium.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "dispatch/text.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Indexes on a table of millions of rows take their time.
constexpr auto longest_statement = std::chrono::seconds{6 * 3600};

// Internal: how anything below gives up; migrate() turns it into its result.
struct Refused {
    MigrationError error;
};

[[noreturn]] void refuse(std::string code, std::string message) {
    throw Refused{{std::move(code), std::move(message)}};
}

// ---- bookkeeping

struct Record {
    std::string checksum;
    int statements_done = 0;
    bool complete = false;
};

using Records = std::map<int, Record>;

void create_bookkeeping(Connection& connection) {
    // Before anything else is known of the schema: they name their collation themselves.
    const auto collation = fmt::format("CHARACTER SET utf8mb4 COLLATE {}", schema_collation);
    connection.execute_text(
        "CREATE TABLE IF NOT EXISTS schema_migration ("
        "number INT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, checksum CHAR(64) NOT NULL, "
        "statements_done INT NOT NULL, applied_at DATETIME(3) NULL) " +
        collation);
    connection.execute_text(
        "CREATE TABLE IF NOT EXISTS migration_lease ("
        "id TINYINT NOT NULL PRIMARY KEY, holder VARCHAR(100) NOT NULL, expires_at DATETIME(3) NOT NULL) " +
        collation);
    connection.execute("INSERT IGNORE INTO migration_lease (id, holder, expires_at) VALUES (1, '', '2000-01-01')");
    connection.commit();
}

Records read_records(Connection& connection) {
    Records records;
    for (const auto& row : connection.query(
             "SELECT number, checksum, statements_done, applied_at IS NOT NULL FROM schema_migration ORDER BY number"))
        records[row.get<int>(0)] = {row.get<std::string>(1), row.get<int>(2), row.get<std::int64_t>(3) != 0};
    connection.rollback();
    return records;
}

void check(const Records& records, std::span<const Migration> migrations) {
    const int newest = migrations.empty() ? 0 : migrations.back().number;
    for (const auto& [number, record] : records) {
        if (number > newest)
            refuse("newer_schema",
                   fmt::format("The database has schema {}, this Callout knows {}: start a newer Callout", number,
                               newest));
        const auto migration = std::find_if(migrations.begin(), migrations.end(),
                                            [n = number](const Migration& each) { return each.number == n; });
        if (migration == migrations.end())
            refuse("checksum_mismatch",
                   fmt::format("The database has a migration {} that this Callout does not carry", number));
        if (record.checksum != checksum(migration->sql))
            refuse("checksum_mismatch",
                   fmt::format("Migration {} is not the one that was applied to this database: it was changed "
                               "afterwards, or another build made the database. Nothing was done",
                               migration->name));
    }
}

bool up_to_date(const Records& records, std::span<const Migration> migrations) {
    return std::all_of(migrations.begin(), migrations.end(), [&](const Migration& migration) {
        const auto record = records.find(migration.number);
        return record != records.end() && record->second.complete;
    });
}

// ---- one node at a time

// A lease in a row, taken by compare and set and renewed by a thread with its own connection: unlike a row lock it
// holds across the implicit commits of schema statements, and across the nodes of a cluster.
class Lease {
public:
    // Throws Refused when another node holds it for longer than the patience.
    Lease(const Endpoint& endpoint, const MigrationOptions& options)
        : endpoint_{endpoint}, seconds_{options.lease.count()}, holder_{make_holder()} {
        Connection connection{endpoint_};
        const auto deadline = Clock::now() + options.patience;
        for (bool told = false; !try_take(connection);) {
            if (!told) spdlog::info("another node is changing the schema: waiting for it");
            told = true;
            if (Clock::now() > deadline)
                refuse("lease_taken",
                       fmt::format("Another node has been changing the schema for {} s", options.patience.count()));
            std::this_thread::sleep_for(100ms);
        }
        renewing_ = std::jthread{[this](const std::stop_token& stop) { renew_until(stop); }};
    }

    ~Lease() {
        renewing_.request_stop();
        renewing_.join();
        try {
            Connection connection{endpoint_};
            connection.execute(
                "UPDATE migration_lease SET holder = '', expires_at = '2000-01-01' "
                "WHERE id = 1 AND holder = ?",
                holder_);
            connection.commit();
        } catch (const std::exception& error) {
            spdlog::warn("the schema lease could not be given back, it runs out by itself: {}", error.what());
        }
    }

    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    void check() const {
        if (lost_) refuse("lease_lost", "The database did not renew this node's schema lease in time: start again");
    }

private:
    static std::string make_holder() {
        std::array<char, 65> host{};
        ::gethostname(host.data(), host.size() - 1);
        return fmt::format("{}:{}:{:08x}", host.data(), ::getpid(), randombytes_random());
    }

    bool try_take(Connection& connection) {
        try {
            const auto changed = connection.execute(
                "UPDATE migration_lease SET holder = ?, expires_at = UTC_TIMESTAMP(3) + INTERVAL ? SECOND "
                "WHERE id = 1 AND expires_at < UTC_TIMESTAMP(3)",
                holder_, seconds_);
            connection.commit();
            return changed == 1;
        } catch (const StatementFailed& error) {
            connection.rollback();
            if (!error.worth_retrying()) throw;
            return false;
        }
    }

    void renew_until(const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any woken;
        std::unique_lock lock{mutex};
        auto valid_until = Clock::now() + std::chrono::seconds{seconds_};
        while (!woken.wait_for(lock, stop, std::chrono::seconds{seconds_} / 5, [] { return false; }) &&
               !stop.stop_requested()) {
            const auto asked = Clock::now();
            try {
                Connection connection{endpoint_, 5s};
                const auto changed = connection.execute(
                    "UPDATE migration_lease SET expires_at = UTC_TIMESTAMP(3) + INTERVAL ? SECOND "
                    "WHERE id = 1 AND holder = ?",
                    seconds_, holder_);
                connection.commit();
                if (changed == 1) valid_until = asked + std::chrono::seconds{seconds_};
            } catch (const std::exception& error) {
                spdlog::warn("the schema lease could not be renewed: {}", error.what());
            }
            if (Clock::now() > valid_until) lost_ = true;
        }
    }

    const Endpoint endpoint_;
    const std::int64_t seconds_;
    const std::string holder_;
    std::atomic<bool> lost_ = false;
    std::jthread renewing_;
};

// ---- applying

bool changes_rows(std::string_view statement) {
    for (const std::string_view verb : {"INSERT", "UPDATE", "DELETE", "REPLACE"})
        if (statement.substr(0, verb.size()) == verb) return true;
    return false;
}

// The errors by which a schema statement says that it was done before.
bool says_done_already(int code) {
    constexpr std::array codes{1050, 1051, 1060,
                               1061, 1091, 1826};  // table, no table, column, key, no such, foreign key
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

void run_statement(Connection& connection, const Migration& migration, const std::string& statement, int index,
                   bool may_be_done) {
    try {
        connection.execute_text(statement);
    } catch (const StatementFailed& error) {
        connection.rollback();
        if (may_be_done && says_done_already(error.code())) {
            spdlog::info("migration {}: statement {} was done before the interruption", migration.name, index + 1);
        } else {
            refuse("statement_failed", fmt::format("Migration {}, statement {}: {} ({})\n{}", migration.name, index + 1,
                                                   error.what(), error.code(), statement));
        }
    }
    connection.execute("UPDATE schema_migration SET statements_done = ? WHERE number = ?", index + 1, migration.number);
    connection.commit();
}

void apply(Connection& connection, const Migration& migration, const std::optional<Record>& interrupted,
           const Lease& lease, const MigrationOptions& options) {
    const auto statements = split_statements(migration.sql);
    const auto began = Clock::now();
    const int first = interrupted ? interrupted->statements_done : 0;
    if (!interrupted) {
        connection.execute("INSERT INTO schema_migration (number, name, checksum, statements_done) VALUES (?, ?, ?, 0)",
                           migration.number, migration.name, checksum(migration.sql));
        connection.commit();
    }
    for (int index = first; index < static_cast<int>(statements.size()); ++index) {
        lease.check();
        const auto& statement = statements[static_cast<std::size_t>(index)];
        if (options.before_statement) options.before_statement(migration, static_cast<std::size_t>(index));
        const bool may_be_done = interrupted && index == first && !changes_rows(statement);
        run_statement(connection, migration, statement, index, may_be_done);
    }
    connection.execute("UPDATE schema_migration SET applied_at = UTC_TIMESTAMP(3) WHERE number = ?", migration.number);
    connection.commit();
    spdlog::info("applied migration {} ({} statements, {} ms)", migration.name, statements.size(),
                 std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began).count());
}

// Tables take the schema's collation: one made by somebody's CREATE DATABASE may have another.
void set_collation(Connection& connection) {
    const auto rows = connection.query(
        "SELECT default_collation_name AS collation_name FROM information_schema.schemata "
        "WHERE schema_name = DATABASE()");
    connection.rollback();
    if (!rows.empty() && rows.front().get<std::string>(0) != schema_collation)
        connection.execute_text(fmt::format("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE {}", schema_collation));
}

MigrationResult bring_up_to_date(const Endpoint& endpoint, std::span<const Migration> migrations,
                                 const MigrationOptions& options) {
    { const Connection reachable{endpoint, 10s}; }  // the patience below is for statements, not for a dead host
    Connection connection{endpoint, longest_statement};
    create_bookkeeping(connection);
    MigrationResult result{.applied = 0, .schema = migrations.empty() ? 0 : migrations.back().number};
    auto records = read_records(connection);
    check(records, migrations);
    if (up_to_date(records, migrations)) return result;

    const Lease lease{endpoint, options};
    records = read_records(connection);  // another node may just have done it all
    check(records, migrations);
    if (records.empty()) set_collation(connection);
    for (const auto& migration : migrations) {
        const auto record = records.find(migration.number);
        if (record != records.end() && record->second.complete) continue;
        apply(connection, migration, record != records.end() ? std::optional{record->second} : std::nullopt, lease,
              options);
        ++result.applied;
    }
    return result;
}

template <class Body>
auto as_result(Body&& body) -> tl::expected<std::invoke_result_t<Body>, MigrationError> {
    try {
        return body();
    } catch (const Refused& refused) {
        return tl::unexpected{refused.error};
    } catch (const ConnectionLost& error) {
        return tl::unexpected{MigrationError{"database_unavailable", error.what()}};
    } catch (const StatementFailed& error) {
        return tl::unexpected{MigrationError{"statement_failed", fmt::format("{} ({})", error.what(), error.code())}};
    }
}

}  // namespace

int newest_migration() {
    return embedded_migrations().empty() ? 0 : embedded_migrations().back().number;
}

std::string checksum(std::string_view sql) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(sql.data()), sql.size());
    std::string hex;
    for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
    return hex;
}

std::vector<std::string> split_statements(std::string_view sql) {
    std::vector<std::string> statements;
    std::string statement;
    const auto finish = [&] {
        if (const auto text = trimmed(statement); !text.empty()) statements.emplace_back(text);
        statement.clear();
    };
    while (!sql.empty()) {
        const auto end = std::min(sql.find('\n'), sql.size());
        const auto line = trimmed(sql.substr(0, end));
        sql.remove_prefix(std::min(end + 1, sql.size()));
        if (line.starts_with("--")) continue;
        const bool last = line.ends_with(';');
        statement.append(line.substr(0, line.size() - (last ? 1 : 0))).push_back('\n');
        if (last) finish();
    }
    finish();
    return statements;
}

tl::expected<MigrationResult, MigrationError> migrate(const Endpoint& endpoint, std::span<const Migration> migrations,
                                                      const MigrationOptions& options) {
    return as_result([&] { return bring_up_to_date(endpoint, migrations, options); });
}

tl::expected<std::vector<MigrationState>, MigrationError> migration_states(const Endpoint& endpoint,
                                                                           std::span<const Migration> migrations) {
    return as_result([&] {
        Connection connection{endpoint};
        create_bookkeeping(connection);
        const auto records = read_records(connection);
        check(records, migrations);
        std::vector<MigrationState> states;
        for (const auto& migration : migrations) {
            const auto record = records.find(migration.number);
            states.push_back(
                {migration.number, std::string{migration.name}, record != records.end() && record->second.complete});
        }
        return states;
    });
}

}  // namespace callout::storage
