// Every instant in Callout is UTC with millisecond precision; the domain never asks a clock, it is told the time.
#pragma once

#include <chrono>
#include <ratio>

namespace callout {

using Milliseconds = std::chrono::milliseconds;
using Instant = std::chrono::sys_time<Milliseconds>;

constexpr double in_minutes(Milliseconds duration) {
    return std::chrono::duration<double, std::ratio<60>>{duration}.count();
}

// Reads the machine's clock. Only the outside world (server/) calls it; dispatch/ and notifications/ take instants.
inline Instant now() {
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

}  // namespace callout
