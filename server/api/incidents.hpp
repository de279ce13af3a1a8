// Same fault over HTTP: who it may be, and what a person confirmed: one visit and many callbacks, or a campaign.
#pragma once

#include "dispatch/tickets/commands.hpp"
#include "dispatch/tickets/settings.hpp"
#include "server/api/call.hpp"

namespace callout::api::incidents {

Result<Answer> same_fault(Call& call);
Result<Answer> create(Call& call);
Result<Answer> get(Call& call);
Result<Answer> add_tickets(Call& call);

// What an action on `lead` makes of the tickets that follow it, in the same transaction.
void take_followers_along(storage::Connection& db, const dispatch::Ticket& lead, dispatch::Action action,
                          const dispatch::LifeCycleSettings& settings, Instant now);

}  // namespace callout::api::incidents
