// Where the life of a ticket asks for a reason, it is one of a list; "other" needs a note that says what.
#pragma once

#include <cstdint>

#include "dispatch/enum_names.hpp"

namespace callout::dispatch {

enum class RejectReason : std::uint8_t {
    no_capacity,
    too_far,
    no_skill,
    no_parts,
    not_authorised,
    outside_hours,
    other
};

constexpr auto enum_names(RejectReason) {
    return std::to_array<std::string_view>(
        {"no_capacity", "too_far", "no_skill", "no_parts", "not_authorised", "outside_hours", "other"});
}

// Why a job was offered to another dealer than the suggestion's first.
enum class OverrideReason : std::uint8_t {
    customer_request,
    knows_machine,
    has_parts,
    agreed_by_phone,
    workload,
    road_conditions,
    other
};

constexpr auto enum_names(OverrideReason) {
    return std::to_array<std::string_view>(
        {"customer_request", "knows_machine", "has_parts", "agreed_by_phone", "workload", "road_conditions", "other"});
}

enum class RecallReason : std::uint8_t {
    wrong_dealer,
    dealer_unreachable,
    dealer_too_slow,
    technician_unavailable,
    nearer_dealer,
    customer_request,
    other
};

constexpr auto enum_names(RecallReason) {
    return std::to_array<std::string_view>({"wrong_dealer", "dealer_unreachable", "dealer_too_slow",
                                            "technician_unavailable", "nearer_dealer", "customer_request", "other"});
}

enum class PauseReason : std::uint8_t {
    waiting_for_part,
    customer_absent,
    customer_not_ready,
    no_access,
    unsafe_weather,
    waiting_for_approval,
    technician_rest,
    other
};

constexpr auto enum_names(PauseReason) {
    return std::to_array<std::string_view>({"waiting_for_part", "customer_absent", "customer_not_ready", "no_access",
                                            "unsafe_weather", "waiting_for_approval", "technician_rest", "other"});
}

// Whether the restore clock stands still during such a pause: only for what the dealer cannot help.
constexpr bool stops_clock(PauseReason reason) {
    return reason != PauseReason::technician_rest && reason != PauseReason::other;
}

enum class UnrepairedReason : std::uint8_t {
    part_missing,
    beyond_skill,
    tool_missing,
    wrong_fault_reported,
    customer_refused,
    no_access,
    other
};

constexpr auto enum_names(UnrepairedReason) {
    return std::to_array<std::string_view>({"part_missing", "beyond_skill", "tool_missing", "wrong_fault_reported",
                                            "customer_refused", "no_access", "other"});
}

enum class CancelReason : std::uint8_t {
    customer_withdrew,
    solved_by_phone,
    wrong_entry,
    customer_unreachable,
    not_covered,
    other
};

constexpr auto enum_names(CancelReason) {
    return std::to_array<std::string_view>(
        {"customer_withdrew", "solved_by_phone", "wrong_entry", "customer_unreachable", "not_covered", "other"});
}

}  // namespace callout::dispatch
