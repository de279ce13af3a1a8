// What an installation may choose about signing in; every value has a default that is safe to run with.
#pragma once

#include <chrono>
#include <cstdint>

namespace callout::auth {

// What one argon2id hash costs. A hash made at another cost is made anew at the next sign-in.
struct PasswordCost {
    std::uint32_t passes = 2;          // 1 to 64
    std::uint32_t memory_kib = 65536;  // 8 to 4194304
};

// Whoever guesses waits longer each time: after the free failures one second, then twice as long each time.
struct ThrottleRule {
    std::uint32_t free_failures_of_account = 5;
    // More, for a whole office may share one address.
    std::uint32_t free_failures_of_address = 30;
    std::chrono::seconds longest_wait{300};
    // Failures are forgotten this long after the first of them, and an account's by a sign-in.
    std::chrono::seconds memory{3600};
};

struct Settings {
    PasswordCost password_cost = {};
    ThrottleRule throttle = {};
    // A session ends this long after it was last used, to the minute ...
    std::chrono::seconds session_idle = std::chrono::hours{12};
    // ... and this long after the sign-in, used or not.
    std::chrono::seconds session_lifetime = std::chrono::hours{24 * 7};
};

}  // namespace callout::auth
