#include "server/storage/events.hpp"

#include <boost/json/serialize.hpp>

namespace callout::storage {
namespace {

// ",7,12,": every id stands between commas.
std::string joined(const std::vector<std::int64_t>& ids) {
    if (ids.empty()) return "";
    std::string text = ",";
    for (const auto id : ids) text += std::to_string(id) + ',';
    return text;
}

}  // namespace

void append_event(Connection& db, const NewEvent& event) {
    db.execute(
        "INSERT INTO event (kind, ticket_id, ticket_version, from_state, to_state, happened_at, recorded_at, source, "
        "actor_id, attributes, office_path, dealer_path, former_dealer_path, technician_id, internal, audience_users) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        event.kind, event.ticket_id, event.ticket_version, event.from_state, event.to_state, event.happened_at,
        event.recorded_at, event.source, event.actor_id, boost::json::serialize(event.attributes),
        event.audience.office_path, event.audience.dealer_path, event.audience.former_dealer_path,
        event.audience.technician_id, event.internal, joined(event.audience.user_ids));
}

std::int64_t last_seq(Connection& db) {
    return db.query("SELECT COALESCE(MAX(seq), 0) FROM event").front().get<std::int64_t>(0);
}

}  // namespace callout::storage
