// What decide() refused, as the answer to a request.
#pragma once

#include "dispatch/tickets/life_cycle.hpp"
#include "server/api/call.hpp"
#include "server/storage/tickets.hpp"

namespace callout::api {

// Who lost a race is shown the ticket as it is now, where it is given.
Problem to_problem(const dispatch::Refusal& refusal, Call& call, const storage::StoredTicket* current);

}  // namespace callout::api
