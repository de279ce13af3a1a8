// How long a guesser of passwords waits: a pure rule over what is remembered of his failures.
#pragma once

#include <cstdint>
#include <optional>

#include "dispatch/clock.hpp"
#include "server/auth/settings.hpp"

namespace callout::auth {

// What is remembered of one account or one address.
struct Failures {
    std::uint32_t count = 0;
    Instant first_at{};
    std::optional<Instant> blocked_until = std::nullopt;
};

// What is remembered after one more failure.
Failures after_failure(const std::optional<Failures>& before, std::uint32_t free_failures, const ThrottleRule& rule,
                       Instant now);

// Whole seconds, at least 1, until the next attempt is looked at; nothing when it is now.
std::optional<std::chrono::seconds> wait(const std::optional<Failures>& failures, Instant now);

}  // namespace callout::auth
