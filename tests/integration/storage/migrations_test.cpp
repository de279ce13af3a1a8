#include "server/storage/migrations.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <atomic>
#include <thread>

#include "tests/support/test_database.hpp"

namespace callout::storage {
namespace {

using test::TestDatabase;

constexpr std::string_view first_sql =
    "-- A comment; not a statement\n"
    "CREATE TABLE fruit (\n  id INT PRIMARY KEY, name VARCHAR(20) NOT NULL -- a name; '' when none\n);\n"
    "INSERT INTO fruit VALUES (1, 'apple');\n"
    "ALTER TABLE fruit ADD COLUMN weight INT NULL;\n"
    "INSERT INTO fruit VALUES (2, 'pear', 7);\n";
constexpr std::array migrations{Migration{1, "0001_fruit", first_sql},
                                Migration{2, "0002_more", "INSERT INTO fruit VALUES (3, 'plum', 3);\n"}};

std::int64_t count(const TestDatabase& database, const std::string& sql) {
    auto connection = database.connect();
    return connection.query(sql).front().get<std::int64_t>(0);
}

TEST(Migrations, SplitIntoStatementsAtLineEnds) {
    const auto statements = split_statements(first_sql);
    ASSERT_EQ(statements.size(), 4U);
    EXPECT_EQ(statements[1], "INSERT INTO fruit VALUES (1, 'apple')");
}

TEST(Migrations, AreAppliedOnce) {
    const TestDatabase database{TestDatabase::Schema::empty};
    auto result = migrate(database.endpoint(), migrations);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->applied, 2);
    EXPECT_EQ(result->schema, 2);
    result = migrate(database.endpoint(), migrations);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->applied, 0);
    EXPECT_EQ(count(database, "SELECT COUNT(*) FROM fruit"), 3);
}

TEST(Migrations, OfTheProgramApplyAndUseTheOneCollation) {
    const TestDatabase database;
    const auto states = migration_states(database.endpoint());
    ASSERT_TRUE(states) << states.error().message;
    for (const auto& state : *states) EXPECT_TRUE(state.applied) << state.name;
    EXPECT_EQ(count(database,
                    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND "
                    "table_collation <> 'utf8mb4_unicode_520_ci'"),
              0);
}

TEST(Migrations, OfTwoNodesAtOnceAreAppliedOnceEach) {
    const TestDatabase database{TestDatabase::Schema::empty};
    std::atomic<int> statements = 0;
    std::atomic<int> applied = 0;
    std::vector<std::thread> nodes;
    for (int node = 0; node < 4; ++node)
        nodes.emplace_back([&] {
            MigrationOptions options;
            options.before_statement = [&](const Migration&, std::size_t) { ++statements; };
            const auto result = migrate(database.endpoint(), migrations, options);
            ASSERT_TRUE(result) << result.error().message;
            applied += result->applied;
        });
    for (auto& node : nodes) node.join();
    EXPECT_EQ(statements, 5);
    EXPECT_EQ(applied, 2);
    EXPECT_EQ(count(database, "SELECT COUNT(*) FROM fruit"), 3);
}

TEST(Migrations, AreRefusedWhenTheyWereChangedAfterwards) {
    const TestDatabase database{TestDatabase::Schema::empty};
    ASSERT_TRUE(migrate(database.endpoint(), migrations));
    auto changed = migrations;
    changed[0].sql = "CREATE TABLE fruit (id INT);\n";
    const auto refused = migrate(database.endpoint(), changed);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "checksum_mismatch");
    EXPECT_NE(refused.error().message.find("0001_fruit"), std::string::npos);
}

TEST(Migrations, AreRefusedOnANewerSchema) {
    const TestDatabase database{TestDatabase::Schema::empty};
    ASSERT_TRUE(migrate(database.endpoint(), migrations));
    const auto refused = migrate(database.endpoint(), std::span{migrations}.first(1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "newer_schema");
}

TEST(Migrations, NameTheStatementThatFails) {
    const TestDatabase database{TestDatabase::Schema::empty};
    const std::array broken{Migration{1, "0001_broken", "CREATE TABLE a (id INT);\nCREATE TABLE b (id NONSENSE);\n"}};
    const auto failed = migrate(database.endpoint(), broken);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, "statement_failed");
    EXPECT_NE(failed.error().message.find("0001_broken, statement 2"), std::string::npos) << failed.error().message;
}

TEST(Migrations, GoOnWhereACrashInterruptedThem) {
    for (std::size_t crash_before = 0; crash_before < 4; ++crash_before) {
        const TestDatabase database{TestDatabase::Schema::empty};
        // A process that dies before that statement, still holding the lease.
        const pid_t crashing = ::fork();
        if (crashing == 0) {
            MigrationOptions options;
            options.lease = std::chrono::seconds{1};
            options.before_statement = [&](const Migration&, std::size_t index) {
                if (index == crash_before) ::_exit(0);
            };
            (void)migrate(database.endpoint(), migrations, options);
            ::_exit(1);
        }
        int status = 0;
        ::waitpid(crashing, &status, 0);
        ASSERT_EQ(status, 0);
        const auto result = migrate(database.endpoint(), migrations);
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(count(database, "SELECT COUNT(*) FROM fruit"), 3);
    }
}

TEST(Migrations, GoOnWhenAStatementWasDoneButNotRecorded) {
    for (int recorded = 0; recorded < 4; ++recorded) {
        if (recorded == 1 || recorded == 3) continue;  // statements that change rows commit with their record
        const TestDatabase database{TestDatabase::Schema::empty};
        ASSERT_TRUE(migrate(database.endpoint(), std::span{migrations}.first(1)));
        auto connection = database.connect();
        connection.execute("UPDATE schema_migration SET statements_done = ?, applied_at = NULL", recorded);
        if (recorded < 1) connection.execute("DELETE FROM fruit WHERE id = 1");
        connection.execute("DELETE FROM fruit WHERE id = 2");
        connection.commit();
        if (recorded < 1) connection.execute_text("ALTER TABLE fruit DROP COLUMN weight");
        const auto result = migrate(database.endpoint(), migrations);
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(count(database, "SELECT COUNT(*) FROM fruit"), 3);
    }
}

}  // namespace
}  // namespace callout::storage
