// Tickets that may be one fault, likeliest first, each with the reasons; a person decides whether they are.
//
// What hangs together (one machine, one upstream of the other, one place) is one fault and one visit. The same fault of
// the same product at other customers' is a defect of a batch: a campaign, never one dispatch.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dispatch/clock.hpp"
#include "dispatch/enum_names.hpp"
#include "dispatch/geography.hpp"
#include "dispatch/tickets/kinds.hpp"

namespace callout::dispatch {

enum class IncidentKind : std::uint8_t { same_fault, campaign };

constexpr auto enum_names(IncidentKind) {
    return std::to_array<std::string_view>({"same_fault", "campaign"});
}

enum class SameFaultReason : std::uint8_t {
    same_asset,
    upstream_asset,  // one of the two feeds the other, or one machine feeds both
    same_site,
    near_site,
    same_fault,
    related_fault,  // of the same group
    same_product,
    same_hours,  // reported within two hours of each other
    same_day,    // within 24
};

constexpr auto enum_names(SameFaultReason) {
    return std::to_array<std::string_view>({"same_asset", "upstream_asset", "same_site", "near_site", "same_fault",
                                            "related_fault", "same_product", "same_hours", "same_day"});
}

// What is compared of a repair.
struct FaultFacts {
    std::int64_t ticket_id = 0;
    TicketKind kind = TicketKind::repair;
    TicketState state = TicketState::open;
    std::int64_t customer_id = 0;
    std::optional<std::int64_t> asset_id;
    std::optional<std::int64_t> upstream_asset_id;
    std::optional<std::int64_t> product_id;
    std::optional<std::int64_t> fault_id;
    std::optional<std::int64_t> fault_group_id;  // the fault above it
    std::optional<Point> site;
    Instant fault_reported_at{};
};

struct SameFault {
    std::int64_t ticket_id = 0;
    IncidentKind kind = IncidentKind::same_fault;
    std::int32_t score = 0;                // the sum of the reasons' weights
    std::vector<SameFaultReason> reasons;  // in the order of the enum, never empty
    std::optional<double> distance_m;      // when both sites are known
    std::int64_t minutes_apart = 0;        // between the reports
};

inline constexpr double same_fault_site_within_m = 200;
inline constexpr double near_fault_site_within_m = 2000;
// Below this two tickets share too little to be shown.
inline constexpr std::int32_t same_fault_score = 6;

// The open repairs among the candidates that may be the same fault as `ticket`: by kind, score, nearer in time, lower
// id. `ticket` itself and ended ones never count. At most `limit`.
std::vector<SameFault> rank_same_faults(const FaultFacts& ticket, const std::vector<FaultFacts>& candidates,
                                        std::size_t limit = 20);

}  // namespace callout::dispatch
