// One log for the whole program: spdlog's default logger, to standard error or a rotated file, as text or JSON lines.
#pragma once

#include "server/config/config.hpp"

namespace callout::log {

// Call once, before other threads log. Throws std::runtime_error when the file cannot be written.
void configure(const config::Log& settings);

}  // namespace callout::log
