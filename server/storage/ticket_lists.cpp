#include "server/storage/ticket_lists.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>

#include "dispatch/rfc3339.hpp"
#include "server/storage/scope_clause.hpp"

namespace callout::storage {
namespace {

namespace json = boost::json;
using namespace dispatch;

// Who sees more units than this finds a page of his sooner by walking through all tickets.
constexpr std::size_t most_pieces = 32;

constexpr std::string_view summary_columns = R"sql(
SELECT ticket.id, ticket.version, ticket.kind, ticket.state, ticket.urgency, ticket.state_since, ticket.channel,
       ticket.customer_id, customer.name AS customer_name, ticket.asset_id, asset.serial_number,
       asset.product_id, product.name AS product_name, ticket.fault_id, fault.name AS fault_name,
       ticket.description, ticket.contact_name, ticket.address, ticket.longitude, ticket.latitude,
       ticket.office_unit_id, office.name AS office_name, ticket.dealer_unit_id, dealer.name AS dealer_name,
       dealer.phone AS dealer_phone, ticket.technician_id, technician.name AS technician_name,
       technician.phone AS technician_phone, ticket.fault_reported_at, ticket.opened_at,
       ticket.first_offered_at, ticket.promised_arrival_at, ticket.callback_due_at, ticket.offers_count,
       ticket.failed_offers_count, ticket.reopened_count, ticket.incident_id, ticket.lead_ticket_id, deadline.due_at, deadline.kind AS due_kind, ticket.chases_count, ticket.contact_phone, ticket.opened_by,
       opener.name AS opened_by_name
)sql";

constexpr std::string_view summary_joins = R"sql(
LEFT JOIN customer ON customer.id = ticket.customer_id
LEFT JOIN asset ON asset.id = ticket.asset_id
LEFT JOIN product ON product.id = asset.product_id
LEFT JOIN fault ON fault.id = ticket.fault_id
LEFT JOIN organisation_unit AS office ON office.id = ticket.office_unit_id
LEFT JOIN organisation_unit AS dealer ON dealer.id = ticket.dealer_unit_id
LEFT JOIN user_account AS technician ON technician.id = ticket.technician_id
LEFT JOIN user_account AS opener ON opener.id = ticket.opened_by
LEFT JOIN deadline ON deadline.ticket_id = ticket.id
      AND deadline.kind = (SELECT next.kind FROM deadline AS next WHERE next.ticket_id = ticket.id
                           ORDER BY next.due_at, next.kind LIMIT 1)
)sql";

// A condition that grows, each piece with its parameters.
class Where {
public:
    template <class... Values>
    void add(std::string_view sql, const Values&... values) {
        sql_ += sql_.empty() ? " WHERE " : " AND ";
        sql_ += sql;
        (parameters_.push_back(to_parameter(values)), ...);
    }

    void add(const Condition& condition) {
        add(condition.sql);
        parameters_.insert(parameters_.end(), condition.parameters.begin(), condition.parameters.end());
    }

    // column IN (…); nothing when there are no values.
    template <class T, class Convert>
    void add_any_of(std::string_view column, const std::vector<T>& values, Convert convert) {
        if (values.empty()) return;
        std::string marks;
        for (const auto& value : values) {
            marks += marks.empty() ? "?" : ", ?";
            parameters_.push_back(to_parameter(convert(value)));
        }
        // Joined to what was added before; its parameters are in their place already.
        sql_ += fmt::format("{}{} IN ({})", sql_.empty() ? " WHERE " : " AND ", column, marks);
    }

    const std::string& sql() const { return sql_; }

    const std::vector<Parameter>& parameters() const { return parameters_; }

private:
    std::string sql_;
    std::vector<Parameter> parameters_;
};

json::value text_at(const Row& row, std::string_view column) {
    return json::string{row.get<std::optional<std::string>>(column).value_or("")};
}

json::value id_at(const Row& row, std::string_view column) {
    const auto id = row.get<std::optional<std::int64_t>>(column);
    return id ? json::value(*id) : json::value(nullptr);
}

json::value number_at(const Row& row, std::string_view column) {
    const auto number = row.get<std::optional<double>>(column);
    return number ? json::value(*number) : json::value(nullptr);
}

json::value instant_at(const Row& row, std::string_view column) {
    const auto instant = row.get<std::optional<Instant>>(column);
    return instant ? json::value(to_rfc3339(*instant)) : json::value(nullptr);
}

json::object summary_from(const Row& row) {
    json::object summary;
    for (const auto* column : {"id", "version", "customer_id", "asset_id", "product_id", "fault_id", "office_unit_id",
                               "dealer_unit_id", "technician_id", "offers_count", "failed_offers_count", "chases_count",
                               "reopened_count", "incident_id", "lead_ticket_id"})
        summary[column] = id_at(row, column);
    for (const auto* column :
         {"kind", "state", "urgency", "customer_name", "serial_number", "product_name", "fault_name", "description",
          "contact_name", "address", "office_name", "dealer_name", "technician_name"})
        summary[column] = text_at(row, column);
    for (const auto* column : {"longitude", "latitude"}) summary[column] = number_at(row, column);
    for (const auto* column : {"state_since", "fault_reported_at", "opened_at", "first_offered_at",
                               "promised_arrival_at", "callback_due_at", "due_at"})
        summary[column] = instant_at(row, column);
    summary["due_kind"] = row.is_null("due_kind") ? json::value(nullptr) : text_at(row, "due_kind");
    return summary;
}

