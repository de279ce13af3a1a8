// Checks a solution against the rules of the problem, from the instance alone. Shares no code with the search, so that
// one mistake cannot hide another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/enum_names.hpp"
#include "dispatch/planning/trsp/instance.hpp"

namespace callout::planning::trsp {

enum class Violation : std::uint8_t {
    unknown_technician,
    technician_used_twice,
    unknown_request,
    served_twice,
    not_served,
    skill_missing,
    tool_missing,
    part_missing,
    second_depot_visit,
    too_late,
    home_too_late,
};

constexpr auto enum_names(Violation) {
    return std::to_array<std::string_view>({"unknown_technician", "technician_used_twice", "unknown_request",
                                            "served_twice", "not_served", "skill_missing", "tool_missing",
                                            "part_missing", "second_depot_visit", "too_late", "home_too_late"});
}

struct Finding {
    Violation violation;
    int technician = 0;  // id, or 0
    int request = 0;     // id, or 0
    std::string message;
};

// "technician 3, request 17: arrives too late", naming only what is concerned.
std::string sentence(const Finding& finding);

struct Verdict {
    double value = 0;  // sum of the durations of all tours
    std::vector<Finding> findings;

    bool feasible() const { return findings.empty(); }
};

// Computed times are compared with this tolerance, as the published solutions are.
inline constexpr double kTimeTolerance = 1e-6;

Verdict verify(const Instance& instance, const Solution& solution);

}  // namespace callout::planning::trsp
