// The planner on files: what `callout plan …` does.
#pragma once

#include <CLI/CLI.hpp>

namespace callout::cli {

// Adds the sub-commands bench, replay, solve and verify to `app`. The one that was chosen leaves its exit status in
// `status` (0 fine, 1 an infeasible solution, 2 something could not be read).
void add_plan_commands(CLI::App& app, int& status);

}  // namespace callout::cli
