// A technician's clock that stands still during his breaks: driving and repairing are interrupted by a break and go on
// after it, so that on this clock a day has no breaks at all.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "dispatch/planning/resources.hpp"

namespace callout::planning::day {

// Milliseconds since the first working minute of the day, breaks not counted.
using Worked = std::int64_t;

class WorkingTime {
public:
    // Intervals that touch, overlap or are empty do no harm; their order does not matter.
    explicit WorkingTime(std::span<const Interval> working) {
        std::vector<Interval> sorted(working.begin(), working.end());
        std::ranges::sort(sorted, {}, &Interval::from);
        for (const auto& interval : sorted) {
            const Instant from = spans_.empty() ? interval.from : std::max(interval.from, spans_.back().until);
            if (from >= interval.until) continue;
            spans_.push_back({from, interval.until, total_});
            total_ += (interval.until - from).count();
        }
    }

    // Of the whole day.
    Worked total() const { return total_; }

    // What has been worked when it is `at`: 0 before the day, total() after it.
    Worked at(Instant at) const {
        for (const auto& span : spans_) {
            if (at < span.until) return span.before + std::max<Worked>(0, (at - span.from).count());
        }
        return total_;
    }

    // The first moment at which so much has been worked; the beginning of the day for 0. Only for 0 … total().
    Instant instant(Worked worked) const {
        for (const auto& span : spans_) {
            const auto end = span.before + (span.until - span.from).count();
            if (worked <= end) return span.from + Milliseconds{worked - span.before};
        }
        return spans_.empty() ? Instant{} : spans_.back().until;
    }

    friend bool operator==(const WorkingTime&, const WorkingTime&) = default;

private:
    struct Span {
        Instant from;
        Instant until;
        Worked before;  // worked in the spans before this one

        friend bool operator==(const Span&, const Span&) = default;
    };

    std::vector<Span> spans_;
    Worked total_ = 0;
};

}  // namespace callout::planning::day
