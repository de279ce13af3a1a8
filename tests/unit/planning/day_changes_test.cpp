#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "dispatch/planning/day/changes.hpp"
#include "dispatch/planning/day/problem.hpp"
#include "dispatch/planning/day/search.hpp"
#include "dispatch/planning/day/verify.hpp"
#include "tests/unit/planning/random_day.hpp"

namespace callout::planning::day {
namespace {

Plan searched_plan(const Day& day, std::int64_t iterations) {
    SearchOptions options;
    options.progress = [=](std::int64_t done) { return done >= iterations ? 1.0 : double(done) / double(iterations); };
    return search(day, options).plan;
}

std::vector<Move> moves_of(const std::vector<Change>& changed) {
    std::vector<Move> moves;
    for (const auto& change : changed) {
        Move move{.ticket_id = change.ticket_id, .chosen = true};
        if (change.to) {
            move.technician_id = change.to->technician_id;
            move.arrive = change.to->arrive;
        }
        moves.push_back(move);
        if (change.from) moves.back().from_technician_id = change.from->technician_id;
    }
    return moves;
}

// The technician and the planned time become the visit's own, as accepting does.
void accept(Day& day, const Plan& plan) {
    for (const auto& unserved : plan.unserved) {
        for (auto& visit : day.visits) {
            if (visit.ticket_id == unserved.ticket_id && visit.state == VisitState::assigned)
                visit.technician_id.reset();
        }
    }
    for (const auto& tour : plan.tours) {
        for (const auto& stop : tour.stops) {
            for (auto& visit : day.visits) {
                if (visit.ticket_id != stop.ticket_id || visit.state == VisitState::departed) continue;
                visit.state = VisitState::assigned;
                visit.technician_id = tour.technician_id;
                visit.planned_arrival_at = stop.arrive;
            }
        }
    }
}

std::set<std::int64_t> served(const Plan& plan) {
    std::set<std::int64_t> tickets;
    for (const auto& tour : plan.tours) {
        for (const auto& stop : tour.stops) tickets.insert(stop.ticket_id);
    }
    return tickets;
}

TEST(DayChanges, what_stands_is_possible_on_every_random_day) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto day = RandomDay(seed).make();
        const auto plan = standing_plan(day);
        const auto verdict = verify(day, plan);
        EXPECT_TRUE(verdict.feasible()) << to_string(verdict.findings.at(0).violation);
    }
}

TEST(DayChanges, accepting_all_gives_the_proposed_plan_and_leaves_nothing_to_change) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        auto day = RandomDay(seed).make();
        const auto proposed = searched_plan(day, 200);
        const auto changed = changes(day, standing_plan(day), proposed);
        const auto merged = merge(day, moves_of(changed));
        EXPECT_TRUE(merged.refused.empty());
        EXPECT_EQ(served(merged.plan), served(proposed));
        accept(day, proposed);
        EXPECT_TRUE(changes(day, standing_plan(day), proposed).empty());
    }
}

// A day in the middle: a plan was accepted, then time went by and work took longer than was thought.
Day going_on(std::uint64_t seed) {
    auto day = RandomDay(seed).make();
    accept(day, searched_plan(day, 100));
    Random random(seed);
    day.now += std::chrono::minutes{random.below(120)};
    for (auto& visit : day.visits) {
        if (random.chance(0.1)) visit.duration += std::chrono::minutes{60};
    }
    return day;
}

TEST(DayChanges, a_technician_who_would_come_at_that_time_anyway_is_no_change) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        for (const auto& day : {RandomDay(seed).make(), going_on(seed)}) {
            for (const auto& change : changes(day, standing_plan(day), searched_plan(day, 200))) {
                if (!change.from || !change.to) continue;
                EXPECT_TRUE(change.from->technician_id != change.to->technician_id ||
                            std::chrono::abs(change.from->arrive - change.to->arrive) > kSameTime)
                    << change.ticket_id;
            }
        }
    }
}

TEST(DayChanges, accepting_all_in_the_middle_of_the_day_gives_the_proposed_tours) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto day = going_on(seed);
        const auto proposed = searched_plan(day, 200);
        EXPECT_EQ(merge(day, moves_of(changes(day, standing_plan(day), proposed))).plan.tours, proposed.tours);
    }
}

