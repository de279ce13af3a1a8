// Checks a replayed day: the rules of the static problem, the clock of every tour, and that nothing was known before it
// was released. Shares no code with the replay.
#pragma once

#include <string>
#include <vector>

#include "dispatch/planning/trsp/instance.hpp"
#include "dispatch/planning/trsp/live.hpp"
#include "dispatch/planning/trsp/parse.hpp"

namespace callout::planning::trsp {

struct LiveVerdict {
    double value = 0;  // sum of the times from leaving home to being home
    int refused = 0;
    std::vector<std::string> findings;
};

LiveVerdict verify_live(const Instance& instance, const std::vector<Release>& releases, const LiveDay& day);

}  // namespace callout::planning::trsp
