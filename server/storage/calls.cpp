#include "server/storage/calls.hpp"

#include <boost/json.hpp>

#include "dispatch/rfc3339.hpp"

namespace callout::storage {
namespace {

namespace json = boost::json;

json::object call_from(const Row& row) {
    json::object call;
    for (const auto* column : {"id", "answered_by", "customer_id", "ticket_id"}) {
        const auto id = row.get<std::optional<std::int64_t>>(column);
        call[column] = id ? json::value(*id) : json::value(nullptr);
    }
    for (const auto* column : {"call_id", "direction", "state", "from_number", "to_number", "queue", "cause",
                               "answered_by_name", "customer_name", "recording_url"})
        call[column] = row.get<std::optional<std::string>>(column).value_or("");
    for (const auto* column : {"ringing_at", "answered_at", "ended_at"}) {
        const auto instant = row.get<std::optional<Instant>>(column);
        call[column] = instant ? json::value(to_rfc3339(*instant)) : json::value(nullptr);
    }
    return call;
}

}  // namespace

json::array calls_of_ticket(Connection& db, std::int64_t ticket_id) {
    json::array calls;
    for (const auto& row :
         db.query("SELECT phone_call.*, answerer.name AS answered_by_name, customer.name AS customer_name "
                  "FROM telephone_call AS phone_call LEFT JOIN user_account AS answerer ON answerer.id = "
                  "phone_call.answered_by "
                  "LEFT JOIN customer ON customer.id = phone_call.customer_id "
                  "WHERE phone_call.ticket_id = ? ORDER BY phone_call.id LIMIT 200",
                  ticket_id))
        calls.push_back(call_from(row));
    return calls;
}

bool link_call(Connection& db, std::int64_t call_id, std::int64_t ticket_id) {
    if (db.query("SELECT 1 FROM telephone_call WHERE id = ?", call_id).empty()) return false;
    db.execute("UPDATE telephone_call SET ticket_id = ? WHERE id = ?", ticket_id, call_id);
    return true;
}

}  // namespace callout::storage
