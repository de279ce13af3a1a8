#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dispatch/planning/random.hpp"
#include "dispatch/planning/trsp/forecast.hpp"
#include "dispatch/planning/trsp/reasons.hpp"
#include "dispatch/planning/trsp/search.hpp"
#include "dispatch/planning/trsp/verify.hpp"
#include "dispatch/planning/trsp/verify_live.hpp"

namespace callout::planning::trsp {
namespace {

// Any instance of the family and many outside it: windows from tight to the whole day, scarce skills, empty vans.
Instance random_instance(std::uint64_t seed) {
    Random random(seed);
    Instance instance;
    instance.name = "random " + std::to_string(seed);
    instance.skill_count = instance.tool_count = instance.part_count = 3;
    const double day = 200 + random.below(800);
    const auto place = [&] { return Point{double(random.below(100)), double(random.below(100))}; };
    const auto set = [&](int one_in) {
        Set chosen = 0;
        for (int i = 0; i < 3; ++i) chosen |= random.below(one_in) == 0 ? Set{1} << i : 0;
        return chosen;
    };
    const auto parts = [&](int most) {
        return std::vector<int>{random.below(most), random.below(most), random.below(most)};
    };
    instance.depot = {place(), {0, day}, 0};
    const int technicians = 1 + random.below(6);
    for (int i = 1; i <= technicians; ++i) {
        instance.technicians.push_back({i, place(), {0, day}, set(2) | 1, set(2), parts(5)});
    }
    const int requests = random.below(30);
    for (int i = 1; i <= requests; ++i) {
        const double start = random.unit() * day * 0.8;
        const Window window{start, start + random.unit() * (day - start)};
        const double service = random.below(15);
        instance.requests.push_back({technicians + i, place(), window, service, set(6), set(4), parts(2)});
    }
    return instance;
}

SearchResult searched(const Instance& instance, std::int64_t iterations, std::uint64_t seed = 7) {
    SearchOptions options;
    options.seed = seed;
    options.progress = [iterations](std::int64_t done) { return double(done) / double(iterations); };
    return search(whole_day(instance), options);
}

Verdict verdict_on_served(Instance instance, const Solution& solution) {
    std::erase_if(instance.requests, [&](const Request& request) {
        return std::find(solution.unserved.begin(), solution.unserved.end(), request.id) != solution.unserved.end();
    });
    return verify(instance, solution);
}

// Who left for where before `moment`, and what was refused: times to the microsecond.
std::vector<std::string> before(double moment, const LiveDay& day) {
    std::vector<std::string> done;
    const auto note = [&](double at, int technician, const std::string& what) {
        if (at < moment) done.push_back(std::to_string(at) + " " + std::to_string(technician) + " " + what);
    };
    for (const auto& tour : day.tours) {
        for (const auto& stop : tour.stops) note(stop.leave, tour.technician, "to " + std::to_string(stop.id));
        note(tour.leave, tour.technician, "home");
    }
    for (const auto& refusal : day.refused) note(refusal.at, 0, "refused " + std::to_string(refusal.id));
    std::sort(done.begin(), done.end());
    return done;
}

TEST(Search, agrees_with_the_verifier_about_every_random_instance) {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto instance = random_instance(seed);
        const auto result = searched(instance, 500);
        const auto verdict = verdict_on_served(instance, result.solution);
        EXPECT_TRUE(verdict.feasible()) << verdict.findings.front().message;
        EXPECT_NEAR(verdict.value, result.value, 1e-6);
    }
}

TEST(Search, gives_a_plan_that_stays_feasible_when_a_visit_is_removed) {
    for (std::uint64_t seed = 200; seed <= 260; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto instance = random_instance(seed);
        const auto whole = searched(instance, 200).solution;
        for (std::size_t tour = 0; tour < whole.tours.size(); ++tour) {
            for (std::size_t stop = 0; stop < whole.tours[tour].stops.size(); ++stop) {
                if (whole.tours[tour].stops[stop] == kDepot) continue;
                auto fewer = whole;
                auto& stops = fewer.tours[tour].stops;
                fewer.unserved.push_back(stops[stop]);
                stops.erase(stops.begin() + static_cast<std::ptrdiff_t>(stop));
                EXPECT_TRUE(verdict_on_served(instance, fewer).feasible());
            }
        }
    }
}

TEST(Search, gives_the_same_plan_again_for_the_same_seed) {
    const auto instance = random_instance(12);
    EXPECT_EQ(searched(instance, 2000, 3).value, searched(instance, 2000, 3).value);
}

TEST(Search, leaves_out_what_nobody_can_do_and_plans_the_rest) {
    auto instance = random_instance(12);
    ASSERT_FALSE(instance.requests.empty());
    instance.skill_count = 4;
    instance.requests[0].skills = Set{1} << 3;
    const auto result = searched(instance, 500);
    EXPECT_NE(std::find(result.solution.unserved.begin(), result.solution.unserved.end(), instance.requests[0].id),
              result.solution.unserved.end());
    EXPECT_TRUE(verdict_on_served(instance, result.solution).feasible());
}

TEST(Search, says_of_every_unserved_request_why_and_is_right_that_nobody_can) {
    for (std::uint64_t seed = 400; seed <= 440; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto instance = random_instance(seed);
        for (const int id : searched(instance, 300).solution.unserved) {
            auto alone = instance;
            std::erase_if(alone.requests, [&](const Request& request) { return request.id != id; });
            alone.requests[0].id = static_cast<int>(alone.technicians.size()) + 1;
            const bool can_alone = searched(alone, 50).solution.unserved.empty();
            EXPECT_EQ(why_unserved(instance, id) == Reason::no_room_beside_the_others, can_alone) << "request " << id;
        }
    }
}

TEST(Unserved, is_told_apart_by_skill_window_part_and_shift) {
    Instance instance;
    instance.part_count = 1;
    instance.depot = {{0, 10}, {0, 100}, 0};
    instance.technicians = {{1, {0, 0}, {0, 100}, 1, 0, {0}}};
    instance.requests = {{2, {3, 4}, {10, 20}, 5, 2, 0, {0}},
                         {3, {3, 4}, {0, 4}, 5, 1, 0, {0}},
                         {4, {3, 4}, {0, 15}, 5, 1, 0, {1}},
                         {5, {3, 4}, {90, 99}, 200, 1, 0, {0}},
                         {6, {3, 4}, {10, 20}, 5, 1, 0, {0}}};
    EXPECT_EQ(to_string(why_unserved(instance, 2)), "nobody_has_the_skills");
    EXPECT_EQ(to_string(why_unserved(instance, 3)), "nobody_arrives_in_the_window");
    EXPECT_EQ(to_string(why_unserved(instance, 4)), "nobody_brings_the_tools_and_parts");
    EXPECT_EQ(to_string(why_unserved(instance, 5)), "nobody_is_home_in_time");
    EXPECT_EQ(to_string(why_unserved(instance, 6)), "no_room_beside_the_others");
}

TEST(Forecast, imagines_only_calls_that_come_later_and_can_be_reached_from_the_depot) {
    for (std::uint64_t seed = 500; seed <= 520; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto instance = random_instance(seed);
        Forecast forecast(instance, seed);
        for (const auto& request : instance.requests) forecast.learn(request);
        const double now = instance.depot.window.end / 3;
        for (int i = 0; i < 50 && !forecast.empty(); ++i) {
            const auto call = forecast.next(now, instance.depot.window.end);
            EXPECT_GE(call.at, now);
            EXPECT_LE(call.at, call.request.window.start + 1e-9);
            EXPECT_LE(call.at + distance(call.request.place, instance.depot.place), call.request.window.end + 1e-9);
        }
    }
}

TEST(Verifier, finds_each_broken_rule) {
    Instance instance;
    instance.part_count = 1;
    instance.depot = {{0, 10}, {0, 100}, 0};
    instance.technicians = {{1, {0, 0}, {0, 100}, 1, 0, {1}}};
    instance.requests = {{2, {3, 4}, {10, 20}, 5, 1, 0, {1}}, {3, {3, 4}, {0, 50}, 5, 1, 1, {1}}};
    const auto violation = [&](std::vector<int> stops) {
        const auto verdict = verify(instance, {{{1, std::move(stops)}}, {}});
        return verdict.feasible() ? std::string_view("none") : to_string(verdict.findings.front().violation);
    };
    EXPECT_EQ(violation({2, kDepot, 3}), "none");
    EXPECT_EQ(violation({2, 3}), "tool_missing");
    EXPECT_EQ(violation({2}), "not_served");
    EXPECT_EQ(violation({2, 2, kDepot, 3}), "served_twice");
    EXPECT_EQ(violation({kDepot, 3, 2}), "too_late");
    EXPECT_EQ(violation({2, kDepot, 3, kDepot}), "second_depot_visit");
    EXPECT_EQ(violation({2, kDepot, 3, 9}), "unknown_request");
    instance.requests[0].skills = 2;
    EXPECT_EQ(violation({2, kDepot, 3}), "skill_missing");
}

TEST(Verifier, counts_a_day_from_the_best_moment_to_leave_home) {
    Instance instance;
    instance.depot = {{0, 10}, {0, 100}, 0};
    instance.technicians = {{1, {0, 0}, {0, 100}, 0, 0, {}}};
    instance.requests = {{2, {3, 4}, {50, 60}, 5, 0, 0, {}}};
    EXPECT_NEAR(verify(instance, {{{1, {2}}}, {}}).value, 15, 1e-9);
}

TEST(LiveDay, knows_nothing_too_early_and_keeps_every_rule) {
    for (std::uint64_t seed = 300; seed <= 340; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto instance = random_instance(seed);
        Random random(seed);
        std::vector<Release> releases;
        for (const auto& request : instance.requests) {
            const bool known = random.below(2) == 0;
            releases.push_back({request.id, known ? kKnownFromStart : random.unit() * request.window.end});
        }
        LiveOptions options;
        options.first_iterations = 500;
        options.iterations = 100;
        options.last_iterations = 500;
        options.calls = 40;
        const auto day = replay(instance, releases, options);
        const auto verdict = verify_live(instance, releases, day);
        EXPECT_TRUE(verdict.findings.empty()) << verdict.findings.front();
    }
}

// Calls are dear, so that everybody idle is sent out as a reserve: late in the day, or far from the depot, he must not
// be.
TEST(LiveDay, brings_its_reserves_home_in_time) {
    for (std::uint64_t seed = 600; seed <= 640; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        auto instance = random_instance(seed);
        instance.depot.window.end *= 0.7;
        instance.depot.service = 3;
        Random random(seed);
        std::vector<Release> releases;
        for (const auto& request : instance.requests)
            releases.push_back({request.id, random.unit() * request.window.end});
        LiveOptions options;
        options.first_iterations = 100;
        options.iterations = 50;
        options.last_iterations = 100;
        options.worth_of_call = 1000;
        options.calls = 20;
        const auto verdict = verify_live(instance, releases, replay(instance, releases, options));
        EXPECT_TRUE(verdict.findings.empty()) << verdict.findings.front();
    }
}

// What comes from a moment on comes later and elsewhere: all that was done before that moment has to stay as it was. Of
// narrow windows, so that technicians wait for calls that are only imagined.
TEST(LiveDay, does_nothing_that_depends_on_what_comes_later) {
    for (std::uint64_t seed = 700; seed < 720; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        auto instance = random_instance(seed);
        Random random(seed);
        std::vector<Release> releases;
        for (auto& request : instance.requests) {
            request.window.end = std::min(request.window.end, request.window.start + 30);
            releases.push_back({request.id, random.unit() * request.window.start});
        }
        LiveOptions options;
        options.first_iterations = 100;
        options.iterations = 50;
        options.last_iterations = 50;
        options.calls = 20;
        options.expected = {60, 100};
        options.worth_of_imagined = 5;
        const auto day = replay(instance, releases, options);
        for (int i = 0; i < 5; ++i) {
            const double moment = instance.depot.window.end * random.unit() / 2;
            auto other = instance;
            auto other_releases = releases;
            for (std::size_t row = 0; row < releases.size(); ++row) {
                if (releases[row].at < moment) continue;
                other_releases[row].at += random.unit() * 50;
                other.requests[row].place = {random.unit() * 100, random.unit() * 100};
            }
            EXPECT_EQ(before(moment, day), before(moment, replay(other, other_releases, options)));
        }
    }
}

TEST(LiveDay, refuses_a_call_that_comes_after_the_shifts) {
    Instance instance;
    instance.skill_count = 1;
    instance.depot = {{0, 0}, {0, 230}, 0};
    instance.technicians = {{1, {0, 0}, {0, 100}, 1, 0, {}}, {2, {50, 50}, {0, 40}, 1, 0, {}}};
    instance.requests = {{3, {10, 0}, {20, 100}, 10, 1, 0, {}}, {4, {10, 10}, {60, 200}, 10, 1, 0, {}}};
    const std::vector<Release> releases{{3, kKnownFromStart}, {4, 120}};
    const auto day = replay(instance, releases, LiveOptions{});
    ASSERT_EQ(day.refused.size(), 1u);
    EXPECT_EQ(day.refused[0].id, 4);
    EXPECT_EQ(day.refused[0].at, 120);
    EXPECT_TRUE(verify_live(instance, releases, day).findings.empty());
}

TEST(LiveDay, does_without_those_whose_shift_is_over) {
    Instance instance;
    instance.skill_count = 1;
    instance.depot = {{0, 0}, {0, 230}, 0};
    instance.technicians = {{1, {0, 0}, {0, 230}, 1, 0, {}}, {2, {50, 50}, {0, 40}, 1, 0, {}}};
    instance.requests = {{3, {10, 0}, {20, 100}, 10, 1, 0, {}}, {4, {10, 10}, {60, 200}, 10, 1, 0, {}}};
    const std::vector<Release> releases{{3, kKnownFromStart}, {4, 50}};
    EXPECT_TRUE(replay(instance, releases, LiveOptions{}).refused.empty());
}

TEST(LiveVerifier, notices_a_request_that_was_known_too_early) {
    Instance instance;
    instance.depot = {{0, 10}, {0, 100}, 0};
    instance.technicians = {{1, {0, 0}, {0, 100}, 0, 0, {}}};
    instance.requests = {{2, {3, 4}, {50, 60}, 5, 0, 0, {}}};
    const LiveDay day{{{1, {{2, 45, 45, 50, 50, 55}}, 55, 60}}, {}};
    EXPECT_TRUE(verify_live(instance, {{2, 45}}, day).findings.empty());
    ASSERT_EQ(verify_live(instance, {{2, 46}}, day).findings.size(), 1u);
    EXPECT_EQ(verify_live(instance, {{2, 46}}, day).findings[0], "request 2: decided before it was known");
}

}  // namespace
}  // namespace callout::planning::trsp
