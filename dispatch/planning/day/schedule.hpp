// Turns routes into times: a plan as people read it, and its value.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dispatch/planning/day/day.hpp"

namespace callout::planning::day {

class Problem;
class Routes;

// What a technician has departed for, these rows of the day's visits in their order, beginning at `from`. Times that
// have not happened yet are estimated, none of them before now; breaks do not interrupt what is under way.
std::vector<Stop> departed_stops(const Day& day, std::span<const std::size_t> rows, const Point& from);

// One technician's tour; without a stop when he has nothing to do.
Tour tour_of(const Problem& problem, const Routes& routes, int crew);

// The plan these routes are. Jobs in no route are unserved because everybody has as much as may be.
Plan schedule(const Problem& problem, const Routes& routes);

}  // namespace callout::planning::day
