// How long a search may run: a number of seconds by one of two clocks, or a number of iterations, which alone gives the
// same result again for the same seed.
#pragma once

#include <cstdint>

namespace callout::cli {

struct Budget {
    enum class Clock { wall, cpu, iterations };

    Clock clock = Clock::wall;
    double amount = 10;  // seconds, or iterations

    const char* unit() const {
        return clock == Clock::wall ? "wall seconds" : clock == Clock::cpu ? "CPU seconds" : "iterations";
    }
};

// Runs from its construction. A CPU clock is the calling thread's: make and ask the meter on one thread.
class BudgetMeter {
public:
    explicit BudgetMeter(Budget budget) : budget_(budget), start_(reading(0)) {}

    // Seconds since the start, by the budget's clock (wall seconds when iterations are counted).
    double seconds() const;

    // Share of the budget used up, from 0.
    double progress(std::int64_t iterations) const { return (reading(iterations) - start_) / budget_.amount; }

private:
    Budget budget_;
    double start_;
    double started_at_ = wall_seconds();

    static double wall_seconds();
    double reading(std::int64_t iterations) const;
};

}  // namespace callout::cli
