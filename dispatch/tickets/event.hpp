// An event is one thing that happened to one ticket: append-only, and complete enough to be told to a person or a
// console without looking anything up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "dispatch/clock.hpp"
#include "dispatch/organisation/scope.hpp"
#include "dispatch/tickets/kinds.hpp"

namespace callout::dispatch {

using AttributeValue = std::variant<std::string, std::int64_t, double, bool, Instant>;

// Names with values, in the order they are to be shown. Enum values are their names.
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

enum class EventKind : std::uint8_t {
    ticket_opened,
    ticket_edited,
    ticket_merged,
    ticket_unmerged,
    ticket_chased,
    ticket_noted,
    ticket_cancelled,
    ticket_answered,
    ticket_investigating,
    ticket_resolved,
    ticket_followed_up,
    ticket_reopened,  // "not fixed" at the callback
    ticket_closed,
    offer_made,
    offer_reminded,
    offer_confirmed,
    offer_rejected,
    offer_expired,
    offer_recalled,
    offer_escalated,  // several offers failed: to the office, then to headquarters
    technician_named,
    technician_missing,   // not named in time
    technician_released,  // another was named in his place; the audience is the one who was
    visit_departed,
    visit_arrived,
    visit_paused,
    visit_resumed,
    visit_repaired,
    visit_unrepaired,
    callback_attempted,  // not reached, there will be another attempt
    callback_overdue,
    ticket_joined_incident,
    ticket_left_incident,
    ticket_repaired_with_lead,  // by the visit of the ticket it follows
};

constexpr auto enum_names(EventKind) {
    return std::to_array<std::string_view>({
        "ticket.opened",        "ticket.edited",
        "ticket.merged",        "ticket.unmerged",
        "ticket.chased",        "ticket.noted",
        "ticket.cancelled",     "ticket.answered",
        "ticket.investigating", "ticket.resolved",
        "ticket.followed_up",   "ticket.reopened",
        "ticket.closed",        "offer.made",
        "offer.reminded",       "offer.confirmed",
        "offer.rejected",       "offer.expired",
        "offer.recalled",       "offer.escalated",
        "technician.named",     "technician.missing",
        "technician.released",  "visit.departed",
        "visit.arrived",        "visit.paused",
        "visit.resumed",        "visit.repaired",
        "visit.unrepaired",     "callback.attempted",
        "callback.overdue",     "ticket.joined_incident",
        "ticket.left_incident", "ticket.repaired_with_lead",
    });
}

// Whose attention an event asks for at the moment it is committed. Everybody in the audience sees it all the same.
enum class Party : std::uint8_t { agents, dispatchers, office, headquarters, dealer, former_dealer, technician };

constexpr auto enum_names(Party) {
    return std::to_array<std::string_view>(
        {"agents", "dispatchers", "office", "headquarters", "dealer", "former_dealer", "technician"});
}

struct Event {
    EventKind kind = EventKind::ticket_opened;
    std::int64_t ticket_id = 0;                // 0 for the event that opens a ticket, until the row has its id
    std::int64_t ticket_version = 0;           // the version this event made
    std::optional<TicketState> from_state;     // missing: there was no ticket
    TicketState to_state = TicketState::open;  // equals from_state when the state did not change
    Instant happened_at{};
    Instant recorded_at{};
    Source source = Source::console;
    std::optional<std::int64_t> actor_user_id;  // missing: Callout itself
    Attributes attributes;
    Audience audience;
    std::vector<Party> informs;
};

}  // namespace callout::dispatch
