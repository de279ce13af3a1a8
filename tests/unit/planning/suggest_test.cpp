#include "dispatch/planning/suggest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "dispatch/planning/random.hpp"

namespace callout::planning {
namespace {

using namespace std::chrono;

// At 60 km/h on straight roads a degree of latitude, 111.2 km, is 111.2 minutes; 0.09 of it is ten.
constexpr Instant eight{sys_days{2026y / November / 23} + hours{8}};
constexpr double ten_minutes_north = 0.0899320;

Instant at(int hour, int minute = 0) {
    return eight + hours{hour - 8} + std::chrono::minutes{minute};
}

Point north(double ten_minutes) {
    return {30 + ten_minutes * ten_minutes_north, 104};
}

SuggestSettings straight() {
    return {.travel = {.road_factor = 1, .speed_km_h = 60}};
}

Visit visit(std::int64_t ticket_id, const Point& site, std::optional<Instant> promised = std::nullopt) {
    return {.ticket_id = ticket_id,
            .site = site,
            .window = {at(8), at(18)},
            .duration = std::chrono::minutes{60},
            .promised_arrival_at = promised,
            .state = VisitState::assigned};
}

Job job(const Point& site = north(1)) {
    return {.visit = {.ticket_id = 99, .site = site, .window = {at(8), at(17)}}, .region_code = "510100"};
}

Candidate worker(std::int64_t id, const Point& home = north(0), std::int64_t dealer = 1) {
    Candidate candidate;
    candidate.technician.id = id;
    candidate.technician.dealer_unit_id = dealer;
    candidate.technician.home = home;
    candidate.days = {{.working = {{at(8), at(12)}, {at(13), at(17)}}}};
    return candidate;
}

const std::vector<Dealer> one_dealer{{.unit_id = 1}};

Suggestions ask(const Job& wanted, const std::vector<Candidate>& candidates, const WhyNotQuestion& question = {},
                const std::vector<Dealer>& dealers = one_dealer) {
    return suggest(wanted, dealers, candidates, eight, question, straight());
}

double value_of(const Suggestion& suggestion, ReasonCode code) {
    return std::ranges::find(suggestion.reasons, code, &Reason::code)->value;
}

Obstacle only_obstacle(const Suggestions& result) {
    EXPECT_TRUE(result.technicians.empty());
    return result.nobody.value().obstacle;
}

TEST(Suggest, TheNearestIsFirstAndTheReasonsSayWhy) {
    const auto result = ask(job(), {worker(7, north(4)), worker(8, north(2)), worker(9, north(-3))});
    ASSERT_EQ(result.technicians.size(), 3u);
    EXPECT_EQ(result.technicians[0].technician_id, 8);
    EXPECT_EQ(result.technicians[1].technician_id, 7);
    EXPECT_NEAR(value_of(result.technicians[0], ReasonCode::travel_min), 10, 0.01);
    EXPECT_NEAR(value_of(result.technicians[0], ReasonCode::road_km), 10, 0.01);
    EXPECT_NEAR(value_of(result.technicians[0], ReasonCode::detour_min), 20, 0.01);
    EXPECT_NEAR(static_cast<double>((result.technicians[0].arrives_at - at(8, 10)).count()), 0, 1000);
}

TEST(Suggest, TheCostsOfTheReasonsAddUpToTheCost) {
    auto busy = worker(7, north(3));
    busy.technician.mean_working_min = 300;
    busy.asset_visits = 1;
    busy.days[0].visits = {visit(1, north(5), at(11)), visit(2, north(6))};
    const auto result = ask(job(), {busy, worker(8)}, {}, {{.unit_id = 1, .waiting_visits = 3}});
    ASSERT_EQ(result.technicians.size(), 2u);
    for (const auto& suggestion : result.technicians) {
        double sum = 0;
        for (const auto& reason : suggestion.reasons) sum += reason.cost_min;
        EXPECT_NEAR(sum, suggestion.cost_min, 1e-9);
        EXPECT_EQ(suggestion.reasons.size(), value_count<ReasonCode>);
    }
}

TEST(Suggest, AVisitOnTheWayIsNoDetour) {
    auto passing = worker(7);
    passing.days[0].visits = {visit(1, north(6))};
    const auto result = ask(job(north(3)), {passing});
    ASSERT_EQ(result.technicians.size(), 1u);
    EXPECT_NEAR(value_of(result.technicians[0], ReasonCode::detour_min), 0, 0.01);
    EXPECT_EQ(result.technicians[0].after_ticket_id, std::nullopt);
}

TEST(Suggest, WhatWasPromisedIsKept) {
    auto promised = worker(7);
    // Six tens of minutes away by nine: there is no time for anything before.
    promised.days[0].visits = {visit(1, north(6), at(9))};
    const auto result = ask(job(north(3)), {promised});
    ASSERT_EQ(result.technicians.size(), 1u);
    EXPECT_EQ(result.technicians[0].after_ticket_id, 1);
}

TEST(Suggest, APromiseThatWouldBeBrokenIsTheObstacle) {
    auto promised = worker(7);
    promised.days[0].visits = {visit(1, north(6), at(9))};
    auto wanted = job(north(3));
    wanted.visit.window.until = at(9);
    EXPECT_EQ(only_obstacle(ask(wanted, {promised})), Obstacle::promise_broken);
}

TEST(Suggest, WhoIsLateAlreadyIsNotMadeLater) {
    auto late = worker(7);
    late.days[0].visits = {visit(1, north(6), at(7))};
    const auto result = ask(job(north(3)), {late});
    ASSERT_EQ(result.technicians.size(), 1u);
    EXPECT_EQ(result.technicians[0].after_ticket_id, 1);
}

TEST(Suggest, NothingIsPutBeforeAVisitThatHasBegun) {
    auto working = worker(7);
    auto first = visit(1, north(6));
    first.state = VisitState::departed;
    first.departed_at = at(7);
    first.arrived_at = at(7, 50);
    working.days[0].visits = {first};
    working.days[0].start = north(6);
    const auto result = ask(job(north(3)), {working});
    ASSERT_EQ(result.technicians.size(), 1u);
    EXPECT_EQ(result.technicians[0].after_ticket_id, 1);
    EXPECT_NEAR(value_of(result.technicians[0], ReasonCode::travel_min), 30, 0.1);
}

TEST(Suggest, WorkGoesOnAfterABreak) {
    auto wanted = job(north(1));
    wanted.visit.window.from = at(11, 30);
    const auto result = ask(wanted, {worker(7)});
    ASSERT_EQ(result.technicians.size(), 1u);
    wanted.visit.window = {at(12, 30), at(12, 45)};
    EXPECT_EQ(ask(wanted, {worker(7)}).technicians.size(), 1u) << "he is there before the break ends";
}

TEST(Suggest, AWindowThatCannotBeMetIsTheObstacle) {
    auto wanted = job(north(10));
    wanted.visit.window.until = at(9);
    EXPECT_EQ(only_obstacle(ask(wanted, {worker(7)})), Obstacle::window_missed);
}

TEST(Suggest, TomorrowIsTakenWhenTodayIsFull) {
    auto full = worker(7);
    full.technician.visits_a_day = 1;
    full.days[0].visits = {visit(1, north(6))};
    full.days.push_back({.working = {{at(32), at(36)}}});
    auto wanted = job();
    wanted.visit.window.until = at(40);
    const auto result = ask(wanted, {full});
    ASSERT_EQ(result.technicians.size(), 1u);
    EXPECT_EQ(result.technicians[0].day, 1);
}

TEST(Suggest, WhatHeHasDoneTodayCountsAgainstTodayOnly) {
    auto done = worker(7);
    done.technician.visits_a_day = 1;
    done.technician.visits_done = 1;
    done.days.push_back({.working = {{at(32), at(36)}}});
    auto wanted = job();
    wanted.visit.window.until = at(40);
    auto result = ask(wanted, {done});
    ASSERT_EQ(result.technicians.size(), 1u);
    EXPECT_EQ(result.technicians[0].day, 1);
    EXPECT_EQ(value_of(result.technicians[0], ReasonCode::visits_that_day), 0);
    done.technician.visits_a_day = 2;
    result = ask(wanted, {done});
    EXPECT_EQ(result.technicians.at(0).day, 0);
    EXPECT_EQ(value_of(result.technicians[0], ReasonCode::visits_that_day), 1);
    done.days.pop_back();
    done.technician.visits_a_day = 1;
    EXPECT_EQ(only_obstacle(ask(wanted, {done})), Obstacle::overloaded);
}

TEST(Suggest, WhatIsPlannedIsDrivenAsPlannedBehindWhatWasPromisedBeforeIt) {
    std::vector<Visit> visits{visit(1, north(1)), visit(2, north(2)), visit(3, north(3)), visit(4, north(4), at(10))};
    visits[0].planned_arrival_at = at(11);
    visits[1].planned_arrival_at = at(9);
    std::vector<std::int64_t> order;
    for (const auto* each : running_order(visits)) order.push_back(each->ticket_id);
    EXPECT_EQ(order, (std::vector<std::int64_t>{2, 4, 1, 3}));
}

TEST(Suggest, EachFilterIsAnswerdByName) {
    auto wanted = job();
    wanted.visit.needs = {.skills = {"s"}, .tools = {"t"}, .licences = {"l"}, .parts = {{"p", 2}}};
    auto able = worker(7);
    able.technician.skills = {"s"};
    able.technician.tools = {"t"};
    able.technician.licences = {"l"};
    able.technician.parts = {{"p", 2}};
    EXPECT_EQ(ask(wanted, {able}).technicians.size(), 1u);

    const auto without = [&](auto change) {
        auto candidate = able;
        change(candidate);
        const auto result = ask(wanted, {candidate});
        EXPECT_TRUE(result.technicians.empty());
        return result.nobody.value();
    };
    EXPECT_EQ(without([](auto& c) { c.technician.skills = {}; }), (Hindrance{Obstacle::skill_missing, "s"}));
    EXPECT_EQ(without([](auto& c) { c.technician.tools = {}; }), (Hindrance{Obstacle::tool_missing, "t"}));
    EXPECT_EQ(without([](auto& c) { c.technician.licences = {}; }), (Hindrance{Obstacle::licence_missing, "l"}));
    EXPECT_EQ(without([](auto& c) { c.technician.parts = {{"p", 1}}; }), (Hindrance{Obstacle::part_missing, "p"}));
    EXPECT_EQ(without([](auto& c) { c.technician.home.reset(); }).obstacle, Obstacle::home_missing);
    EXPECT_EQ(without([](auto& c) { c.technician.home = Point{0, 0}; }).obstacle, Obstacle::home_missing);
    EXPECT_EQ(without([](auto& c) { c.days = {{.working = {}}}; }).obstacle, Obstacle::not_working);
    EXPECT_EQ(without([](auto& c) { c.technician.visits_a_day = 0; }).obstacle, Obstacle::overloaded);
}

TEST(Suggest, DealersAreFilteredByProductTerritoryAndWhatTheySaidBefore) {
    auto wanted = job();
    wanted.declined_dealers = {3};
    const std::vector<Dealer> dealers{{.unit_id = 1, .authorised = false},
                                      {.unit_id = 2, .region_codes = {"510700"}},
                                      {.unit_id = 3},
                                      {.unit_id = 4, .region_codes = {"510000"}},
                                      {.unit_id = 5}};
    const auto result = ask(wanted,
                            {worker(1, north(0), 1), worker(2, north(0), 2), worker(3, north(0), 3),
                             worker(4, north(0), 4), worker(5, north(9), 5)},
                            {.dealer_unit_ids = {1, 2, 3, 4, 5, 6}}, dealers);
    ASSERT_EQ(result.dealers.size(), 2u);
    EXPECT_EQ(result.dealers[0].dealer_unit_id, 4);
    ASSERT_EQ(result.why_not_dealers.size(), 6u);
    EXPECT_EQ(result.why_not_dealers[0].hindrance->obstacle, Obstacle::not_authorised);
    EXPECT_EQ(result.why_not_dealers[1].hindrance, (Hindrance{Obstacle::outside_territory, "510100"}));
    EXPECT_EQ(result.why_not_dealers[2].hindrance->obstacle, Obstacle::declined);
    EXPECT_EQ(result.why_not_dealers[3].rank, 1);
    EXPECT_EQ(result.why_not_dealers[4].rank, 2);
    EXPECT_GT(result.why_not_dealers[4].cost_difference_min.value(), 0);
    EXPECT_FALSE(result.why_not_dealers[5].known);
}

TEST(Suggest, WhyNotNamesTheFilterOrTheRankAndTheDifference) {
    auto unable = worker(3);
    unable.days.clear();
    std::vector<Candidate> candidates{unable};
    for (std::int64_t id = 10; id < 20; ++id) candidates.push_back(worker(id, north(static_cast<double>(id))));
    const auto result = ask(job(), candidates, {.technician_ids = {3, 17, 10, 1000}});
    EXPECT_EQ(result.technicians.size(), 5u);
    EXPECT_EQ(result.feasible_technicians, 10);
    EXPECT_EQ(result.why_not_technicians[0].hindrance->obstacle, Obstacle::not_working);
    EXPECT_EQ(result.why_not_technicians[1].rank, 8);
    // Seven tens of minutes further, there and back, and as much longer to wait.
    EXPECT_NEAR(result.why_not_technicians[1].cost_difference_min.value(), 140 + 7, 0.1);
    EXPECT_EQ(result.why_not_technicians[2].cost_difference_min, 0);
    EXPECT_FALSE(result.why_not_technicians[3].known);
}

TEST(Suggest, FairnessHistoryAndLoadDecideBetweenNeighbours) {
    auto tired = worker(1);
    tired.technician.mean_working_min = 400;
    EXPECT_EQ(ask(job(), {tired, worker(2)}).technicians[0].technician_id, 2);
    auto knows = worker(5);
    knows.asset_visits = 1;
    EXPECT_EQ(ask(job(), {worker(4), knows}).technicians[0].technician_id, 5);
    auto loaded = worker(1);
    loaded.days[0].visits = {visit(1, north(0), at(16))};
    EXPECT_EQ(ask(job(), {loaded, worker(2)}).technicians[0].technician_id, 2);
}

TEST(Suggest, BadInputIsAnsweredWithItsName) {
    EXPECT_EQ(only_obstacle(ask(job(), {})), Obstacle::no_technician);
    auto nowhere = job();
    nowhere.visit.site.reset();
    EXPECT_EQ(only_obstacle(ask(nowhere, {worker(1)})), Obstacle::site_missing);
    nowhere.visit.site = Point{0, 0};
    EXPECT_EQ(only_obstacle(ask(nowhere, {worker(1)})), Obstacle::site_missing);
    auto endless = job();
    endless.visit.duration = hours{9};
    EXPECT_EQ(only_obstacle(ask(endless, {worker(1)})), Obstacle::longer_than_a_day);
    auto backwards = job();
    backwards.visit.window = {at(12), at(11)};
    EXPECT_EQ(only_obstacle(ask(backwards, {worker(1)})), Obstacle::malformed);
    const auto twice = ask(job(), {worker(1), worker(1, north(9))});
    EXPECT_EQ(twice.feasible_technicians, 1);
    ASSERT_EQ(twice.hindrances.size(), 1u);
    EXPECT_EQ(twice.hindrances[0].hindrance, (Hindrance{Obstacle::duplicate_id, "1"}));
    auto repeated = worker(1);
    repeated.days[0].visits = {visit(5, north(2)), visit(5, north(2))};
    EXPECT_NEAR(value_of(ask(job(), {repeated}).technicians[0], ReasonCode::visits_that_day), 1, 0);
    auto homeless_visit = worker(1);
    homeless_visit.days[0].visits = {visit(5, Point{0, 0})};
    EXPECT_EQ(ask(job(), {homeless_visit}).technicians.size(), 1u);
}

TEST(Suggest, WhoCannotIsCountedByObstacle) {
    auto wanted = job();
    wanted.visit.needs.skills = {"s"};
    const auto result = ask(wanted, {worker(1), worker(2), worker(3)});
    ASSERT_EQ(result.hindrances.size(), 1u);
    EXPECT_EQ(result.hindrances[0].technicians, 3);
    EXPECT_EQ(result.hindrances[0].hindrance, (Hindrance{Obstacle::skill_missing, "s"}));
}

// Drives a day without breaks once more, apart from the search: when each visit begins, in minutes after eight, and
// under id 0 when the last one ends.
std::vector<std::pair<std::int64_t, double>> drive(const std::vector<Visit>& route, const Point& home) {
    std::vector<std::pair<std::int64_t, double>> begins;
    double clock = 0;
    Point point = home;
    for (const auto& visit : route) {
        clock += dispatch::distance_m(point, *visit.site) / 1000;
        begins.emplace_back(visit.ticket_id, clock);
        clock += static_cast<double>(visit.duration.count());
        point = *visit.site;
    }
    begins.emplace_back(0, clock);
    return begins;
}

TEST(Suggest, RandomDaysKeepEveryPromiseAndTheWorkingHours) {
    constexpr std::uint64_t seed = 20261123;
    SCOPED_TRACE(seed);
    Random random{seed};
    int placed = 0;
    for (int round = 0; round < 500; ++round) {
        auto candidate = worker(1);
        candidate.days[0].working = {{at(8), at(17)}};
        const auto anywhere = [&] { return Point{30 + random.unit() * 0.5, 104 + random.unit() * 0.5}; };
        for (std::int64_t id = 1; id <= random.below(6); ++id)
            candidate.days[0].visits.push_back(
                visit(id, anywhere(), at(8) + std::chrono::minutes{30 + random.below(500)}));
        const auto wanted = job(anywhere());
        const auto result = ask(wanted, {candidate});
        if (result.technicians.empty()) continue;
        ++placed;
        std::vector<Visit> before;
        for (const auto* each : running_order(candidate.days[0].visits)) before.push_back(*each);
        auto after = before;
        const auto& suggestion = result.technicians[0];
        const auto place = suggestion.after_ticket_id
                               ? std::ranges::find(after, *suggestion.after_ticket_id, &Visit::ticket_id) + 1
                               : after.begin();
        after.insert(place, wanted.visit);
        const auto without = drive(before, *candidate.technician.home);
        const auto with = drive(after, *candidate.technician.home);
        EXPECT_LE(with.back().second, std::max(9.0 * 60, without.back().second) + 0.01) << "round " << round;
        for (const auto& each : before) {
            const auto begins = [&](const auto& times) {
                return std::ranges::find(times, each.ticket_id, [](const auto& pair) { return pair.first; })->second;
            };
            const double promised = static_cast<double>((*each.promised_arrival_at - at(8)).count()) / 60'000 + 15;
            EXPECT_LE(begins(with), std::max(promised, begins(without)) + 0.01) << "round " << round;
        }
    }
    EXPECT_GT(placed, 100);
}

}  // namespace
}  // namespace callout::planning
