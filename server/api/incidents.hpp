// Same fault over HTTP: who it may be, and what a person confirmed: one visit and many callbacks, or a campaign.
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <optional>

#include "dispatch/incidents/same_fault.hpp"
#include "dispatch/tickets/commands.hpp"
#include "dispatch/tickets/settings.hpp"
#include "server/api/call.hpp"

namespace callout::api::incidents {

Result<Answer> same_fault(Call& call);
Result<Answer> list(Call& call);
Result<Answer> create(Call& call);
Result<Answer> get(Call& call);
Result<Answer> add_tickets(Call& call);

// The open repairs that may be the same fault as this one, saved or not, as far as the caller may see them; as the
// contract's SameFault, the likeliest first.
boost::json::array same_fault_items(Call& call, const dispatch::FaultFacts& facts);

// Lets a ticket that this very call opened follow the one it is the same fault as: within that one's incident, behind
// its lead, or in a new incident led by it. What speaks against it is said of the field /same_fault_as.
std::optional<Problem> join_same_fault(Call& call, std::int64_t ticket_id, std::int64_t same_fault_as);

// What an action on `lead` makes of the tickets that follow it, in the same transaction.
void take_followers_along(storage::Connection& db, const dispatch::Ticket& lead, dispatch::Action action,
                          const dispatch::LifeCycleSettings& settings, Instant now);

}  // namespace callout::api::incidents