// Some of the tickets somebody may see, in which those of a page are looked for.
struct Part {
    std::string_view index_hint;
    Condition seen;
};

// A filter that leaves few tickets whoever asks.
bool is_narrow(const TicketFilter& filter) {
    return !filter.ids.empty() || filter.technician_id || filter.customer_id || filter.asset_id || filter.incident_id;
}

// As few as are open now, however many there ever were.
bool is_of_open_ones(const TicketFilter& filter) {
    return filter.open.value_or(false) || (!filter.states.empty() && std::ranges::none_of(filter.states, is_ended));
}

// The indexes that begin with a piece's column. Left to itself the optimiser would sort all that a unit ever closed, or
// walk through what others see.
Part part_of(const ScopePiece& piece) {
    const std::string_view hint = piece.column == "office_path" ? "FORCE INDEX (ticket_office, ticket_office_newest)"
                                  : piece.column == "dealer_path"
                                      ? "FORCE INDEX (ticket_dealer, ticket_dealer_newest)"
                                      : "FORCE INDEX (ticket_technician, ticket_technician_newest)";
    return {hint, {fmt::format("ticket.{} = ?", piece.column), {piece.value}}};
}

// Each part is short, or stands in an index in the order of the page, so that a page costs the same however long the
// history is. (Only ended tickets in the order of urgency are still sorted all; no page of the console asks for that.)
std::vector<Part> parts_for(Connection& db, const Actor& actor, const TicketFilter& filter, TicketOrder order) {
    const auto seen = visible_to(actor, Permission::view_tickets, "ticket");
    if (is_narrow(filter)) return {{"", seen}};
    if (is_of_open_ones(filter)) return {{"FORCE INDEX (ticket_board)", seen}};
    if (order == TicketOrder::urgency) return {{"", seen}};
    const auto pieces = visible_pieces(db, actor, Permission::view_tickets, most_pieces);
    if (!pieces)
        return {{"IGNORE INDEX (ticket_office, ticket_office_newest, ticket_dealer, ticket_dealer_newest)", seen}};
    std::vector<Part> parts;
    for (const auto& piece : *pieces) parts.push_back(part_of(piece));
    return parts;
}

Where where_for(const Condition& seen, const TicketFilter& filter, TicketOrder order,
                const std::optional<TicketCursor>& after) {
    Where where;
    const auto same = [](std::int64_t id) { return id; };
    const auto word = [](auto value) { return to_string(value); };
    where.add(seen);
    where.add_any_of("ticket.id", filter.ids, same);
    where.add_any_of("ticket.state", filter.states, word);
    where.add_any_of("ticket.kind", filter.kinds, word);
    where.add_any_of("ticket.urgency", filter.urgencies, word);
    if (filter.open) where.add(fmt::format("ticket.state {} {}", *filter.open ? "NOT IN" : "IN", ended_states));
    if (filter.office_unit_id) where.add("ticket.office_unit_id = ?", *filter.office_unit_id);
    if (filter.dealer_unit_id) where.add("ticket.dealer_unit_id = ?", *filter.dealer_unit_id);
    if (filter.technician_id) where.add("ticket.technician_id = ?", *filter.technician_id);
    if (filter.customer_id) where.add("ticket.customer_id = ?", *filter.customer_id);
    if (filter.asset_id) where.add("ticket.asset_id = ?", *filter.asset_id);
    if (filter.incident_id) where.add("ticket.incident_id = ?", *filter.incident_id);
    if (after && order == TicketOrder::newest) where.add("ticket.id < ?", after->id);
    if (after && order == TicketOrder::urgency) {
        const auto urgency = to_string(after->urgency);
        where.add("(ticket.urgency < ? OR (ticket.urgency = ? AND ticket.id > ?))", urgency, urgency, after->id);
    }
    return where;
}

}  // namespace

std::vector<json::object> list_tickets(Connection& db, const Actor& actor, const TicketFilter& filter,
                                       TicketOrder order, std::optional<TicketCursor> after, std::int64_t limit) {
    // 'urgent' stands after 'normal' in the alphabet.
    const std::string_view by = order == TicketOrder::newest ? "ticket.id DESC" : "ticket.urgency DESC, ticket.id";
    // First which tickets stand on the page, then what is written on it: names are looked up for these alone.
    std::vector<std::string> found;
    std::vector<Parameter> parameters;
    for (const auto& part : parts_for(db, actor, filter, order)) {
        const auto where = where_for(part.seen, filter, order, after);
        found.push_back(
            fmt::format("(SELECT ticket.id FROM ticket {}{} ORDER BY {} LIMIT ?)", part.index_hint, where.sql(), by));
        parameters.insert(parameters.end(), where.parameters().begin(), where.parameters().end());
        parameters.push_back(to_parameter(limit));
    }
    if (found.empty()) return {};
    parameters.push_back(to_parameter(limit));
    const auto sql =
        fmt::format("{} FROM ({}) AS page STRAIGHT_JOIN ticket ON ticket.id = page.id {} ORDER BY {} LIMIT ?",
                    summary_columns, fmt::join(found, " UNION "), summary_joins, by);
    std::vector<json::object> summaries;
    for (const auto& row : db.query_with(sql, parameters)) summaries.push_back(summary_from(row));
    return summaries;
}

