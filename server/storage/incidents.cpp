#include "server/storage/incidents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "server/storage/like_pattern.hpp"
#include "server/storage/scope_clause.hpp"
#include "server/storage/ticket_lists.hpp"

namespace callout::storage {
namespace {

using namespace dispatch;

constexpr std::string_view select_facts =
    "SELECT ticket.id, ticket.kind, ticket.state, ticket.customer_id, ticket.asset_id, asset.upstream_asset_id, "
    "asset.product_id, ticket.fault_id, fault.parent_id AS fault_group_id, ticket.longitude, ticket.latitude, "
    "ticket.fault_reported_at FROM ticket LEFT JOIN asset ON asset.id = ticket.asset_id "
    "LEFT JOIN fault ON fault.id = ticket.fault_id";

using OptionalId = std::optional<std::int64_t>;

constexpr std::string_view incident_columns =
    "incident.id, incident.kind, incident.lead_ticket_id, incident.title, incident.note, incident.created_by, "
    "incident.created_at";

Incident incident_from(const Row& row) {
    return {.id = row.get<std::int64_t>("id"),
            .kind = parse<IncidentKind>(row.get<std::string>("kind")).value(),
            .lead_ticket_id = row.get<OptionalId>("lead_ticket_id"),
            .title = row.get<std::string>("title"),
            .note = row.get<std::string>("note"),
            .created_by = row.get<OptionalId>("created_by"),
            .created_at = row.get<Instant>("created_at")};
}

FaultFacts facts_from(const Row& row) {
    FaultFacts facts{.ticket_id = row.get<std::int64_t>("id"),
                     .kind = parse<TicketKind>(row.get<std::string>("kind")).value(),
                     .state = parse<TicketState>(row.get<std::string>("state")).value(),
                     .customer_id = row.get<std::int64_t>("customer_id"),
                     .asset_id = row.get<OptionalId>("asset_id"),
                     .upstream_asset_id = row.get<OptionalId>("upstream_asset_id"),
                     .product_id = row.get<OptionalId>("product_id"),
                     .fault_id = row.get<OptionalId>("fault_id"),
                     .fault_group_id = row.get<OptionalId>("fault_group_id"),
                     .fault_reported_at = row.get<Instant>("fault_reported_at")};
    if (!row.is_null("longitude") && !row.is_null("latitude"))
        facts.site = valid_or_missing(row.get<double>("latitude"), row.get<double>("longitude"));
    return facts;
}

}  // namespace

std::int64_t insert_incident(Connection& db, const Incident& incident) {
    return db.insert(
        "INSERT INTO incident (kind, lead_ticket_id, title, note, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        to_string(incident.kind), incident.lead_ticket_id, incident.title, incident.note, incident.created_by,
        incident.created_at);
}

std::optional<Incident> find_incident(Connection& db, std::int64_t id) {
    const auto rows = db.query(fmt::format("SELECT {} FROM incident WHERE id = ?", incident_columns), id);
    return rows.empty() ? std::nullopt : std::optional{incident_from(rows.front())};
}

std::vector<CountedIncident> list_incidents(Connection& db, const Actor& actor, const IncidentFilter& filter,
                                            std::optional<std::int64_t> before, std::int64_t limit) {
    auto visible = visible_to(actor, Permission::view_tickets, "ticket");
    auto& parameters = visible.parameters;
    auto sql = fmt::format(
        "SELECT {}, COUNT(*) AS tickets_count, COUNT(CASE WHEN ticket.state NOT IN {} THEN 1 END) AS "
        "open_tickets_count "
        "FROM incident JOIN ticket ON ticket.incident_id = incident.id WHERE {}",
        incident_columns, ended_states, visible.sql);
    const auto restrict = [&](std::string_view condition, const auto& value) {
        sql += condition;
        parameters.push_back(to_parameter(value));
    };
    if (filter.id) restrict(" AND incident.id = ?", *filter.id);
    if (filter.kind) restrict(" AND incident.kind = ?", to_string(*filter.kind));
    if (!filter.q.empty()) restrict(" AND incident.title LIKE ?", containing(filter.q));
    if (before) restrict(" AND incident.id < ?", *before);
    sql += " GROUP BY incident.id";
    if (filter.open) sql += *filter.open ? " HAVING open_tickets_count > 0" : " HAVING open_tickets_count = 0";
    restrict(" ORDER BY incident.id DESC LIMIT ?", limit);
    std::vector<CountedIncident> incidents;
    for (const auto& row : db.query_with(sql, parameters))
        incidents.push_back(
            {incident_from(row), row.get<std::int64_t>("tickets_count"), row.get<std::int64_t>("open_tickets_count")});
    return incidents;
}

std::vector<std::int64_t> lock_open_followers(Connection& db, std::int64_t lead_ticket_id) {
    std::vector<std::int64_t> ids;
    for (const auto& row :
         db.query("SELECT id FROM ticket WHERE lead_ticket_id = ? AND state = 'open' ORDER BY id FOR UPDATE",
                  lead_ticket_id))
        ids.push_back(row.get<std::int64_t>(0));
    return ids;
}

std::optional<FaultFacts> fault_facts(Connection& db, std::int64_t ticket_id) {
    const auto rows = db.query(fmt::format("{} WHERE ticket.id = ?", select_facts), ticket_id);
    return rows.empty() ? std::nullopt : std::optional{facts_from(rows.front())};
}

void complete_draft_facts(Connection& db, FaultFacts& draft) {
    const auto rows = db.query(
        "SELECT (SELECT upstream_asset_id FROM asset WHERE id = ?) AS upstream_asset_id, "
        "(SELECT product_id FROM asset WHERE id = ?) AS product_id, "
        "(SELECT parent_id FROM fault WHERE id = ?) AS fault_group_id",
        draft.asset_id, draft.asset_id, draft.fault_id);
    draft.upstream_asset_id = rows.front().get<OptionalId>("upstream_asset_id");
    draft.product_id = rows.front().get<OptionalId>("product_id");
    draft.fault_group_id = rows.front().get<OptionalId>("fault_group_id");
}

std::vector<FaultFacts> same_fault_candidates(Connection& db, const FaultFacts& ticket) {
    constexpr std::chrono::days period{30};
    // A degree of latitude is 111 km; the box is a little larger than the circle that counts.
    const double half_height = near_fault_site_within_m / 100'000;
    const auto point = ticket.site.value_or(Point{});
    const double half_width = half_height / std::max(0.01, std::cos(point.latitude * std::numbers::pi / 180));
    const auto bound = [&](double value) { return ticket.site ? std::optional{value} : std::nullopt; };
    // One arm a reason, each by an index of its own; UNION drops what several find.
    constexpr std::string_view one =
        "(SELECT ticket.id FROM {} AND ticket.state IN "
        "('open', 'offered', 'confirmed', 'en_route', 'on_site', 'paused', 'repaired') AND ticket.kind = 'repair' "
        "AND ticket.fault_reported_at BETWEEN ? AND ? AND ticket.id <> ? ORDER BY ticket.id DESC LIMIT 500)";
    const auto arm = [&](std::string_view from) { return fmt::format(fmt::runtime(one), from); };
    static const std::string sql = fmt::format(
        "{} JOIN ({} UNION {} UNION {} UNION {}) AS found ON found.id = ticket.id ORDER BY ticket.id DESC LIMIT 500",
        select_facts, arm("ticket WHERE ticket.asset_id IN (?, ?)"),
        arm("asset JOIN ticket ON ticket.asset_id = asset.id WHERE asset.upstream_asset_id IN (?, ?)"),
        arm("ticket FORCE INDEX (ticket_open_site) WHERE ticket.latitude BETWEEN ? AND ? "
            "AND ticket.longitude BETWEEN ? AND ?"),
        arm("ticket FORCE INDEX (ticket_open_fault) JOIN asset ON asset.id = ticket.asset_id "
            "WHERE ticket.fault_id = ? AND asset.product_id = ?"));
    const auto since = ticket.fault_reported_at - period;
    const auto until = ticket.fault_reported_at + period;
    std::vector<FaultFacts> candidates;
    for (const auto& row :
         db.query(sql, ticket.asset_id, ticket.upstream_asset_id, since, until, ticket.ticket_id, ticket.asset_id,
                  ticket.upstream_asset_id, since, until, ticket.ticket_id, bound(point.latitude - half_height),
                  bound(point.latitude + half_height), bound(point.longitude - half_width),
                  bound(point.longitude + half_width), since, until, ticket.ticket_id, ticket.fault_id,
                  ticket.product_id, since, until, ticket.ticket_id))
        candidates.push_back(facts_from(row));
    return candidates;
}

}  // namespace callout::storage
