#include <gtest/gtest.h>

#include "dispatch/planning/trsp/planned_day.hpp"
#include "dispatch/planning/trsp/readiness.hpp"

namespace callout::planning::trsp {
namespace {

constexpr double kNow = 0;

// Two technicians without skills, tools and parts, ten west and ten east of the depot; 2 may be given requests 3 and 4.
class ReadinessTest : public testing::Test {
protected:
    ReadinessTest() {
        instance_.part_count = 1;
        instance_.depot = {{0, 0}, {0, 100}, 0};
        instance_.technicians = {{1, {-10, 0}, {0, 100}, 0, 0, {0}}, {2, {10, 0}, {0, 100}, 0, 0, {0}}};
        instance_.requests = {{3, {10, 10}, {20, 30}, 10, 0, 0, {0}}, {4, {10, 20}, {40, 50}, 10, 0, 0, {0}}};
    }

    Crew at_home(int technician) const { return {technician, kHome, 0, 100, false, false, {0}}; }

    PlannedDay day(const Crew& crew, const std::vector<int>& stops, double stays_until = 0) const {
        return {instance_, crew, stops, kNow, stays_until};
    }

    static Call call(Point place, Window window, double at, int parts = 0) {
        return {{0, place, window, 5, 0, 0, {parts}}, at};
    }

