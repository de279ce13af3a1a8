// When Callout offers a ticket by itself: only for an office that wants it, once for each opening and each failure, and
// never past the failures at which headquarters takes over.
#pragma once

#include "dispatch/tickets/commands.hpp"
#include "dispatch/tickets/settings.hpp"
#include "dispatch/tickets/ticket.hpp"

namespace callout::dispatch {

// After `action` made the ticket what it is. A person who recalls a job, or reopens a ticket, goes on himself.
constexpr bool may_offer_by_itself(Action action) {
    return action == Action::open || action == Action::reject || action == Action::expire_offer;
}

inline bool offers_by_itself(bool policy_is_automatic, const Ticket& ticket, Action action,
                             const LifeCycleSettings& settings) {
    return policy_is_automatic && may_offer_by_itself(action) && ticket.kind == TicketKind::repair &&
           ticket.state == TicketState::open && !ticket.lead_ticket_id &&
           ticket.failed_offers_count < settings.headquarters_after_failures;
}

}  // namespace callout::dispatch
