// The planner on files: what `callout plan …` and the separate program callout_plan do.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace callout::cli {

// Adds the sub-commands bench, replay, solve and verify to `app`. The one that was chosen leaves in `run` what to do
// after the command line was read; it answers the exit status: 0 fine, 1 an infeasible solution, 2 something could not
// be read or written (the other files of a folder are done all the same).
void add_plan_commands(CLI::App& app, std::function<int()>& run);

}  // namespace callout::cli
