#include "server/storage/ticket_lists.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <span>
#include <unordered_map>
#include <utility>

#include "server/storage/id_list.hpp"
#include "server/storage/scope_clause.hpp"

namespace callout::storage {
namespace {

namespace json = boost::json;
using namespace dispatch;

static_assert(std::ranges::all_of(all_values<TicketState>, [](TicketState state) {
    const auto names = is_ended(state) ? ended_states : open_states;
    return names.find(to_string(state)) != names.npos;
}));

// Who sees more units than this finds a page of his sooner by walking through all tickets.
constexpr std::size_t most_pieces = 32;

// What a member of a summary is made of, and how it is written.
enum class Written : std::uint8_t {
    as_stored,  // ids, numbers; null where there is none
    text,       // "" where there is none
    instant,
};

struct Member {
    std::string_view name;
    std::string_view column;
    Written written;
};

constexpr auto summary_members = std::to_array<Member>({
    {"id", "ticket.id", Written::as_stored},
    {"version", "ticket.version", Written::as_stored},
    {"kind", "ticket.kind", Written::text},
    {"state", "ticket.state", Written::text},
    {"urgency", "ticket.urgency", Written::text},
    {"state_since", "ticket.state_since", Written::instant},
    {"customer_id", "ticket.customer_id", Written::as_stored},
    {"customer_name", "customer.name", Written::text},
    {"asset_id", "ticket.asset_id", Written::as_stored},
    {"serial_number", "asset.serial_number", Written::text},
    {"product_id", "asset.product_id", Written::as_stored},
    {"product_name", "product.name", Written::text},
    {"fault_id", "ticket.fault_id", Written::as_stored},
    {"fault_name", "fault.name", Written::text},
    {"description", "ticket.description", Written::text},
    {"contact_name", "ticket.contact_name", Written::text},
    {"address", "ticket.address", Written::text},
    {"longitude", "ticket.longitude", Written::as_stored},
    {"latitude", "ticket.latitude", Written::as_stored},
    {"office_unit_id", "ticket.office_unit_id", Written::as_stored},
    {"office_name", "office.name", Written::text},
    {"dealer_unit_id", "ticket.dealer_unit_id", Written::as_stored},
    {"dealer_name", "dealer.name", Written::text},
    {"technician_id", "ticket.technician_id", Written::as_stored},
    {"technician_name", "technician.name", Written::text},
    {"fault_reported_at", "ticket.fault_reported_at", Written::instant},
    {"opened_at", "ticket.opened_at", Written::instant},
    {"first_offered_at", "ticket.first_offered_at", Written::instant},
    {"promised_arrival_at", "ticket.promised_arrival_at", Written::instant},
    {"callback_due_at", "ticket.callback_due_at", Written::instant},
    {"offers_count", "ticket.offers_count", Written::as_stored},
    {"failed_offers_count", "ticket.failed_offers_count", Written::as_stored},
    {"chases_count", "ticket.chases_count", Written::as_stored},
    {"reopened_count", "ticket.reopened_count", Written::as_stored},
    {"incident_id", "ticket.incident_id", Written::as_stored},
    {"lead_ticket_id", "ticket.lead_ticket_id", Written::as_stored},
});

// What the page of one ticket says besides.
constexpr auto further_members = std::to_array<Member>({
    {"channel", "ticket.channel", Written::text},
    {"contact_phone", "ticket.contact_phone", Written::text},
    {"dealer_phone", "dealer.phone", Written::text},
    {"technician_phone", "technician.phone", Written::text},
    {"opened_by", "ticket.opened_by", Written::as_stored},
    {"opened_by_name", "opener.name", Written::text},
});

constexpr auto event_members = std::to_array<Member>({
    {"id", "event.id", Written::as_stored},
    {"seq", "event.seq", Written::as_stored},
    {"kind", "event.kind", Written::text},
    {"ticket_id", "event.ticket_id", Written::as_stored},
    {"ticket_version", "event.ticket_version", Written::as_stored},
    {"from_state", "event.from_state", Written::text},
    {"to_state", "event.to_state", Written::text},
    {"happened_at", "event.happened_at", Written::instant},
    {"recorded_at", "event.recorded_at", Written::instant},
    {"source", "event.source", Written::text},
});

constexpr std::string_view summary_joins = R"sql(
LEFT JOIN customer ON customer.id = ticket.customer_id
LEFT JOIN asset ON asset.id = ticket.asset_id
LEFT JOIN product ON product.id = asset.product_id
LEFT JOIN fault ON fault.id = ticket.fault_id
LEFT JOIN organisation_unit AS office ON office.id = ticket.office_unit_id
LEFT JOIN organisation_unit AS dealer ON dealer.id = ticket.dealer_unit_id
LEFT JOIN user_account AS technician ON technician.id = ticket.technician_id
)sql";

std::string columns_of(std::span<const Member> members) {
    std::string columns;
    for (const auto& member : members) columns += fmt::format("{}{}", columns.empty() ? "" : ", ", member.column);
    return columns;
}

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

// "2026-11-23 08:00:00.000000", as the driver hands out a DATETIME(3), becomes "2026-11-23T08:00:00.000Z": lists are
// full of instants, and none of them needs to be calculated with.
json::string rfc3339_of(std::string_view datetime) {
    json::string text(datetime.substr(0, 23));
    text.at(10) = 'T';
    text.push_back('Z');
    return text;
}

json::value to_json(const Value& value, Written written) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
    if (const auto* real = std::get_if<double>(&value)) return *real;
    if (const auto* text = std::get_if<std::string>(&value))
        return written == Written::instant ? rfc3339_of(*text) : json::string(*text);
    return written == Written::text ? json::value(json::string_kind) : json::value(nullptr);
}

