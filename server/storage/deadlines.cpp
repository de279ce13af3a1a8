#include "server/storage/deadlines.hpp"

namespace callout::storage {

void set_deadline(Connection& db, std::int64_t ticket_id, dispatch::DeadlineKind kind, Instant due_at) {
    db.execute(
        "INSERT INTO deadline (ticket_id, kind, due_at) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE due_at = "
        "VALUES(due_at)",
        ticket_id, to_string(kind), due_at);
}

void clear_deadline(Connection& db, std::int64_t ticket_id, dispatch::DeadlineKind kind) {
    db.execute("DELETE FROM deadline WHERE ticket_id = ? AND kind = ?", ticket_id, to_string(kind));
}

}  // namespace callout::storage
