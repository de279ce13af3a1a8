// An anytime search for a day's plan: a first full plan at once by inserting whatever would regret most to wait, then
// ruin and recreate until the budget is used up. The same day, seed and number of iterations give the same plan.
//
// Source: J. Christiaens, G. Vanden Berghe, "Slack induction by string removals for vehicle routing problems",
// Transportation Science 54 (2020).
#pragma once

#include <cstdint>
#include <functional>

#include "dispatch/planning/day/day.hpp"

namespace callout::planning::day {

struct SearchOptions {
    std::uint64_t seed = 1;
    // How much of the budget is used up, from 0; the search cools down with it and ends at 1. Asked every few
    // iterations with their number so far. Seconds end it in time; a count of iterations makes a run repeatable.
    std::function<double(std::int64_t iterations)> progress;
    // Told the value of the first full plan and of each better one. May be empty.
    std::function<void(double total)> improved;
    // A plan to begin with: what it says and is still possible stays, the rest is inserted. May be null.
    const Plan* begin_with = nullptr;
    // In units of the mean way from a visit to its nearest ones. A day that begins with a plan starts at the last.
    double first_temperature = 3;
    double last_temperature = 0.03;
};

struct SearchResult {
    Plan plan;
    std::int64_t iterations = 0;
};

SearchResult search(const Day& day, const SearchOptions& options);

}  // namespace callout::planning::day
