// What a ticket does by itself when one of its deadlines is due.
#pragma once

#include <cstdint>

#include "dispatch/tickets/kinds.hpp"
#include "server/api/offering.hpp"
#include "server/storage/connection.hpp"

namespace callout::api {

// Decides and saves in the caller's transaction, which has claimed the deadline's row; the row is gone or moved
// afterwards. Answers false when the ticket changed at the same moment: roll back and come again.
// An offer that expired is followed by the next one, where the office's policy says so.
bool fire_deadline(storage::Connection& db, const OfferingSettings& settings, std::int64_t ticket_id,
                   dispatch::DeadlineKind kind, Instant now);

}  // namespace callout::api
