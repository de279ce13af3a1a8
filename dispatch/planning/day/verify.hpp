// Checks a day's plan against the day alone and works out its value again. Shares no code with the search, its own
// arithmetic of ways and breaks included, so that one mistake cannot hide another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dispatch/planning/day/day.hpp"

namespace callout::planning::day {

enum class Violation : std::uint8_t {
    unknown_technician,
    technician_used_twice,
    unknown_visit,
    named_twice,
    not_named,
    departed_moved,
    pinned_moved,
    not_authorised,
    need_missing,
    part_missing,
    too_many_visits,
    leaves_too_early,
    arrives_too_early,
    starts_too_early,
    starts_too_late,
    ends_too_early,
    home_too_early,
    home_too_late,
};

constexpr auto enum_names(Violation) {
    return std::to_array<std::string_view>({"unknown_technician", "technician_used_twice", "unknown_visit",
                                            "named_twice", "not_named", "departed_moved", "pinned_moved",
                                            "not_authorised", "need_missing", "part_missing", "too_many_visits",
                                            "leaves_too_early", "arrives_too_early", "starts_too_early",
                                            "starts_too_late", "ends_too_early", "home_too_early", "home_too_late"});
}

struct Finding {
    Violation violation = Violation::unknown_visit;
    std::int64_t technician_id = 0;
    std::int64_t ticket_id = 0;
};

struct Verdict {
    Value value;  // as the times of the plan say
    std::vector<Finding> findings;

    bool feasible() const { return findings.empty(); }
};

Verdict verify(const Day& day, const Plan& plan);

}  // namespace callout::planning::day
