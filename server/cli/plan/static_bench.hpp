// `scripts/bench plan`: solves every instance of a folder and compares with the best published values.
#pragma once

#include <filesystem>

#include "server/cli/plan/budget.hpp"

namespace callout::cli {

struct StaticBench {
    std::filesystem::path instances;  // best_known.json stands there or one folder above
    std::filesystem::path out;        // solutions are written there, one file an instance; empty: nowhere
    Budget budget;
    int threads = 1;  // independent searches of one instance; the best counts
    std::uint64_t seed = 1;
    bool curve = false;  // also print each improvement: seconds and value
};

// Prints a table and, as the last line, one JSON object. The exit status: 0 if every solution is feasible.
int run(const StaticBench& bench);

}  // namespace callout::cli