TEST(DayChanges, accepting_a_part_stays_possible_or_says_what_it_depends_on) {
    int refused = 0;
    int explained = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto day = RandomDay(seed).make();
        auto moves = moves_of(changes(day, standing_plan(day), searched_plan(day, 200)));
        Random random(seed);
        for (auto& move : moves) move.chosen = random.chance(0.5);
        const auto merged = merge(day, moves);
        const auto verdict = verify(day, merged.plan);
        EXPECT_TRUE(verdict.feasible()) << to_string(verdict.findings.at(0).violation);
        const auto now_served = served(merged.plan);
        for (const auto& move : moves) {
            const bool is_refused = std::ranges::count(merged.refused, move.ticket_id, &RefusedMove::ticket_id) > 0;
            EXPECT_TRUE(!move.chosen || !move.technician_id || is_refused || now_served.contains(move.ticket_id))
                << move.ticket_id;
        }
        for (const auto& one : merged.refused) {
            ++refused;
            explained += one.depends_on.empty() ? 0 : 1;
        }
    }
    EXPECT_GT(refused, 0) << "the days are too easy to say anything";
    EXPECT_EQ(explained, refused);
}

bool takes_others(const Change& change) {
    return std::ranges::count(change.reasons, ChangeReasonCode::only_with_others, &ChangeReason::code) > 0;
}

const Stop* stop_of(const Plan& plan, std::int64_t technician_id, std::int64_t ticket_id) {
    for (const auto& tour : plan.tours) {
        const auto stop = std::ranges::find(tour.stops, ticket_id, &Stop::ticket_id);
        if (tour.technician_id == technician_id && stop != tour.stops.end()) return &*stop;
    }
    return nullptr;
}

// Whether the visit is where the change says; in another's tour it may be at another time.
bool comes_about(const Change& change, const Plan& plan) {
    if (!change.to) return !served(plan).contains(change.ticket_id);
    const Stop* stop = stop_of(plan, change.to->technician_id, change.ticket_id);
    const bool other_technician = !change.from || change.from->technician_id != change.to->technician_id;
    return stop && (other_technician || std::chrono::abs(stop->arrive - change.to->arrive) <= kSameTime);
}

TEST(DayChanges, accepting_one_change_alone_brings_it_about_unless_it_says_that_it_takes_others) {
    int of_time_alone = 0;
    int with_others = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto day = going_on(seed);
        const auto changed = changes(day, standing_plan(day), searched_plan(day, 200));
        auto moves = moves_of(changed);
        for (auto& move : moves) move.chosen = false;
        for (std::size_t i = 0; i < changed.size(); ++i) {
            moves[i].chosen = true;
            const auto merged = merge(day, moves);
            moves[i].chosen = false;
            if (takes_others(changed[i])) {
                ++with_others;
                ASSERT_EQ(merged.refused.size(), 1U) << changed[i].ticket_id;
                EXPECT_FALSE(merged.refused[0].depends_on.empty()) << changed[i].ticket_id;
            } else {
                of_time_alone += changed[i].to && moves[i].technician_id == moves[i].from_technician_id ? 1 : 0;
                EXPECT_TRUE(merged.refused.empty()) << changed[i].ticket_id;
                EXPECT_TRUE(comes_about(changed[i], merged.plan)) << changed[i].ticket_id;
            }
        }
    }
    EXPECT_GT(of_time_alone, 0) << "the days are too easy to say anything";
    EXPECT_GT(with_others, 0) << "the days are too easy to say anything";
}

TEST(DayChanges, what_stands_comes_in_the_order_planned_or_promised) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        for (const auto& day : {RandomDay(seed).make(), going_on(seed)}) {
            for (const auto& tour : standing_plan(day).tours) {
                Instant before{};
                for (const auto& stop : tour.stops) {
                    const auto& visit = *std::ranges::find(day.visits, stop.ticket_id, &Visit::ticket_id);
                    // What is pinned keeps the order of the day instead.
                    if (stop.departed || visit.pinned) continue;
                    const Instant at = visit.planned_arrival_at.value_or(late_after(visit));
                    EXPECT_LE(before, at) << stop.ticket_id;
                    before = at;
                }
            }
        }
    }
}

