// Instants as the contract writes them: RFC 3339 in UTC with milliseconds, 2026-11-23T08:00:00.000Z.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dispatch/clock.hpp"

namespace callout {

std::string to_rfc3339(Instant instant);

// Accepts any offset and any number of decimals (cut to milliseconds). Nothing when it is not RFC 3339, not a day of
// the calendar, or outside the years 1970 to 2199.
std::optional<Instant> parse_rfc3339(std::string_view text);

}  // namespace callout
