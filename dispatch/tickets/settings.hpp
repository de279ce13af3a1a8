// Every time limit and threshold of a ticket's life, with the defaults of domain.md §4.
#pragma once

#include <chrono>
#include <cstdint>

#include "dispatch/clock.hpp"
#include "dispatch/tickets/kinds.hpp"

namespace callout::dispatch {

struct LifeCycleSettings {
    Milliseconds confirm_within = std::chrono::minutes{15};
    Milliseconds confirm_urgent_within = std::chrono::minutes{5};
    Milliseconds name_technician_within = std::chrono::minutes{15};
    Milliseconds callback_within = std::chrono::hours{24};
    Milliseconds callback_retry_after = std::chrono::hours{4};  // the next attempt after one that reached nobody
    std::int32_t callback_attempts = 3;
    std::int32_t office_after_failures = 2;
    std::int32_t headquarters_after_failures = 3;
    Milliseconds answered_closes_after = std::chrono::hours{72};
    // How far a reporting device's clock may be ahead of ours, or behind the step before.
    Milliseconds clock_tolerance = std::chrono::minutes{1};

    Milliseconds time_to_answer(Urgency urgency) const {
        return urgency == Urgency::urgent ? confirm_urgent_within : confirm_within;
    }
};

}  // namespace callout::dispatch
