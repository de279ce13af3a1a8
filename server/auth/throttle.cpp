#include "server/auth/throttle.hpp"

#include <algorithm>

namespace callout::auth {

Failures after_failure(const std::optional<Failures>& before, std::uint32_t free_failures, const ThrottleRule& rule,
                       Instant now) {
    Failures after = before.value_or(Failures{});
    if (after.count == 0 || now - after.first_at >= rule.memory) after = {.count = 0, .first_at = now};
    ++after.count;
    after.blocked_until.reset();
    if (after.count > free_failures) {
        const auto doublings = std::min(after.count - free_failures - 1, std::uint32_t{20});
        after.blocked_until = now + std::min(std::chrono::seconds{1LL << doublings}, rule.longest_wait);
    }
    return after;
}

std::optional<std::chrono::seconds> wait(const std::optional<Failures>& failures, Instant now) {
    if (!failures || !failures->blocked_until || *failures->blocked_until <= now) return std::nullopt;
    return std::chrono::ceil<std::chrono::seconds>(*failures->blocked_until - now);
}

}  // namespace callout::auth
