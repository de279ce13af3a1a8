// What a ticket must do by itself, and when: rows, not timers, so that they survive everything.
#pragma once

#include <cstdint>

#include "dispatch/tickets/kinds.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

// Sets or moves the ticket's one deadline of this kind.
void set_deadline(Connection& db, std::int64_t ticket_id, dispatch::DeadlineKind kind, Instant due_at);

// Removes it; no error when there is none.
void clear_deadline(Connection& db, std::int64_t ticket_id, dispatch::DeadlineKind kind);

}  // namespace callout::storage
