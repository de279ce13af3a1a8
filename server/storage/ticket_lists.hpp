// Tickets as lists show them: joined with the names around them, cut to what the asking person may see.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/organisation/scope.hpp"
#include "dispatch/tickets/kinds.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

// What a column with a state is IN when the ticket has ended.
inline constexpr std::string_view ended_states = "('closed', 'cancelled', 'merged')";
// All others, for an index that begins with the state: NOT IN would read it from its beginning.
inline constexpr std::string_view open_states =
    "('open', 'offered', 'confirmed', 'en_route', 'on_site', 'paused', 'repaired', 'followed_up', 'answered', "
    "'investigating', 'resolved')";

// Members that are empty do not restrict.
struct TicketFilter {
    std::vector<std::int64_t> ids = {};
    std::vector<dispatch::TicketState> states = {};
    // true: not ended (closed, cancelled, merged); false: ended.
    std::optional<bool> open = std::nullopt;
    std::vector<dispatch::TicketKind> kinds = {};
    std::vector<dispatch::Urgency> urgencies = {};
    std::optional<std::int64_t> office_unit_id = std::nullopt;
    std::optional<std::int64_t> dealer_unit_id = std::nullopt;
    std::optional<std::int64_t> technician_id = std::nullopt;
    std::optional<std::int64_t> customer_id = std::nullopt;
    std::optional<std::int64_t> asset_id = std::nullopt;
    std::optional<std::int64_t> incident_id = std::nullopt;
};

enum class TicketOrder : std::uint8_t { newest, urgency };

constexpr auto enum_names(TicketOrder) {
    return std::to_array<std::string_view>({"newest", "urgency"});
}

// Where a list goes on: after this ticket. In the order of urgency the urgency is part of the key.
struct TicketCursor {
    std::int64_t id = 0;
    dispatch::Urgency urgency = dispatch::Urgency::normal;
};

// Summaries as the contract's TicketSummary. At most `limit`.
boost::json::array list_tickets(Connection& db, const dispatch::Actor& actor, const TicketFilter& filter,
                                TicketOrder order, std::optional<TicketCursor> after, std::int64_t limit);

// One ticket's summary and the texts around it (names, phones), whoever asks: the caller has checked the scope.
std::optional<boost::json::object> ticket_summary(Connection& db, std::int64_t ticket_id);

struct BoardCounts {
    // Every event up to and including this number is in the counts, and none after it.
    std::int64_t seq = 0;
    std::map<std::string, std::int64_t> counts;  // by state, not ended states only
    std::map<std::string, std::int64_t> urgent;
};

BoardCounts count_board(Connection& db, const dispatch::Actor& actor);

// The time line, the oldest first; internal events only when asked for.
boost::json::array ticket_events(Connection& db, std::int64_t ticket_id, bool with_internal,
                                 std::optional<std::int64_t> after_id, std::int64_t limit);

// The tickets merged into this one.
std::vector<std::int64_t> merged_into(Connection& db, std::int64_t ticket_id);

}  // namespace callout::storage