class OneVisitTest : public ::testing::Test {
protected:
    static Instant at(int hour) { return Instant{std::chrono::days{20'000}} + std::chrono::hours{hour}; }

    Day day_;

    OneVisitTest() {
        day_.now = at(8);
        for (const double north : {39.0, 39.3}) {
            Technician technician{.id = static_cast<std::int64_t>(day_.technicians.size() + 1)};
            technician.home = Point{north, 116};
            technician.working = {{at(8), at(17)}};
            day_.technicians.push_back(technician);
        }
        Visit visit{.ticket_id = 7, .site = Point{39.0, 116}};
        visit.window = {at(0), at(24)};
        day_.visits.push_back(visit);
    }
};

TEST_F(OneVisitTest, nobody_had_it) {
    const auto changed = changes(day_, standing_plan(day_), searched_plan(day_, 20));
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_FALSE(changed[0].from);
    EXPECT_EQ(changed[0].to->technician_id, 1);
    EXPECT_EQ(changed[0].reasons.at(0).code, ChangeReasonCode::nobody_has_it);
}

TEST_F(OneVisitTest, a_nearer_technician_saves_kilometres) {
    day_.weights.moved = 10;
    day_.visits[0].technician_id = 2;
    day_.visits[0].state = VisitState::assigned;
    const auto changed = changes(day_, standing_plan(day_), searched_plan(day_, 20));
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed[0].from->technician_id, 2);
    EXPECT_EQ(changed[0].reasons.at(0).code, ChangeReasonCode::detour_km);
    EXPECT_NEAR(changed[0].reasons.at(0).before, 2 * 1.3 * 33.36, 0.1);
    EXPECT_NEAR(changed[0].reasons.at(0).after, 0, 1e-9);
}

TEST_F(OneVisitTest, who_has_it_fell_ill) {
    day_.visits[0].technician_id = 1;
    day_.visits[0].state = VisitState::assigned;
    day_.technicians[0].working.clear();
    const auto changed = changes(day_, standing_plan(day_), searched_plan(day_, 20));
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_FALSE(changed[0].from);
    EXPECT_EQ(changed[0].to->technician_id, 2);
    EXPECT_EQ(changed[0].reasons.at(0).code, ChangeReasonCode::holder_cannot);
}

// Nobody else of his dealer's can come.
class HolderCannotTest : public OneVisitTest {
protected:
    HolderCannotTest() {
        day_.technicians.at(0).dealer_unit_id = 1;
        day_.visits[0].technician_id = 1;
        day_.visits[0].state = VisitState::assigned;
        day_.visits[0].dealers = std::vector<std::int64_t>{1};
    }

    std::vector<Change> changed() { return changes(day_, standing_plan(day_), searched_plan(day_, 20)); }

    void expect_taken_back() {
        const auto lines = changed();
        ASSERT_EQ(lines.size(), 1U);
        EXPECT_EQ(lines[0].holder, 1);
        EXPECT_FALSE(lines[0].from);
        EXPECT_FALSE(lines[0].to);
        EXPECT_EQ(lines[0].reasons.at(0).code, ChangeReasonCode::holder_cannot);
        EXPECT_TRUE(merge(day_, moves_of(lines)).refused.empty());
    }
};

TEST_F(HolderCannotTest, what_somebody_has_who_does_not_work_that_day_is_taken_back) {
    day_.technicians[0].working.clear();
    expect_taken_back();
}

TEST_F(HolderCannotTest, what_somebody_has_who_is_gone_is_taken_back) {
    day_.visits[0].technician_id = 9;
    day_.technicians[0].dealer_unit_id = 2;
    const auto lines = changed();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].holder, 9);
    EXPECT_FALSE(lines[0].to);
}

TEST_F(HolderCannotTest, a_promise_that_cannot_be_kept_that_day_is_taken_back) {
    day_.now = at(16);
    day_.visits[0].duration = std::chrono::hours{2};
    day_.visits[0].promised_arrival_at = at(16);
    expect_taken_back();
}

TEST_F(HolderCannotTest, what_is_not_promised_and_finds_no_room_any_more_waits_for_another_day) {
    day_.now = at(16);
    day_.visits[0].duration = std::chrono::hours{2};
    EXPECT_TRUE(changed().empty());
}

