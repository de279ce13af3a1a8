// Why a request is in nobody's plan, in words a dispatcher can act on.
#pragma once

#include <cstdint>
#include <string_view>

#include "dispatch/enum_names.hpp"
#include "dispatch/planning/trsp/instance.hpp"

namespace callout::planning::trsp {

enum class Reason : std::uint8_t {
    nobody_has_the_skills,
    nobody_arrives_in_the_window,       // even of those with the skills who do nothing else
    nobody_brings_the_tools_and_parts,  // those who would arrive lack some, and are too late by way of the depot
    nobody_is_home_in_time,             // it could be begun, but not finished before the end of a shift
    no_room_beside_the_others,          // alone somebody could serve it
};

constexpr auto enum_names(Reason) {
    return std::to_array<std::string_view>({"nobody_has_the_skills", "nobody_arrives_in_the_window",
                                            "nobody_brings_the_tools_and_parts", "nobody_is_home_in_time",
                                            "no_room_beside_the_others"});
}

// `id` is a request of `instance`.
Reason why_unserved(const Instance& instance, int id);

}  // namespace callout::planning::trsp
