// callout doctor
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "server/cli/command.hpp"

namespace callout::cli {

void add_doctor(CLI::App&, Invocation&) {}

}  // namespace callout::cli
