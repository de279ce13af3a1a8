// Ruin and recreate: an anytime search for routes of little total duration that serve every request.
//
// Source: J. Christiaens, G. Vanden Berghe, "Slack induction by string removals for vehicle routing problems",
// Transportation Science 54 (2020): remove strings of neighbouring routes, put the requests back one by one where they
// are cheapest but with small random omissions, accept by simulated annealing.
#pragma once

#include <functional>

#include "dispatch/planning/trsp/instance.hpp"
#include "dispatch/planning/trsp/routes.hpp"

namespace callout::planning::trsp {

struct SearchOptions {
    std::uint64_t seed = 1;
    // How much of the budget is used up, from 0; the search cools down with it and ends at 1. Asked between iterations,
    // with the number of iterations so far. The caller decides what the budget is: seconds, or a count of iterations
    // when a run has to be repeatable.
    std::function<double(std::int64_t iterations)> progress;
    // Told each time a better solution is found, with its value. May be empty.
    std::function<void(double value)> improved;
    // Temperatures in units of the mean distance between two requests.
    double first_temperature = 1.0;
    double last_temperature = 0.07;
};

struct SearchResult {
    Solution solution;
    double value = 0;  // sum of durations, unserved requests not counted
    std::int64_t iterations = 0;
};

SearchResult search(const Task& task, const SearchOptions& options);

}  // namespace callout::planning::trsp
