// Before a ticket is saved the agent sees the open tickets it may repeat, likeliest first, each with the reasons.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/clock.hpp"
#include "dispatch/geography.hpp"
#include "dispatch/tickets/kinds.hpp"

namespace callout::dispatch {

enum class DuplicateReason : std::uint8_t { same_asset, same_customer, same_caller, same_site };

constexpr auto enum_names(DuplicateReason) {
    return std::to_array<std::string_view>({"same_asset", "same_customer", "same_caller", "same_site"});
}

// What is compared: the ticket about to be saved, or one that is open.
struct DuplicateFacts {
    std::int64_t ticket_id = 0;
    TicketState state = TicketState::open;
    std::int64_t customer_id = 0;  // 0: unknown yet
    std::optional<std::int64_t> asset_id;
    std::string caller_phone;  // E.164 or empty
    std::optional<Point> site;
    Instant opened_at{};
};

struct Duplicate {
    std::int64_t ticket_id = 0;
    std::vector<DuplicateReason> reasons;  // strongest first, never empty
    std::optional<double> distance_m;      // when both sites are known
    std::int32_t weight = 0;               // the sum of the reasons' weights, for the order
};

inline constexpr double same_site_within_m = 200;

// The candidates that share something with `wanted`: by weight, then nearer, then younger, then higher id. Ended
// tickets and `wanted` itself never count. At most `limit`.
std::vector<Duplicate> rank_duplicates(const DuplicateFacts& wanted, const std::vector<DuplicateFacts>& candidates,
                                       std::size_t limit = 20);

}  // namespace callout::dispatch
