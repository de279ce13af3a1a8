#include "server/housekeeping/housekeeping.hpp"

#include <gtest/gtest.h>

#include "tests/support/comes_true.hpp"
#include "tests/support/desk.hpp"

namespace callout::housekeeping {
namespace {

using namespace std::chrono_literals;
using test::Desk;

std::string remaining(const Desk& desk, const std::string& column, const std::string& table) {
    auto db = desk.connect();
    std::string text;
    for (const auto& row : db.query("SELECT CAST(" + column + " AS CHAR) FROM " + table + " ORDER BY 1"))
        text += row.get<std::string>(0) + ' ';
    return text;
}

TEST(Housekeeping, ClearsWhatHasServedItsTimeAndNothingElse) {
    Desk desk;
    const auto agent = desk.add_person("agent", {dispatch::Role::agent});
    const Instant at = now();
    auto db = desk.connect();
    db.execute("DELETE FROM session");
    const auto session = [&](std::string_view agent_name, Instant last_seen, Instant expires) {
        db.execute(
            "INSERT INTO session (token_hash, user_id, created_at, last_seen_at, expires_at, address, user_agent)"
            " VALUES (?, ?, ?, ?, ?, '', ?)",
            storage::Bytes{std::string(31, 'x') + std::string{agent_name.substr(0, 1)}}, agent.id, at, last_seen,
            expires, agent_name);
    };
    session("live", at - 11h, at + 1s);
    session("idle", at - 12h, at + 1h);
    session("over", at, at);
    const auto failure = [&](std::string_view subject, Instant first) {
        db.execute("INSERT INTO sign_in_throttle (subject, failures, first_failure_at) VALUES (?, 1, ?)", subject,
                   first);
    };
    failure("account:new", at - 1h);
    failure("account:old", at - 1h - 5min - 1s);
    const auto answer = [&](std::string_view key, Instant created) {
        db.execute(
            "INSERT INTO idempotency_record (user_id, idempotency_key, request_hash, status, body, created_at)"
            " VALUES (1, ?, ?, 200, '', ?)",
            key, storage::Bytes{std::string(32, 'x')}, created);
    };
    answer("recent", at - answers_kept_for + 1s);
    answer("ancient", at - answers_kept_for - 1s);
    db.commit();

    const auto cleared = clear(desk.services().database, Desk::cheap_settings(), at);
    EXPECT_EQ(cleared, (Cleared{.sessions = 2, .sign_in_failures = 1, .answers = 1}));
    EXPECT_EQ(remaining(desk, "user_agent", "session"), "live ");
    EXPECT_EQ(remaining(desk, "subject", "sign_in_throttle"), "account:new ");
    EXPECT_EQ(remaining(desk, "idempotency_key", "idempotency_record"), "recent ");
}

TEST(Housekeeping, BeginsAtOnceAndEndsWhenItIsTold) {
    Desk desk;
    auto db = desk.connect();
    db.execute("INSERT INTO sign_in_throttle (subject, failures, first_failure_at) VALUES ('account:old', 1, ?)",
               now() - 48h);
    db.commit();
    const Housekeeping housekeeping{desk.services().database, Desk::cheap_settings(), 1h};
    EXPECT_TRUE(test::comes_true([&] { return remaining(desk, "subject", "sign_in_throttle").empty(); }));
}

}  // namespace
}  // namespace callout::housekeeping
