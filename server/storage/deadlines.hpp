// What a ticket must do by itself, and when: rows, not timers, so that they survive everything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dispatch/tickets/kinds.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

// Sets or moves the ticket's one deadline of this kind.
void set_deadline(Connection& db, std::int64_t ticket_id, dispatch::DeadlineKind kind, Instant due_at);

// Removes it; no error when there is none.
void clear_deadline(Connection& db, std::int64_t ticket_id, dispatch::DeadlineKind kind);

// The rest is the deadline worker's.

struct DueDeadline {
    std::int64_t ticket_id = 0;
    std::string kind;
    Instant due_at{};
};

// The one that is due the longest and that nobody works on, claimed until the end of the caller's transaction; nothing
// when there is none.
std::optional<DueDeadline> claim_due_deadline(Connection& db, Instant now);

// When the next one is due, claimed or not.
std::optional<Instant> next_deadline(Connection& db);

// Moves it unless it was moved or cleared meanwhile.
void postpone_deadline(Connection& db, const DueDeadline& deadline, Instant until);

}  // namespace callout::storage
