#include "server/storage/planning_leases.hpp"

namespace callout::storage {

PlanningLease take_planning_lease(Connection& db, std::int64_t office_unit_id, std::string_view holder,
                                  std::int64_t seq, Instant now, Instant expires_at) {
    db.execute("INSERT IGNORE INTO planning_lease (office_unit_id, holder, expires_at) VALUES (?, '', ?)",
               office_unit_id, now);
    const auto taken = db.execute(
        "UPDATE planning_lease SET holder = ?, expires_at = ? "
        "WHERE office_unit_id = ? AND planned_seq < ? AND (holder = ? OR expires_at <= ?)",
        holder, expires_at, office_unit_id, seq, holder, now);
    if (taken != 0) return PlanningLease::taken;
    const auto planned_seq = db.query("SELECT planned_seq FROM planning_lease WHERE office_unit_id = ?", office_unit_id)
                                 .front()
                                 .get<std::int64_t>(0);
    return planned_seq < seq ? PlanningLease::of_another : PlanningLease::not_needed;
}

bool finish_planning(Connection& db, std::int64_t office_unit_id, std::string_view holder, std::int64_t seq) {
    return db.execute("UPDATE planning_lease SET planned_seq = ? WHERE office_unit_id = ? AND holder = ?", seq,
                      office_unit_id, holder) != 0;
}

}  // namespace callout::storage
