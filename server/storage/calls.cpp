#include "server/storage/calls.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

#include "dispatch/rfc3339.hpp"
#include "dispatch/tickets/kinds.hpp"
#include "server/phones/phone_number.hpp"

namespace callout::storage {
namespace {

namespace json = boost::json;

// Of the column ringing_users.
constexpr std::size_t max_ringing_users_bytes = 500;
constexpr std::int64_t max_calls_of_a_ticket = 100;

constexpr std::string_view select_call =
    "SELECT l.id, l.call_id, l.direction, l.from_number, l.to_number, l.queue, l.cause, l.ringing_at, l.answered_at, "
    "l.ended_at, l.ringing_users, l.answered_by, COALESCE(u.name, '') AS answered_by_name, l.customer_id, "
    "COALESCE(c.name, '') AS customer_name, l.ticket_id, l.recording_url FROM telephone_call l "
    "LEFT JOIN user_account u ON u.id = l.answered_by LEFT JOIN customer c ON c.id = l.customer_id ";

json::value or_null(const std::optional<Instant>& instant) {
    return instant ? json::value(to_rfc3339(*instant)) : json::value(nullptr);
}

json::value or_null(const std::optional<std::int64_t>& id) {
    return id ? json::value(*id) : json::value(nullptr);
}

// ",7,12,": every id stands between commas, so that one of them is found by LIKE '%,7,%'.
std::string joined(const std::vector<std::int64_t>& ids) {
    std::string text = ids.empty() ? "" : ",";
    for (const auto id : ids) {
        const auto entry = fmt::format("{},", id);
        if (text.size() + entry.size() > max_ringing_users_bytes) break;
        text += entry;
    }
    return text;
}

std::vector<std::int64_t> split(std::string_view text) {
    std::vector<std::int64_t> ids;
    const auto* end = text.data() + text.size();
    for (const auto* at = text.data(); at < end;) {
        std::int64_t id = 0;
        const auto [rest, error] = std::from_chars(at + (*at == ',' ? 1 : 0), end, id);
        if (error != std::errc{}) break;
        ids.push_back(id);
        at = rest;
    }
    return ids;
}

TelephoneCall call_from(const Row& row) {
    using OptionalInstant = std::optional<Instant>;
    using OptionalId = std::optional<std::int64_t>;
    return TelephoneCall{
        .id = row.get<std::int64_t>("id"),
        .call_id = row.get<std::string>("call_id"),
        .direction = parse<dispatch::CallDirection>(row.get<std::string>("direction")).value(),
        .from_number = row.get<std::string>("from_number"),
        .to_number = row.get<std::string>("to_number"),
        .queue = row.get<std::string>("queue"),
        .cause = row.get<std::string>("cause"),
        .times = {.ringing_at = row.get<OptionalInstant>("ringing_at"),
                  .answered_at = row.get<OptionalInstant>("answered_at"),
                  .ended_at = row.get<OptionalInstant>("ended_at")},
        .ringing_users = split(row.get<std::string>("ringing_users")),
        .answered_by = row.get<OptionalId>("answered_by"),
        .answered_by_name = row.get<std::string>("answered_by_name"),
        .customer_id = row.get<OptionalId>("customer_id"),
        .customer_name = row.get<std::string>("customer_name"),
        .ticket_id = row.get<OptionalId>("ticket_id"),
        .recording_url = row.get<std::string>("recording_url"),
    };
}

std::vector<TelephoneCall> calls_from(const Rows& rows) {
    std::vector<TelephoneCall> calls;
    calls.reserve(rows.size());
    for (const auto& row : rows) calls.push_back(call_from(row));
    return calls;
}

std::string marks(std::size_t count) {
    return fmt::format("{}", fmt::join(std::vector<std::string_view>(count, "?"), ", "));
}

}  // namespace

json::object to_json(const TelephoneCall& call) {
    return {{"id", call.id},
            {"call_id", call.call_id},
            {"direction", to_string(call.direction)},
            {"state", to_string(state_of(call.times))},
            {"from_number", call.from_number},
            {"to_number", call.to_number},
            {"queue", call.queue},
            {"cause", call.cause},
            {"ringing_at", or_null(call.times.ringing_at)},
            {"answered_at", or_null(call.times.answered_at)},
            {"ended_at", or_null(call.times.ended_at)},
            {"answered_by", or_null(call.answered_by)},
            {"answered_by_name", call.answered_by_name},
            {"customer_id", or_null(call.customer_id)},
            {"customer_name", call.customer_name},
            {"ticket_id", or_null(call.ticket_id)},
            {"recording_url", call.recording_url}};
}

TelephoneCall lock_call(Connection& db, const std::string& call_id) {
    db.execute(
        "INSERT INTO telephone_call (call_id, direction, state, from_number, from_number_reversed, to_number) "
        "VALUES (?, 'in', 'ringing', '', '', '') ON DUPLICATE KEY UPDATE id = id",
        call_id);
    db.query("SELECT id FROM telephone_call WHERE call_id = ? FOR UPDATE", call_id);
    static const auto sql = fmt::format("{}WHERE l.call_id = ?", select_call);
    return call_from(db.query(sql, call_id).front());
}

std::vector<TelephoneCall> lock_rings_before(Connection& db, Instant before, std::int64_t limit) {
    std::vector<TelephoneCall> calls;
    for (const auto& row : db.query(
             "SELECT id FROM telephone_call WHERE state = 'ringing' AND ringing_at < ? ORDER BY ringing_at LIMIT ? "
             "FOR UPDATE",
             before, limit))
        calls.push_back(find_call(db, row.get<std::int64_t>(0)).value());
    return calls;
}

void save_call(Connection& db, const TelephoneCall& call) {
    db.execute(
        "UPDATE telephone_call SET direction = ?, state = ?, from_number = ?, from_number_reversed = ?, to_number = ?, "
        "queue = ?, cause = ?, ringing_at = ?, answered_at = ?, ended_at = ?, ringing_users = ?, answered_by = ?, "
        "customer_id = ? WHERE id = ?",
        to_string(call.direction), to_string(state_of(call.times)), call.from_number,
        phones::reversed(call.from_number), call.to_number, call.queue, call.cause, call.times.ringing_at,
        call.times.answered_at, call.times.ended_at, joined(call.ringing_users), call.answered_by, call.customer_id,
        call.id);
}

std::vector<TelephoneCall> list_calls(Connection& db, const CallFilter& filter, std::optional<std::int64_t> before,
                                      std::int64_t limit) {
    std::string sql{select_call};
    std::vector<Parameter> parameters;
    const auto where = [&](std::string_view condition, const auto&... values) {
        sql += fmt::format("{} ({})", parameters.empty() ? "WHERE" : " AND", condition);
        (parameters.push_back(to_parameter(values)), ...);
    };
    if (filter.state) where("l.state = ?", to_string(*filter.state));
    if (filter.customer_id) where("l.customer_id = ?", *filter.customer_id);
    if (filter.ticket_id) where("l.ticket_id = ?", *filter.ticket_id);
    if (filter.user_id)
        where("l.answered_by = ? OR l.ringing_users LIKE ?", *filter.user_id, fmt::format("%,{},%", *filter.user_id));
    if (before) where("l.id < ?", *before);
    sql += " ORDER BY l.id DESC LIMIT ?";
    parameters.push_back(to_parameter(limit));
    return calls_from(db.query_with(sql, parameters));
}

std::optional<TelephoneCall> find_call(Connection& db, std::int64_t id) {
    static const auto sql = fmt::format("{}WHERE l.id = ?", select_call);
    const auto rows = db.query(sql, id);
    return rows.empty() ? std::nullopt : std::optional{call_from(rows.front())};
}

bool link_call(Connection& db, std::int64_t id, std::optional<std::int64_t> ticket_id) {
    if (db.query("SELECT id FROM telephone_call WHERE id = ? FOR UPDATE", id).empty()) return false;
    db.execute("UPDATE telephone_call SET ticket_id = ? WHERE id = ?", ticket_id, id);
    return true;
}

bool set_recording(Connection& db, std::int64_t id, const std::string& recording_url) {
    if (db.query("SELECT id FROM telephone_call WHERE id = ? FOR UPDATE", id).empty()) return false;
    db.execute("UPDATE telephone_call SET recording_url = ? WHERE id = ?", recording_url, id);
    return true;
}

json::array calls_of_ticket(Connection& db, std::int64_t ticket_id) {
    static const auto sql = fmt::format("{}WHERE l.ticket_id = ? ORDER BY l.id LIMIT ?", select_call);
    json::array array;
    for (const auto& call : calls_from(db.query(sql, ticket_id, max_calls_of_a_ticket))) array.push_back(to_json(call));
    return array;
}

std::vector<std::int64_t> users_called(Connection& db, const std::vector<std::string>& words) {
    std::vector<std::int64_t> ids;
    for (const auto& word : words) {
        if (word.empty()) continue;
        // The extension is the surest, a name the least sure.
        const auto rows = db.query(
            "SELECT id FROM user_account WHERE disabled_at IS NULL AND (extension = ? OR login = ? OR name = ?) "
            "ORDER BY extension = ? DESC, login = ? DESC, id LIMIT 1",
            word, word, word, word, word);
        if (rows.empty()) continue;
        const auto id = rows.front().get<std::int64_t>(0);
        if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
    }
    return ids;
}

std::vector<std::int64_t> users_at_work(Connection& db, const std::vector<std::string>& roles, Instant since,
                                        std::int64_t limit) {
    if (roles.empty()) return {};
    std::vector<Parameter> parameters{to_parameter(since), to_parameter(since)};
    for (const auto& role : roles) parameters.push_back(to_parameter(role));
    parameters.push_back(to_parameter(limit));
    const auto sql = fmt::format(
        "SELECT u.id, MAX(s.last_seen_at) AS seen_at FROM user_account u JOIN session s ON s.user_id = u.id "
        "WHERE u.disabled_at IS NULL AND s.last_seen_at >= ? AND s.expires_at > ? AND EXISTS (SELECT 1 FROM user_role "
        "r WHERE r.user_id = u.id AND r.role IN ({})) GROUP BY u.id ORDER BY seen_at DESC, u.id LIMIT ?",
        marks(roles.size()));
    std::vector<std::int64_t> ids;
    for (const auto& row : db.query_with(sql, parameters)) ids.push_back(row.get<std::int64_t>(0));
    return ids;
}

std::vector<Caller> callers_with_number(Connection& db, const std::string& number, std::int64_t limit) {
    static const auto sql = [] {
        std::vector<std::string> ended;
        for (const auto state : all_values<dispatch::TicketState>)
            if (dispatch::is_ended(state)) ended.push_back(fmt::format("'{}'", to_string(state)));
        return fmt::format(
            "SELECT c.id, c.name, (SELECT COUNT(*) FROM ticket t WHERE t.customer_id = c.id AND t.state NOT IN ({})) "
            "AS open_tickets_count FROM customer c WHERE c.id IN (SELECT p.customer_id FROM customer_phone p WHERE "
            "p.number_reversed = ?) ORDER BY open_tickets_count DESC, c.id LIMIT ?",
            fmt::join(ended, ", "));
    }();
    std::vector<Caller> callers;
    for (const auto& row : db.query(sql, phones::reversed(number), limit))
        callers.push_back({row.get<std::int64_t>(0), row.get<std::string>(1), row.get<std::int64_t>(2)});
    return callers;
}

}  // namespace callout::storage
