// `scripts/bench plan-live`: replays every dynamic instance of a folder and compares with the best static values.
#pragma once

#include <filesystem>

#include "dispatch/planning/trsp/live.hpp"

namespace callout::cli {

struct LiveBench {
    // Files NAME_rd_SHARE.txt; the instances stand in ../static, best_known.json one folder above.
    std::filesystem::path instances;
    std::filesystem::path out;  // solutions, one file an instance; empty: nowhere
    planning::trsp::LiveOptions options;
};

// Prints a row for each share of dynamic requests and, as the last line, one JSON object. The exit status: 0 if the
// separate verifier finds no fault in any day, 2 if a file could not be read or written. The gap is of the days without
// fault.
int run(const LiveBench& bench);

}  // namespace callout::cli