json::object object_from(const Row& row, std::span<const Member> members) {
    json::object object;
    object.reserve(members.size() + 2);  // two are added to either kind
    for (std::size_t column = 0; column < members.size(); ++column)
        object.emplace(members[column].name, to_json(row.at(column), members[column].written));
    return object;
}

// Adds of each ticket's deadlines the one that is due first. (Asked for together: finding the first of each by a join
// took as long as all the rest.)
void add_next_deadlines(Connection& db, json::array& summaries) {
    std::vector<std::int64_t> ids;
    for (const auto& summary : summaries) ids.push_back(summary.at("id").as_int64());
    const auto list = id_list(ids);
    const auto rows = db.query_with(
        fmt::format("SELECT ticket_id, due_at, kind FROM deadline WHERE ticket_id IN ({}) ORDER BY due_at, kind",
                    list.marks),
        list.parameters);
    std::unordered_map<std::int64_t, const Row*> first;
    for (const auto& row : rows) first.try_emplace(row.get<std::int64_t>("ticket_id"), &row);
    for (auto& summary : summaries) {
        const auto due = first.find(summary.at("id").as_int64());
        const bool none = due == first.end();
        auto& members = summary.as_object();
        members["due_at"] = none ? json::value(nullptr) : rfc3339_of(due->second->get<std::string>("due_at"));
        members["due_kind"] = none ? json::value(nullptr) : json::value(due->second->get<std::string>("kind"));
    }
}

