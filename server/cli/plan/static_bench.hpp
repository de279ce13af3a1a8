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

// Prints a table and, as the last line, one JSON object: `sum` over all instances, `best_known_sum` over those with a
// best published value, the mean gap over those of them whose solution is feasible. The exit status: 0 if every
// solution is feasible, 2 if a file could not be read or written.
int run(const StaticBench& bench);

}  // namespace callout::cli