TEST_F(HolderCannotTest, what_cannot_be_planned_at_all_is_left_to_who_has_it) {
    day_.technicians[0].working.clear();
    day_.visits[0].site.reset();
    EXPECT_TRUE(changed().empty());
}

TEST_F(OneVisitTest, a_delay_that_the_plan_does_not_mend_is_no_change) {
    day_.visits[0].technician_id = 1;
    day_.visits[0].state = VisitState::assigned;
    day_.visits[0].planned_arrival_at = at(9);
    day_.now = at(10);
    EXPECT_TRUE(changes(day_, standing_plan(day_), searched_plan(day_, 20)).empty());
}

TEST_F(OneVisitTest, who_was_named_and_comes_as_soon_as_he_can_is_no_change) {
    day_.visits[0].technician_id = 1;
    day_.visits[0].state = VisitState::assigned;
    EXPECT_TRUE(changes(day_, standing_plan(day_), searched_plan(day_, 20)).empty());
}

TEST_F(OneVisitTest, a_promise_that_the_plan_keeps_as_the_day_does_is_no_change) {
    day_.visits[0].technician_id = 1;
    day_.visits[0].state = VisitState::assigned;
    day_.visits[0].promised_arrival_at = at(10);
    day_.visits[0].window.from = at(10);
    EXPECT_TRUE(changes(day_, standing_plan(day_), searched_plan(day_, 20)).empty());
}

TEST_F(OneVisitTest, a_planned_time_that_only_the_whole_plan_keeps_is_a_change_that_takes_the_others) {
    Visit& afternoon = day_.visits[0];
    afternoon.technician_id = 1;
    afternoon.state = VisitState::assigned;
    afternoon.planned_arrival_at = afternoon.window.from = at(13);
    Visit prolonged = afternoon;
    prolonged.ticket_id = 8;
    prolonged.planned_arrival_at = prolonged.window.from = at(8);
    prolonged.duration = std::chrono::hours{6};
    day_.visits.push_back(prolonged);
    Day relieved = day_;
    relieved.visits[1].technician_id = 2;
    const auto changed = changes(day_, standing_plan(day_), standing_plan(relieved));
    const auto kept = std::ranges::find(changed, 7, &Change::ticket_id);
    ASSERT_NE(kept, changed.end());
    EXPECT_EQ(kept->from->arrive, at(14));
    EXPECT_EQ(kept->to->arrive, at(13));
    EXPECT_TRUE(takes_others(*kept));
    EXPECT_FALSE(takes_others(*std::ranges::find(changed, 8, &Change::ticket_id)));

    auto moves = moves_of(changed);
    for (auto& move : moves) move.chosen = move.ticket_id == 7;
    const auto alone = merge(day_, moves);
    ASSERT_EQ(alone.refused.size(), 1U);
    EXPECT_EQ(alone.refused[0].ticket_id, 7);
    EXPECT_EQ(alone.refused[0].depends_on, std::vector<std::int64_t>{8});

    for (auto& move : moves) move.chosen = true;
    EXPECT_TRUE(merge(day_, moves).refused.empty());
}

TEST_F(OneVisitTest, what_cannot_be_kept_in_its_order_is_unserved_though_another_order_would_do) {
    Visit& first = day_.visits[0];
    first.technician_id = 1;
    first.state = VisitState::assigned;
    first.planned_arrival_at = at(9);
    first.duration = std::chrono::hours{3};
    Visit second = first;
    second.ticket_id = 8;
    second.planned_arrival_at = at(10);
    second.window.until = at(10);
    day_.visits.push_back(second);
    const auto standing = standing_plan(day_);
    EXPECT_EQ(served(standing), std::set<std::int64_t>{7});
    ASSERT_EQ(standing.unserved.size(), 1U);
    EXPECT_EQ(standing.unserved[0].ticket_id, 8);
}

TEST_F(OneVisitTest, a_promise_outweighs_a_little_driving) {
    day_.visits[0].technician_id = 2;
    day_.visits[0].state = VisitState::assigned;
    day_.visits[0].promised_arrival_at = at(12);
    day_.visits[0].planned_arrival_at = at(9);
    EXPECT_EQ(searched_plan(day_, 20).tours.at(0).technician_id, 2);
}

}  // namespace
}  // namespace callout::planning::day
