#include <gtest/gtest.h>

#include <algorithm>

#include "dispatch/planning/day/search.hpp"
#include "dispatch/planning/day/verify.hpp"
#include "tests/unit/planning/random_day.hpp"

namespace callout::planning::day {
namespace {

SearchResult searched(const Day& day, std::int64_t iterations, std::uint64_t seed = 7,
                      const Plan* begin_with = nullptr) {
    SearchOptions options;
    options.seed = seed;
    options.begin_with = begin_with;
    options.progress = [iterations](std::int64_t done) {
        return done >= iterations ? 1.0 : double(done) / double(iterations);
    };
    return search(day, options);
}

std::string described(const Verdict& verdict) {
    std::string text;
    for (const auto& finding : verdict.findings) {
        text += std::string{to_string(finding.violation)} + " technician " + std::to_string(finding.technician_id) +
                " ticket " + std::to_string(finding.ticket_id) + "\n";
    }
    return text;
}

void expect_same_value(const Value& claimed, const Value& verified) {
    EXPECT_NEAR(claimed.unserved_priority, verified.unserved_priority, 1e-6);
    EXPECT_NEAR(claimed.late_priority_min, verified.late_priority_min, 1e-6);
    EXPECT_EQ(claimed.moved, verified.moved);
    EXPECT_EQ(claimed.moved_promised, verified.moved_promised);
    EXPECT_NEAR(claimed.working_min, verified.working_min, 1e-6);
    EXPECT_NEAR(claimed.unfairness, verified.unfairness, 1e-6);
}

TEST(DaySearch, agrees_with_the_verifier_about_every_random_day) {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto day = RandomDay(seed).make();
        for (const std::int64_t iterations : {0, 300}) {
            const auto plan = searched(day, iterations).plan;
            const auto verdict = verify(day, plan);
            EXPECT_TRUE(verdict.feasible()) << described(verdict);
            expect_same_value(plan.value, verdict.value);
        }
    }
}

TEST(DaySearch, is_told_the_value_that_its_plan_has) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto day = RandomDay(seed).make();
        double told = 0;
        SearchOptions options;
        options.progress = [](std::int64_t done) { return double(done) / 200; };
        options.improved = [&](double total) { told = total; };
        const auto result = search(day, options);
        EXPECT_NEAR(told, result.plan.value.total(day.weights), 1e-6 * (1 + std::abs(told)));
    }
}

TEST(DaySearch, makes_the_same_plan_from_the_same_seed) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto day = RandomDay(seed).make();
        const auto one = searched(day, 300, 5).plan;
        const auto other = searched(day, 300, 5).plan;
        EXPECT_EQ(one.tours, other.tours);
        EXPECT_EQ(one.unserved, other.unserved);
    }
}

TEST(DaySearch, never_ends_worse_than_its_first_plan) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto day = RandomDay(seed).make();
        const auto first = searched(day, 0).plan.value.total(day.weights);
        EXPECT_LE(searched(day, 400).plan.value.total(day.weights), first + 1e-6);
    }
}

TEST(DaySearch, keeps_a_plan_it_begins_with_when_nothing_has_happened) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto day = RandomDay(seed).make();
        const auto plan = searched(day, 300).plan;
        EXPECT_EQ(searched(day, 0, 7, &plan).plan.tours, plan.tours);
    }
}

// The rest of the plan stays possible when a customer cancels, whatever the order in which they do.
TEST(DaySearch, a_cancelled_visit_never_makes_the_plan_impossible) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        auto day = RandomDay(seed).make();
        // Without the first, a second visit of the same id would be another question.
        if (day.visits.size() > 1) day.visits[1].ticket_id = 2;
        auto plan = searched(day, 100).plan;
        Random random(seed);
        // What has departed is not cancelled any more.
        std::vector<std::int64_t> left;
        for (const auto& visit : day.visits)
            if (visit.state != VisitState::departed) left.push_back(visit.ticket_id);
        while (!left.empty()) {
            const auto cancelled = left.begin() + random.below(static_cast<int>(left.size()));
            day.visits.erase(std::ranges::find(day.visits, *cancelled, &Visit::ticket_id));
            left.erase(cancelled);
            const auto remaining = searched(day, 0, 7, &plan).plan;
            const auto verdict = verify(day, remaining);
            ASSERT_TRUE(verdict.feasible()) << described(verdict);
            for (const auto& tour : plan.tours) {
                for (const auto& stop : tour.stops) {
                    const auto still = [&](const Tour& now) {
                        return now.technician_id == tour.technician_id &&
                               std::ranges::count(now.stops, stop.ticket_id, &Stop::ticket_id) > 0;
                    };
                    const bool wanted = std::ranges::count(day.visits, stop.ticket_id, &Visit::ticket_id) > 0;
                    ASSERT_TRUE(!wanted || std::ranges::any_of(remaining.tours, still)) << stop.ticket_id;
                }
            }
            plan = remaining;
        }
    }
}