    Instance instance_;
};

TEST_F(ReadinessTest, a_day_without_stops_takes_no_time) {
    EXPECT_EQ(day(at_home(1), {}).duration(), 0);
}

TEST_F(ReadinessTest, a_day_begins_as_late_as_its_windows_allow_and_takes_no_longer_for_it) {
    // leaves at 20, works from 30 to 40 and from 50 to 60, is home at 80
    EXPECT_NEAR(day(at_home(2), {3, 4}).duration(), 60, 1e-9);
    EXPECT_NEAR(day(at_home(2), {3, 4}).reliefs()[0].until, 20, 1e-9);
}

TEST_F(ReadinessTest, a_window_that_is_missed_is_noticed) {
    EXPECT_TRUE(day(at_home(2), {3, 4}).in_time());
    EXPECT_FALSE(day(at_home(2), {4, 3}).in_time());
}

TEST_F(ReadinessTest, a_call_is_taken_only_if_the_promises_behind_it_can_be_kept) {
    const auto busy = day(at_home(2), {3, 4});
    EXPECT_TRUE(busy.could_take(call({10, 10}, {0, 10}, 0)));     // before 3
    EXPECT_FALSE(busy.could_take(call({10, 10}, {26, 28}, 0)));   // 3 would be too late then
    EXPECT_FALSE(busy.could_take(call({-30, 10}, {30, 40}, 0)));  // too far from 4
}

TEST_F(ReadinessTest, who_lacks_a_part_goes_by_the_depot_unless_he_has_been_there) {
    const auto short_notice = call({0, 1}, {5, 8}, 0, 1);
    EXPECT_FALSE(day(at_home(1), {}).could_take(short_notice));
    const Crew equipped{1, kDepot, 0, 0, true, true, {0}};
    EXPECT_TRUE(day(equipped, {}, 20).could_take(short_notice));
}

TEST_F(ReadinessTest, what_could_be_given_away_leaves_room_behind) {
    const auto reliefs = day(at_home(2), {3, 4}).reliefs();
    ASSERT_EQ(reliefs.size(), 2u);
    EXPECT_EQ(reliefs[0].request->id, 3);
    EXPECT_NEAR(reliefs[0].until, 20, 1e-9);
    EXPECT_TRUE(reliefs[0].rest.could_take(call({10, 10}, {22, 25}, 0)));
}

TEST_F(ReadinessTest, a_call_that_nobody_could_take_is_lost) {
    const std::vector<Call> calls{call({90, 90}, {5, 8}, 0)};
    EXPECT_EQ(Readiness({day(at_home(1), {}), day(at_home(2), {})}, calls, 1).loss(), 1);
}

TEST_F(ReadinessTest, the_more_could_take_a_call_the_less_likely_it_is_lost) {
    const std::vector<Call> calls{call({0, 5}, {40, 60}, 0)};
    const double one = Readiness({day(at_home(1), {})}, calls, 1).loss();
    const double two = Readiness({day(at_home(1), {}), day(at_home(2), {})}, calls, 1).loss();
    EXPECT_LT(one, 1);
    EXPECT_LT(two, one);
}

TEST_F(ReadinessTest, a_call_is_the_likelier_lost_the_more_come_before_it) {
    const std::vector<Call> calls{call({0, 5}, {40, 60}, 0), call({0, 5}, {40, 60}, 20)};
    const auto loss_of = [&](double rivals) { return Readiness({day(at_home(1), {})}, calls, rivals).loss(); };
    EXPECT_LT(loss_of(1), loss_of(4));
    EXPECT_LT(loss_of(4), 1);
}

TEST_F(ReadinessTest, a_call_is_not_lost_if_somebody_can_be_relieved_for_it) {
    // Only 2 is near enough, and at that time he works on 3, which 1 could do as well.
    const std::vector<Call> calls{call({20, 0}, {24, 25}, 0)};
    const auto busy = day(at_home(2), {3});
    const double alone = Readiness({busy}, calls, 1).loss();
    const double relieved = Readiness({day(at_home(1), {}), busy}, calls, 1).loss();
    EXPECT_EQ(alone, 1);
    EXPECT_LT(relieved, 1);
}

TEST_F(ReadinessTest, asking_what_if_answers_as_replacing_does) {
    const std::vector<Call> calls{call({0, 1}, {5, 8}, 0, 1), call({0, 5}, {40, 60}, 0)};
    Readiness readiness({day(at_home(1), {}), day(at_home(2), {3, 4})}, calls, 1);
    const auto reserve = day({1, kDepot, 0, 0, true, true, {0}}, {}, 20);
    const double expected = readiness.loss_if(0, reserve);
    EXPECT_LT(expected, readiness.loss());
    readiness.replace(0, reserve);
    EXPECT_EQ(readiness.loss(), expected);
}

TEST(PlannedDay, takes_a_call_only_while_there_is_time_and_he_has_skill_and_part) {
    Instance instance;
    instance.part_count = 1;
    instance.depot = {{0, 10}, {0, 100}, 0};
    instance.technicians = {{1, {0, 0}, {0, 100}, 1, 0, {0}}};
    instance.requests = {{2, {0, 20}, {40, 45}, 5, 1, 0, {0}}};
    const Crew crew{1, kHome, 0, 100, false, false, {0}};
    const int stops[] = {2};
    const PlannedDay day(instance, crew, stops, 0, 0);
    EXPECT_NEAR(day.duration(), 45, 1e-9);
    const auto call = [](double at, Set skills, int parts) {
        return Call{{0, {0, 5}, {0, 30}, 1, skills, 0, {parts}}, at};
    };
    EXPECT_TRUE(day.could_take(call(10, 1, 0)));
    EXPECT_FALSE(day.could_take(call(10, 2, 0)));
    EXPECT_FALSE(day.could_take(call(28, 1, 0)));  // he arrives at 33
    EXPECT_TRUE(day.could_take(call(10, 1, 1)));   // by way of the depot, at 25
    EXPECT_FALSE(day.could_take(call(18, 1, 1)));
}

TEST(Forecast, imagines_calls_that_come_in_time_and_whose_windows_are_still_shut) {
    Instance instance;
    instance.depot = {{50, 50}, {0, 200}, 0};
    Forecast forecast(instance, 11);
    EXPECT_TRUE(forecast.empty());
    forecast.learn({1, {20, 30}, {0, 180}, 10, 0, 0, {}});
    forecast.learn({2, {70, 60}, {90, 120}, 10, 0, 0, {}});
    for (int i = 0; i < 500; ++i) {
        const Call call = forecast.next(60, 90);
        EXPECT_GE(call.at, 60);
        EXPECT_LE(call.at, 90);
        EXPECT_GE(call.request.window.start, call.at);
        EXPECT_LE(call.request.window.end - call.request.window.start, 30 + 1e-9);  // as wide as the second's
        const double done = call.at + distance(call.request.place, instance.depot.place) + call.request.service;
        EXPECT_LE(done, call.request.window.end + 1e-9);
        EXPECT_TRUE(call.request.place.x >= 20 && call.request.place.x <= 70) << "no further out than those seen";
    }
}

}  // namespace
}  // namespace callout::planning::trsp
