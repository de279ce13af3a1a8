#include "server/auth/authenticator.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "server/storage/sessions.hpp"
#include "server/storage/users.hpp"
#include "tests/support/comes_true.hpp"
#include "tests/support/desk_test.hpp"

namespace callout::auth {
namespace {

using namespace std::chrono_literals;
using dispatch::Role;
using test::Desk;

class AuthenticatorTest : public test::DeskTest {
protected:
    void SetUp() override {
        desk_->start_over();
        agent_ = desk_->add_person("agent", {Role::agent, Role::dispatcher});
    }

    std::optional<Principal> ask(storage::Connection& db, Instant at) {
        return desk_->authenticator().authenticate(db, Desk::request("GET", "/session", &agent_, nullptr, {}), at);
    }

    test::Person agent_;
};

TEST_F(AuthenticatorTest, KnowsWhoItIsAndWhatHeMayDo) {
    auto db = desk_->connect();
    const auto principal = ask(db, now());
    ASSERT_TRUE(principal);
    EXPECT_EQ(principal->user_id, agent_.id);
    EXPECT_EQ(principal->actor.user_id, agent_.id);
    EXPECT_EQ(principal->actor.grants.size(), 2u);
    EXPECT_TRUE(principal->actor.has(dispatch::Permission::offer_ticket));
    EXPECT_EQ(principal->session_id, agent_.session_id);
    EXPECT_EQ(principal->token_id, std::nullopt);
    EXPECT_EQ(principal->unit_path, "/1/");
}

TEST_F(AuthenticatorTest, BelievesWhatItFoundForOneSecond) {
    auto db = desk_->connect();
    const Instant at = now();
    ASSERT_TRUE(ask(db, at));
    // Another node ends the session.
    db.execute("DELETE FROM session");
    EXPECT_TRUE(ask(db, at + 999ms));
    EXPECT_FALSE(ask(db, at + 1s));
    EXPECT_FALSE(ask(db, at + 1001ms));
}

TEST_F(AuthenticatorTest, DoesNotBelieveLongerThanTheSessionLives) {
    auto db = desk_->connect();
    const Instant at = now();
    db.execute("UPDATE session SET expires_at = ?", at + 500ms);
    EXPECT_TRUE(ask(db, at));
    EXPECT_TRUE(ask(db, at + 499ms));
    EXPECT_FALSE(ask(db, at + 500ms));
}

TEST_F(AuthenticatorTest, ForgetsAtOnce) {
    auto db = desk_->connect();
    const Instant at = now();
    ASSERT_TRUE(ask(db, at));
    db.execute("DELETE FROM session");
    desk_->authenticator().forget_user(agent_.id + 1);
    EXPECT_TRUE(ask(db, at));
    desk_->authenticator().forget_user(agent_.id);
    EXPECT_FALSE(ask(db, at));
}

// A look-up that began before somebody was disabled ends after everybody was told to forget him. It is held up in
// between by the lock of its session's row, which it is about to mark as seen.
TEST_F(AuthenticatorTest, RemembersNothingThatWasReadBeforeItWasTold) {
    auto holder = desk_->connect();
    holder.execute("UPDATE session SET last_seen_at = ?", now() - 2min);
    holder.commit();
    holder.query("SELECT id FROM session FOR UPDATE");

    std::optional<Principal> early;
    std::jthread asker{[&] {
        auto db = desk_->connect();
        early = ask(db, now());
        db.commit();
    }};
    auto db = desk_->connect();
    const auto waiting = [&] {
        return db.query("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
                   .front()
                   .get<int>(0) > 0;
    };
    // The server refreshes that table only when nobody has looked for a tenth of a second.
    EXPECT_TRUE(test::comes_true(waiting, 150ms));
    storage::set_disabled(db, agent_.id, now());
    db.commit();
    desk_->authenticator().forget_user(agent_.id);
    holder.commit();
    asker.join();

    EXPECT_TRUE(early) << "he was let in when he still was somebody";
    EXPECT_FALSE(ask(db, now()));
}

}  // namespace
}  // namespace callout::auth