std::optional<json::object> ticket_summary(Connection& db, std::int64_t ticket_id) {
    static const std::string sql =
        fmt::format("{} FROM ticket {} WHERE ticket.id = ? LIMIT 1", summary_columns, summary_joins);
    const auto rows = db.query(sql, ticket_id);
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    auto summary = summary_from(row);
    for (const auto* column : {"channel", "contact_phone", "technician_phone", "dealer_phone", "opened_by_name"})
        summary[column] = text_at(row, column);
    summary["opened_by"] = id_at(row, "opened_by");
    return summary;
}

BoardCounts count_board(Connection& db, const Actor& actor) {
    const auto tickets = visible_to(actor, Permission::view_tickets, "ticket");
    const auto events = visible_to(actor, Permission::view_tickets, "event");
    // One statement is one snapshot: the highest number, the tickets, and the committed events without a number yet,
    // whose effect is taken back off the counts because it will be told under a later number.
    const auto sql = fmt::format(
        "SELECT 'head' AS part, '' AS state, '' AS urgency, COALESCE(MAX(seq), 0) AS n FROM event "
        "UNION ALL SELECT 'count', state, urgency, COUNT(*) FROM ticket FORCE INDEX (ticket_board) WHERE {} AND state "
        "NOT IN {} "
        "GROUP BY state, urgency "
        "UNION ALL SELECT 'entered', to_state, '', COUNT(*) FROM event WHERE seq IS NULL AND from_state <> to_state "
        "AND {} GROUP BY to_state "
        "UNION ALL SELECT 'left', from_state, '', COUNT(*) FROM event WHERE seq IS NULL AND from_state <> to_state "
        "AND {} GROUP BY from_state",
        tickets.sql, ended_states, events.sql, events.sql);
    std::vector<Parameter> parameters = tickets.parameters;
    for (int i = 0; i < 2; ++i) parameters.insert(parameters.end(), events.parameters.begin(), events.parameters.end());

    BoardCounts board;
    for (const auto& row : db.query_with(sql, parameters)) {
        const auto part = row.get<std::string>("part");
        const auto state = row.get<std::string>("state");
        const auto n = row.get<std::int64_t>("n");
        if (part == "head") {
            board.seq = n;
        } else if (part == "count") {
            board.counts[state] += n;
            if (row.get<std::string>("urgency") == to_string(Urgency::urgent)) board.urgent[state] += n;
        } else if (const auto known = parse<TicketState>(state); known && !is_ended(*known)) {
            board.counts[state] += part == "entered" ? -n : n;
        }
    }
    return board;
}

std::vector<json::object> ticket_events(Connection& db, std::int64_t ticket_id, bool with_internal,
                                        std::optional<std::int64_t> after_id, std::int64_t limit) {
    std::vector<json::object> events;
    for (const auto& row :
         db.query("SELECT event.id, event.seq, event.kind, event.ticket_id, event.ticket_version, event.from_state, "
                  "event.to_state, event.happened_at, event.recorded_at, event.source, event.actor_id, "
                  "actor.name AS actor_name, event.attributes FROM event "
                  "LEFT JOIN user_account AS actor ON actor.id = event.actor_id "
                  "WHERE event.ticket_id = ? AND event.id > ? AND (? OR NOT event.internal) ORDER BY event.id LIMIT ?",
                  ticket_id, after_id.value_or(0), with_internal, limit)) {
        json::object event;
        for (const auto* column : {"id", "seq", "ticket_id", "ticket_version"}) event[column] = id_at(row, column);
        for (const auto* column : {"kind", "from_state", "to_state", "source"}) event[column] = text_at(row, column);
        for (const auto* column : {"happened_at", "recorded_at"}) event[column] = instant_at(row, column);
        event["actor"] = row.is_null("actor_id")
                             ? json::value(nullptr)
                             : json::value{{"id", id_at(row, "actor_id")}, {"name", text_at(row, "actor_name")}};
        event["attributes"] = json::parse(row.get<std::string>("attributes"));
        events.push_back(std::move(event));
    }
    return events;
}

std::vector<std::int64_t> merged_into(Connection& db, std::int64_t ticket_id) {
    std::vector<std::int64_t> ids;
    for (const auto& row : db.query("SELECT id FROM ticket WHERE merged_into_id = ? ORDER BY id LIMIT 1000", ticket_id))
        ids.push_back(row.get<std::int64_t>(0));
    return ids;
}

}  // namespace callout::storage
