#include "server/cli/plan/budget.hpp"

#include <chrono>
#include <ctime>

namespace callout::cli {

double BudgetMeter::wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double BudgetMeter::reading(std::int64_t iterations) const {
    switch (budget_.clock) {
        case Budget::Clock::iterations:
            return static_cast<double>(iterations);
        case Budget::Clock::wall:
            return wall_seconds();
        case Budget::Clock::cpu:
            break;
    }
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double BudgetMeter::seconds() const {
    return budget_.clock == Budget::Clock::cpu ? reading(0) - start_ : wall_seconds() - started_at_;
}

}  // namespace callout::cli
