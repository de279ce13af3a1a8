// However the database ends a connection, it is reported as lost, so that its user takes another. MariaDB and MySQL
// differ in what they say last.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "server/storage/connection.hpp"
#include "tests/support/comes_true.hpp"
#include "tests/support/test_database.hpp"

namespace callout::storage {
namespace {

class AConnection : public ::testing::Test {
protected:
    std::int64_t id() { return connection.query("SELECT CONNECTION_ID()").front().get<std::int64_t>(0); }

    // Whether the database still knows of it.
    static bool is_there(std::int64_t id) {
        return !Connection{test::test_server()}
                    .query("SELECT id FROM information_schema.processlist WHERE id = ?", id)
                    .empty();
    }

    static bool ends(std::int64_t id) {
        return test::comes_true([=] { return !is_there(id); });
    }

    Connection connection{test::test_server()};
};

TEST_F(AConnection, KilledByTheAdministratorIsLost) {
    const auto killed = id();
    Connection{test::test_server()}.execute_text(fmt::format("KILL {}", killed));
    ASSERT_TRUE(ends(killed));
    EXPECT_THROW(connection.query("SELECT 1"), ConnectionLost);
}

TEST_F(AConnection, IdleForLongerThanTheDatabaseAllowsIsLost) {
    const auto idle = id();
    connection.execute_text("SET SESSION wait_timeout = 1");
    ASSERT_TRUE(ends(idle));
    EXPECT_THROW(connection.query("SELECT 1"), ConnectionLost);
}

}  // namespace
}  // namespace callout::storage
