#include "server/demo/seed.hpp"

#include <gtest/gtest.h>

#include "dispatch/organisation/scope.hpp"
#include "dispatch/rfc3339.hpp"
#include "server/storage/events.hpp"
#include "server/storage/incidents.hpp"
#include "server/storage/ticket_lists.hpp"
#include "tests/support/test_database.hpp"

namespace callout::demo {
namespace {

class DemoSeed : public ::testing::Test {
protected:
    SeedOptions tiny() const {
        return {.size = {.technicians_per_dealer = 1, .customers = 20, .engines = 20},
                .days = 2,
                .tickets_a_day = 10,
                .tickets_just_now = 10,
                .password_cost = {.passes = 1, .memory_kib = 8},
                .now = parse_rfc3339("2026-03-10T09:00:00Z").value()};
    }

    test::TestDatabase schema_;
    storage::Database database_{schema_.endpoint(), {.connections = 2}};
};

TEST_F(DemoSeed, leaves_no_event_that_the_first_server_would_still_have_to_number) {
    const auto seeded = seed(database_, tiny());
    ASSERT_TRUE(seeded);
    auto db = schema_.connect();
    EXPECT_TRUE(storage::events_without_seq(db, 1).empty());
    const auto all = db.query("SELECT COUNT(*) FROM event").front().get<std::int64_t>(0);
    EXPECT_GT(all, static_cast<std::int64_t>(seeded->tickets));
    EXPECT_EQ(storage::event_head(db), all) << "the numbers have gaps";
}

TEST_F(DemoSeed, shows_a_board_that_counts_its_tickets) {
    ASSERT_TRUE(seed(database_, tiny()));
    auto db = schema_.connect();
    const dispatch::Actor supervisor{.grants = {dispatch::grant_of(dispatch::Role::supervisor, "/1/", 1)}};
    const auto board = storage::count_board(db, supervisor);
    std::int64_t counted = 0;
    for (const auto& [state, n] : board.counts) counted += n;
    EXPECT_EQ(counted, db.query("SELECT COUNT(*) FROM ticket WHERE state NOT IN ('closed', 'merged', 'cancelled')")
                           .front()
                           .get<std::int64_t>(0));
    EXPECT_EQ(board.seq, storage::event_head(db));
}

TEST_F(DemoSeed, shows_a_technician_and_his_dealer_who_have_something_to_do) {
    const auto seeded = seed(database_, tiny());
    ASSERT_TRUE(seeded);
    const auto login_of = [&](std::string_view role) {
        return std::ranges::find(seeded->sign_ins, role, &SignIn::role)->login;
    };
    auto db = schema_.connect();
    const auto visits = db.query(
        "SELECT COUNT(*) FROM ticket JOIN user_account t ON t.id = ticket.technician_id"
        " JOIN user_account d ON d.unit_id = t.unit_id AND d.login = ?"
        " WHERE t.login = ? AND ticket.state IN ('confirmed', 'en_route', 'on_site', 'paused')",
        login_of("dealer"), login_of("technician"));
    EXPECT_GT(visits.front().get<std::int64_t>(0), 0);
}

TEST_F(DemoSeed, shows_same_faults_under_way_and_over_and_a_campaign) {
    ASSERT_TRUE(seed(database_, tiny()));
    auto db = schema_.connect();
    const dispatch::Actor supervisor{.grants = {dispatch::grant_of(dispatch::Role::supervisor, "/1/", 1)}};
    const auto incidents = [&](dispatch::IncidentKind kind, bool open) {
        return storage::list_incidents(db, supervisor, {.kind = kind, .q = "", .open = open}, std::nullopt, 10);
    };
    const auto under_way = incidents(dispatch::IncidentKind::same_fault, true);
    ASSERT_FALSE(under_way.empty());
    EXPECT_EQ(under_way.front().tickets_count, 3);
    EXPECT_EQ(db.query("SELECT COUNT(*) FROM ticket WHERE lead_ticket_id = ?", under_way.front().lead_ticket_id)
                  .front()
                  .get<int>(0),
              2);
    EXPECT_FALSE(incidents(dispatch::IncidentKind::same_fault, false).empty());
    const auto campaigns = incidents(dispatch::IncidentKind::campaign, true);
    ASSERT_EQ(campaigns.size(), 1U);
    EXPECT_GE(campaigns.front().tickets_count, 2);
}

TEST_F(DemoSeed, refuses_a_database_that_is_in_use) {
    ASSERT_TRUE(seed(database_, tiny()));
    const auto again = seed(database_, tiny());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error(), SeedError::not_empty);
}

}  // namespace
}  // namespace callout::demo
