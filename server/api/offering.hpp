// The offering policy of an office at work: in the transaction that opened a ticket, or that ended its offer, the
// ticket is offered to the best candidate who has not declined it.
#pragma once

#include <string_view>

#include "dispatch/tickets/commands.hpp"
#include "dispatch/tickets/settings.hpp"
#include "server/storage/tickets.hpp"

namespace callout::api {

struct OfferingSettings {
    const dispatch::LifeCycleSettings& life_cycle;
    std::string_view timezone;
};

// `stored` is what `action` made of the ticket in this transaction; it is what the offer made of it afterwards. Answers
// whether there was one: not when the office has no such policy, enough offers have failed, or nobody can.
bool offer_by_policy(storage::Connection& db, storage::StoredTicket& stored, dispatch::Action action,
                     const OfferingSettings& settings, Instant now);

}  // namespace callout::api
