#include "dispatch/tickets/duplicates.hpp"

#include <gtest/gtest.h>

namespace callout::dispatch {
namespace {

using namespace std::chrono_literals;

constexpr Instant morning{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 8h};

DuplicateFacts facts(std::int64_t ticket_id) {
    DuplicateFacts made;
    made.ticket_id = ticket_id;
    made.opened_at = morning;
    return made;
}

DuplicateFacts wanted() {
    DuplicateFacts made = facts(0);
    made.customer_id = 7;
    made.asset_id = 70;
    made.caller_phone = "+8613912345678";
    made.site = Point{31.2304, 121.4737};
    return made;
}

std::vector<std::int64_t> ids(const std::vector<Duplicate>& duplicates) {
    std::vector<std::int64_t> found;
    for (const auto& duplicate : duplicates) found.push_back(duplicate.ticket_id);
    return found;
}

TEST(Duplicates, AreRankedByWhatTheyShare) {
    auto place = facts(1);
    place.site = Point{31.2310, 121.4737};
    auto caller = facts(2);
    caller.caller_phone = "+8613912345678";
    auto customer = facts(3);
    customer.customer_id = 7;
    auto machine = facts(4);
    machine.asset_id = 70;
    auto stranger = facts(5);
    stranger.customer_id = 8;
    stranger.site = Point{31.3, 121.4737};
    const auto found = rank_duplicates(wanted(), {place, caller, customer, machine, stranger});
    EXPECT_EQ(ids(found), (std::vector<std::int64_t>{4, 3, 2, 1}));
    EXPECT_EQ(found.at(0).reasons, std::vector{DuplicateReason::same_asset});
    EXPECT_EQ(found.at(3).reasons, std::vector{DuplicateReason::same_site});
    EXPECT_NEAR(found.at(3).distance_m.value(), 67, 1);
}

TEST(Duplicates, SayEveryReasonStrongestFirst) {
    auto all = wanted();
    all.ticket_id = 9;
    const auto found = rank_duplicates(wanted(), {all});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.at(0).reasons, (std::vector{DuplicateReason::same_asset, DuplicateReason::same_customer,
                                                DuplicateReason::same_caller, DuplicateReason::same_site}));
}

TEST(Duplicates, EndAtTwoHundredMetres) {
    auto here = facts(0);
    here.site = Point{31, 121};
    auto near = facts(1);
    near.site = Point{31.00179, 121};
    auto far = facts(2);
    far.site = Point{31.00181, 121};
    EXPECT_EQ(ids(rank_duplicates(here, {near, far})), std::vector<std::int64_t>{1});
}

TEST(Duplicates, AreNeverWhatIsUnknownOnBothSides) {
    auto blank = facts(0);
    blank.site = Point{0, 0};
    auto candidate = facts(1);
    candidate.site = Point{0, 0};
    EXPECT_TRUE(rank_duplicates(blank, {candidate}).empty());
}

TEST(Duplicates, AreNeitherEndedNorTheTicketItself) {
    auto closed = wanted();
    closed.ticket_id = 1;
    closed.state = TicketState::closed;
    auto merged = closed;
    merged.state = TicketState::merged;
    auto itself = wanted();
    itself.ticket_id = 5;
    auto asked = wanted();
    asked.ticket_id = 5;
    EXPECT_TRUE(rank_duplicates(asked, {closed, merged, itself}).empty());
}

TEST(Duplicates, OfEqualWeightComeNearestThenYoungestAndStopAtTheLimit) {
    std::vector<DuplicateFacts> candidates;
    for (std::int64_t id = 1; id <= 4; ++id) {
        auto candidate = facts(id);
        candidate.customer_id = 7;
        candidate.opened_at = morning + std::chrono::minutes{id};
        candidates.push_back(candidate);
    }
    candidates.at(0).site = Point{31.3, 121.4737};
    candidates.at(1).site = Point{31.25, 121.4737};
    EXPECT_EQ(ids(rank_duplicates(wanted(), candidates)), (std::vector<std::int64_t>{2, 1, 4, 3}));
    EXPECT_EQ(rank_duplicates(wanted(), candidates, 2).size(), 2U);
}

}  // namespace
}  // namespace callout::dispatch