json::array read_summaries(Connection& db, std::span<const Member> members, const std::string& from,
                           std::span<const Parameter> parameters) {
    json::array summaries;
    for (const auto& row : db.query_with(fmt::format("SELECT {} FROM {}", columns_of(members), from), parameters))
        summaries.emplace_back(object_from(row, members));
    if (!summaries.empty()) add_next_deadlines(db, summaries);
    return summaries;
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

// The board's columns: of each state the first, by an index in their order.
std::vector<Part> parts_by_state(const Condition& seen, const std::vector<TicketState>& states) {
    std::vector<Part> parts;
    for (const auto state : all_values<TicketState>) {
        if (std::ranges::find(states, state) == states.end()) continue;  // however often it was named
        Part part{"FORCE INDEX (ticket_board)", seen};
        part.seen.sql += " AND ticket.state = ?";
        part.seen.parameters.push_back(to_parameter(to_string(state)));
        parts.push_back(std::move(part));
    }
    return parts;
}

// Each part is short, or stands in an index in the order of the page, so that a page costs the same however long the
// history is. (Only ended tickets in the order of urgency are still sorted all; no page of the console asks for that.)
std::vector<Part> parts_for(Connection& db, const Actor& actor, const TicketFilter& filter, TicketOrder order) {
    const auto seen = visible_to(actor, Permission::view_tickets, "ticket");
    if (is_narrow(filter)) return {{"", seen}};
    if (is_of_open_ones(filter)) {
        if (order == TicketOrder::urgency && !filter.states.empty()) return parts_by_state(seen, filter.states);
        return {{"FORCE INDEX (ticket_board)", seen}};
    }
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

// A page comes as its tickets were found. (Sorted by the database, each row with all its names, it took a sixth
// longer.)
void put_in_order(json::array& summaries, TicketOrder order) {
    std::ranges::sort(summaries, {}, [order](const json::value& summary) {
        const auto id = summary.at("id").as_int64();
        if (order == TicketOrder::newest) return std::pair{false, -id};
        return std::pair{summary.at("urgency").as_string() != to_string(Urgency::urgent), id};
    });
}

}  // namespace

json::array list_tickets(Connection& db, const Actor& actor, const TicketFilter& filter, TicketOrder order,
                         std::optional<TicketCursor> after, std::int64_t limit) {
    // 'urgent' stands after 'normal' in the alphabet.
    const std::string_view by = order == TicketOrder::newest ? "id DESC" : "urgency DESC, id";
    // First which tickets stand on the page, then what is written on it: names are looked up for these alone.
    std::vector<std::string> found;
    std::vector<Parameter> parameters;
    for (const auto& part : parts_for(db, actor, filter, order)) {
        const auto where = where_for(part.seen, filter, order, after);
        found.push_back(fmt::format("(SELECT ticket.id, ticket.urgency FROM ticket {}{} ORDER BY {} LIMIT ?)",
                                    part.index_hint, where.sql(), by));
        parameters.insert(parameters.end(), where.parameters().begin(), where.parameters().end());
        parameters.push_back(to_parameter(limit));
    }
    if (found.empty()) return {};
    auto page = fmt::format("{}", fmt::join(found, " UNION "));
    if (found.size() > 1) {
        page += fmt::format(" ORDER BY {} LIMIT ?", by);
        parameters.push_back(to_parameter(limit));
    }
    auto summaries = read_summaries(
        db, summary_members,
        fmt::format("({}) AS page STRAIGHT_JOIN ticket ON ticket.id = page.id {}", page, summary_joins), parameters);
    put_in_order(summaries, order);
    return summaries;
}

std::optional<json::object> ticket_summary(Connection& db, std::int64_t ticket_id) {
    static const auto members = [] {
        std::vector<Member> all{summary_members.begin(), summary_members.end()};
        all.insert(all.end(), further_members.begin(), further_members.end());
        return all;
    }();
    static const auto from =
        fmt::format("ticket {} LEFT JOIN user_account AS opener ON opener.id = ticket.opened_by WHERE ticket.id = ?",
                    summary_joins);
    auto found = read_summaries(db, members, from, std::array{to_parameter(ticket_id)});
    if (found.empty()) return std::nullopt;
    return std::move(found.front().as_object());
}

BoardCounts count_board(Connection& db, const Actor& actor) {
    const auto tickets = visible_to(actor, Permission::view_tickets, "ticket");
    const auto events = visible_to(actor, Permission::view_tickets, "event");
    // One statement is one snapshot: the highest number, the tickets, and the committed events without a number yet,
    // whose effect is taken back off the counts because it will be told under a later number.
    const auto sql = fmt::format(
        "SELECT 'head' AS part, '' AS state, COALESCE(MAX(seq), 0) AS n, 0 AS urgent FROM event "
        "UNION ALL SELECT 'count', state, COUNT(*), COUNT(CASE WHEN urgency = 'urgent' THEN 1 END) FROM ticket FORCE "
        "INDEX (ticket_board) "
        "WHERE {} AND state NOT IN {} GROUP BY state "
        "UNION ALL SELECT 'entered', to_state, COUNT(*), 0 FROM event WHERE seq IS NULL AND from_state <> to_state "
        "AND {} GROUP BY to_state "
        "UNION ALL SELECT 'left', from_state, COUNT(*), 0 FROM event WHERE seq IS NULL AND from_state <> to_state "
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
            if (const auto urgent = row.get<std::int64_t>("urgent"); urgent > 0) board.urgent[state] = urgent;
        } else if (const auto known = parse<TicketState>(state); known && !is_ended(*known)) {
            board.counts[state] += part == "entered" ? -n : n;
        }
    }
    return board;
}

json::array ticket_events(Connection& db, std::int64_t ticket_id, bool with_internal,
                          std::optional<std::int64_t> after_id, std::int64_t limit) {
    static const auto sql = fmt::format(
        "SELECT {}, event.actor_id, actor.name AS actor_name, event.attributes FROM event "
        "LEFT JOIN user_account AS actor ON actor.id = event.actor_id "
        "WHERE event.ticket_id = ? AND event.id > ? AND (? OR NOT event.internal) ORDER BY event.id LIMIT ?",
        columns_of(event_members));
    json::array events;
    for (const auto& row : db.query(sql, ticket_id, after_id.value_or(0), with_internal, limit)) {
        auto event = object_from(row, event_members);
        const auto actor_id = row.get<std::optional<std::int64_t>>("actor_id");
        event["actor"] = actor_id ? json::value{{"id", *actor_id}, {"name", row.get<std::string>("actor_name")}}
                                  : json::value(nullptr);
        event["attributes"] = json::parse(row.get<std::string>("attributes"));
        events.emplace_back(std::move(event));
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
