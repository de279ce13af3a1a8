// What a load program measured: counts and latencies of everything that was answered, nothing thrown away.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace callout::load {

using SteadyClock = std::chrono::steady_clock;

class Latencies {
public:
    void add(SteadyClock::duration latency) {
        values_ms_.push_back(std::chrono::duration<double, std::milli>(latency).count());
    }

    void add_all(const Latencies& other) {
        values_ms_.insert(values_ms_.end(), other.values_ms_.begin(), other.values_ms_.end());
    }

    std::size_t count() const { return values_ms_.size(); }

    // The smallest value that at least this share (0 … 1) of all values do not exceed; 0 without values.
    double quantile_ms(double share) {
        if (values_ms_.empty()) return 0;
        const auto rank = static_cast<std::size_t>(share * static_cast<double>(values_ms_.size() - 1));
        std::ranges::nth_element(values_ms_, values_ms_.begin() + static_cast<std::ptrdiff_t>(rank));
        return values_ms_[rank];
    }

private:
    std::vector<double> values_ms_;
};

}  // namespace callout::load
