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

std::optional<DueDeadline> claim_due_deadline(Connection& db, Instant now) {
    const auto rows = db.query(
        "SELECT ticket_id, kind, due_at FROM deadline WHERE due_at <= ? ORDER BY due_at LIMIT 1 FOR UPDATE SKIP "
        "LOCKED",
        now);
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    return DueDeadline{row.get<std::int64_t>(0), row.get<std::string>(1), row.get<Instant>(2)};
}

std::optional<Instant> next_deadline(Connection& db) {
    return db.query("SELECT MIN(due_at) FROM deadline").front().get<std::optional<Instant>>(0);
}

void postpone_deadline(Connection& db, const DueDeadline& deadline, Instant until) {
    db.execute("UPDATE deadline SET due_at = ? WHERE ticket_id = ? AND kind = ? AND due_at = ?", until,
               deadline.ticket_id, deadline.kind, deadline.due_at);
}

}  // namespace callout::storage