class ReasonsTest : public ::testing::Test {
protected:
    static Instant at(int hour) { return Instant{std::chrono::days{20'000}} + std::chrono::hours{hour}; }

    Day day_;

    ReasonsTest() {
        day_.now = at(6);
        Technician technician{.id = 1, .dealer_unit_id = 4, .home = Point{39.9, 116.4}};
        technician.skills = {"injection"};
        technician.parts = {{"pump", 1}};
        technician.working = {{at(8), at(12)}, {at(13), at(17)}};
        day_.technicians.push_back(technician);
        day_.visits.push_back(visit(100));
    }

    static Visit visit(std::int64_t id) {
        Visit made{.ticket_id = id, .site = Point{39.95, 116.45}};
        made.window = {at(0), at(24)};
        return made;
    }

    // Visit 100 is served whatever is wrong with the other.
    Unserved reason_for(const Visit& visit) {
        day_.visits.push_back(visit);
        const auto plan = searched(day_, 50).plan;
        EXPECT_EQ(plan.tours.size(), 1U);
        EXPECT_EQ(plan.tours.at(0).stops.size(), 1U);
        EXPECT_EQ(plan.unserved.size(), 1U);
        EXPECT_TRUE(verify(day_, plan).feasible());
        return plan.unserved.at(0);
    }
};

TEST_F(ReasonsTest, nobody_has_the_skill) {
    auto wanted = visit(1);
    wanted.needs.skills = {"turbo"};
    EXPECT_EQ(reason_for(wanted), (Unserved{1, Obstacle::skill_missing, "turbo"}));
}

TEST_F(ReasonsTest, nobody_has_the_part) {
    auto wanted = visit(1);
    wanted.needs.parts = {{"pump", 2}};
    EXPECT_EQ(reason_for(wanted), (Unserved{1, Obstacle::part_missing, "pump"}));
}

TEST_F(ReasonsTest, the_window_is_over_before_anybody_can_be_there) {
    auto wanted = visit(1);
    wanted.window = {at(7), at(8)};
    EXPECT_EQ(reason_for(wanted).obstacle, Obstacle::window_missed);
}

TEST_F(ReasonsTest, a_visit_longer_than_a_day) {
    auto wanted = visit(1);
    wanted.duration = std::chrono::hours{9};
    EXPECT_EQ(reason_for(wanted).obstacle, Obstacle::longer_than_a_day);
}

TEST_F(ReasonsTest, no_coordinates_or_those_that_devices_send_when_they_know_nothing) {
    auto wanted = visit(1);
    wanted.site = Point{0, 0};
    EXPECT_EQ(reason_for(wanted).obstacle, Obstacle::site_missing);
    day_.visits.pop_back();
    wanted.site.reset();
    EXPECT_EQ(reason_for(wanted).obstacle, Obstacle::site_missing);
}

TEST_F(ReasonsTest, a_ticket_that_stands_in_the_day_twice) {
    EXPECT_EQ(reason_for(visit(100)).obstacle, Obstacle::duplicate_id);
}

TEST_F(ReasonsTest, a_window_that_ends_before_it_begins) {
    auto wanted = visit(1);
    wanted.window = {at(10), at(9)};
    EXPECT_EQ(reason_for(wanted).obstacle, Obstacle::malformed);
}

TEST_F(ReasonsTest, another_dealer_has_it) {
    auto wanted = visit(1);
    wanted.dealers = std::vector<std::int64_t>{5};
    EXPECT_EQ(reason_for(wanted).obstacle, Obstacle::not_authorised);
}

TEST_F(ReasonsTest, why_no_dealer_may_is_told_as_far_as_the_nearest_came) {
    auto wanted = visit(1);
    wanted.dealers.emplace();
    wanted.other_dealers = {Obstacle::outside_territory, "650100"};
    EXPECT_EQ(reason_for(wanted), (Unserved{1, Obstacle::outside_territory, "650100"}));
}

TEST_F(ReasonsTest, everybody_has_as_much_as_may_be) {
    auto wanted = visit(1);
    wanted.duration = std::chrono::minutes{7 * 60 + 30};
    wanted.priority = 0.5;
    EXPECT_EQ(reason_for(wanted).obstacle, Obstacle::overloaded);
}

class NoRoomForBothTest : public ReasonsTest {
protected:
    // Nearer, so that it would be the cheaper one.
    NoRoomForBothTest() {
        day_.visits[0].duration = std::chrono::hours{5};
        day_.visits[0].technician_id = 1;
        day_.visits[0].state = VisitState::assigned;
        auto fresh = visit(1);
        fresh.duration = std::chrono::hours{5};
        fresh.site = day_.technicians[0].home;
        day_.visits.push_back(fresh);
    }

    std::int64_t left_out() {
        const auto plan = searched(day_, 200).plan;
        EXPECT_EQ(plan.unserved.size(), 1U);
        EXPECT_NEAR(plan.value.unserved_priority, verify(day_, plan).value.unserved_priority, 1e-9);
        return plan.unserved.at(0).ticket_id;
    }
};

TEST_F(NoRoomForBothTest, what_somebody_has_keeps_its_place_before_what_is_new) {
    EXPECT_EQ(left_out(), 1);
}

TEST_F(NoRoomForBothTest, what_is_promised_keeps_its_place_before_what_was_only_chased) {
    day_.visits[0].promised_arrival_at = at(9);
    day_.visits[1].priority = 2;
    EXPECT_EQ(left_out(), 1);
}

TEST_F(NoRoomForBothTest, what_is_urgent_takes_the_place_of_what_is_promised) {
    day_.visits[0].promised_arrival_at = at(9);
    day_.visits[1].priority = 5;
    EXPECT_EQ(left_out(), 100);
}

TEST_F(ReasonsTest, nobody_gets_more_visits_than_he_may_have_on_a_day) {
    day_.technicians[0].visits_a_day = 2;
    day_.technicians[0].visits_done = 1;
    auto wanted = visit(1);
    wanted.priority = 0.5;
    EXPECT_EQ(reason_for(wanted).obstacle, Obstacle::overloaded);
}

TEST_F(ReasonsTest, who_was_given_more_than_he_may_have_keeps_it_and_gets_nothing_more) {
    day_.technicians[0].visits_a_day = 1;
    for (const std::int64_t id : {101, 102}) {
        auto given = visit(id);
        given.technician_id = 1;
        given.state = VisitState::assigned;
        day_.visits.push_back(given);
    }
    const auto plan = searched(day_, 50).plan;
    EXPECT_EQ(plan.tours.at(0).stops.size(), 2U);
    EXPECT_EQ(plan.unserved.size(), 1U);
    EXPECT_EQ(plan.unserved.at(0).ticket_id, 100);
    EXPECT_TRUE(verify(day_, plan).feasible());
}

TEST_F(ReasonsTest, the_day_is_over) {
    day_.now = at(18);
    const auto plan = searched(day_, 50).plan;
    EXPECT_EQ(plan.unserved.at(0).obstacle, Obstacle::not_working);
}

TEST_F(ReasonsTest, there_is_no_technician) {
    day_.technicians.clear();
    const auto plan = searched(day_, 50).plan;
    EXPECT_EQ(plan.unserved.at(0).obstacle, Obstacle::no_technician);
}

TEST_F(ReasonsTest, a_repair_goes_on_after_the_break) {
    day_.visits[0].window = {at(11), at(12)};
    day_.visits[0].duration = std::chrono::hours{2};
    const auto plan = searched(day_, 0).plan;
    const auto& stop = plan.tours.at(0).stops.at(0);
    EXPECT_EQ(stop.start, at(11));
    EXPECT_EQ(stop.end, at(14));
}

}  // namespace
}  // namespace callout::planning::day
