// The first full plan: next comes the job whose second best technician would cost most more than its best.
#pragma once

#include <vector>

#include "dispatch/planning/day/routes.hpp"

namespace callout::planning::day {

// Inserts what can be inserted for less than leaving it out; what cannot stays in `absent`.
void insert_by_regret(const Problem& problem, Routes& routes, std::vector<int>& absent);

}  // namespace callout::planning::day
