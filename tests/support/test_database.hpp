// A database for tests: one private MariaDB for the whole test program, started by the first who asks, in a temporary
// directory, ended and removed at exit; and as many schemas on it as tests like. CALLOUT_TEST_DATABASE_URL, written
// like database.url, names a server to use instead; its user may make and drop schemas called callout_test_….
#pragma once

#include <string>
#include <vector>

#include "server/storage/connection.hpp"
#include "server/storage/endpoint.hpp"

namespace callout::test {

// A schema of its own with every migration applied, dropped at the end. Make one a suite (SetUpTestSuite) and empty()
// it between tests where that is enough: making one takes about half a second, emptying it a few milliseconds.
class TestDatabase {
public:
    enum class Schema { migrated, empty };

    explicit TestDatabase(Schema schema = Schema::migrated);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    const storage::Endpoint& endpoint() const { return endpoint_; }

    // A connection of one's own, to look and to prepare with.
    storage::Connection connect() const { return storage::Connection{endpoint_}; }

    // Truncates every table that has rows (ids start at 1 again); the rows that migrations themselves put in are put
    // back.
    void empty();

private:
    storage::Endpoint endpoint_;
    std::vector<std::string> seeded_;
};

// The server all of them are on; schemas are made through it.
const storage::Endpoint& test_server();

}  // namespace callout::test
