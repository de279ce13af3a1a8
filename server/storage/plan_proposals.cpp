#include "server/storage/plan_proposals.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "server/storage/scope_clause.hpp"

namespace callout::storage {
namespace {

namespace json = boost::json;

using OptionalId = std::optional<std::int64_t>;
using OptionalInstant = std::optional<Instant>;

template <NamedEnum Enum>
Enum enum_at(const Row& row, std::string_view column) {
    return parse<Enum>(row.get<std::string>(column)).value();
}

Proposal proposal_from(const Row& row) {
    return {.id = row.get<std::int64_t>("id"),
            .version = row.get<std::int64_t>("version"),
            .office_unit_id = row.get<std::int64_t>("office_unit_id"),
            .office_path = row.get<std::string>("office_path"),
            .day = row.get<std::string>("day"),
            .state = enum_at<ProposalState>(row, "state"),
            .created_at = row.get<Instant>("created_at"),
            .created_by = row.get<OptionalId>("created_by"),
            .decided_at = row.get<OptionalInstant>("decided_at"),
            .decided_by = row.get<OptionalId>("decided_by"),
            .now_value = json::parse(row.get<std::string>("now_value")).as_object(),
            .proposed_value = json::parse(row.get<std::string>("proposed_value")).as_object()};
}

ProposedChange change_from(const Row& row) {
    return {.ticket_id = row.get<std::int64_t>("ticket_id"),
            .ticket_version = row.get<std::int64_t>("ticket_version"),
            .action = enum_at<PlanAction>(row, "action"),
            .state = enum_at<PlanChangeState>(row, "state"),
            .from_technician_id = row.get<OptionalId>("from_technician_id"),
            .from_arrives_at = row.get<OptionalInstant>("from_arrives_at"),
            .from_detour_m = row.get<std::optional<double>>("from_detour_m"),
            .to_technician_id = row.get<OptionalId>("to_technician_id"),
            .to_leaves_at = row.get<OptionalInstant>("to_leaves_at"),
            .to_arrives_at = row.get<OptionalInstant>("to_arrives_at"),
            .to_ends_at = row.get<OptionalInstant>("to_ends_at"),
            .to_detour_m = row.get<std::optional<double>>("to_detour_m"),
            .reasons = json::parse(row.get<std::string>("reasons")).as_array()};
}

void forget_old(Connection& db, const Proposal& proposal) {
    db.execute(
        "DELETE FROM plan_proposal WHERE office_unit_id = ? AND state = 'superseded' AND created_at < ? "
        "ORDER BY id LIMIT 50",
        proposal.office_unit_id, proposal.created_at - std::chrono::days{1});
}

constexpr std::string_view head_columns =
    "id, version, office_unit_id, office_path, CAST(day AS CHAR) AS day, state, created_at, created_by, decided_at, "
    "decided_by, now_value, proposed_value";

}  // namespace

std::int64_t insert_proposal(Connection& db, const Proposal& proposal) {
    db.execute(
        "UPDATE plan_proposal SET state = 'superseded', version = version + 1 "
        "WHERE office_unit_id = ? AND state = 'open'",
        proposal.office_unit_id);
    forget_old(db, proposal);
    const auto id = db.insert(
        "INSERT INTO plan_proposal (office_unit_id, office_path, day, state, created_at, created_by, now_value, "
        "proposed_value, tours, unserved) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        proposal.office_unit_id, proposal.office_path, proposal.day, to_string(proposal.state), proposal.created_at,
        proposal.created_by, json::serialize(proposal.now_value), json::serialize(proposal.proposed_value),
        json::serialize(proposal.tours), json::serialize(proposal.unserved));
    int position = 0;
    for (const auto& change : proposal.changes)
        db.execute(
            "INSERT INTO plan_proposal_change (proposal_id, ticket_id, position, ticket_version, action, state, "
            "from_technician_id, from_arrives_at, from_detour_m, to_technician_id, to_leaves_at, to_arrives_at, "
            "to_ends_at, to_detour_m, reasons) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            id, change.ticket_id, ++position, change.ticket_version, to_string(change.action), to_string(change.state),
            change.from_technician_id, change.from_arrives_at, change.from_detour_m, change.to_technician_id,
            change.to_leaves_at, change.to_arrives_at, change.to_ends_at, change.to_detour_m,
            json::serialize(change.reasons));
    return id;
}

std::optional<Proposal> find_proposal(Connection& db, std::int64_t id) {
    const auto rows =
        db.query(fmt::format("SELECT {}, tours, unserved FROM plan_proposal WHERE id = ?", head_columns), id);
    if (rows.empty()) return std::nullopt;
    auto proposal = proposal_from(rows.front());
    proposal.tours = json::parse(rows.front().get<std::string>("tours")).as_array();
    proposal.unserved = json::parse(rows.front().get<std::string>("unserved")).as_array();
    for (const auto& row : db.query("SELECT * FROM plan_proposal_change WHERE proposal_id = ? ORDER BY position", id))
        proposal.changes.push_back(change_from(row));
    return proposal;
}

bool asked_for_since(Connection& db, std::int64_t office_unit_id, Instant since) {
    return !db.query(
                  "SELECT id FROM plan_proposal WHERE office_unit_id = ? AND state = 'open' "
                  "AND created_by IS NOT NULL AND created_at >= ? LIMIT 1",
                  office_unit_id, since)
                .empty();
}

std::vector<Proposal> list_proposals(Connection& db, const dispatch::Actor& actor, const ProposalFilter& filter,
                                     std::optional<std::int64_t> before, std::int64_t limit) {
    auto visible = visible_to(actor, dispatch::Permission::plan_visits, "proposal");
    // A plan is its office's: it has neither a dealer nor a technician.
    auto sql = fmt::format(
        "SELECT {} FROM (SELECT *, '' AS dealer_path, NULL AS technician_id FROM plan_proposal) AS proposal WHERE {}",
        head_columns, visible.sql);
    auto& parameters = visible.parameters;
    if (filter.office_unit_id) {
        sql += " AND office_unit_id = ?";
        parameters.push_back(to_parameter(*filter.office_unit_id));
    }
    if (filter.state) {
        sql += " AND state = ?";
        parameters.push_back(to_parameter(to_string(*filter.state)));
    }
    if (before) {
        sql += " AND id < ?";
        parameters.push_back(to_parameter(*before));
    }
    sql += " ORDER BY id DESC LIMIT ?";
    parameters.push_back(to_parameter(limit));
    std::vector<Proposal> proposals;
    for (const auto& row : db.query_with(sql, parameters)) proposals.push_back(proposal_from(row));
    return proposals;
}

bool decide_proposal(Connection& db, const Proposal& proposal) {
    const auto written = db.execute(
        "UPDATE plan_proposal SET version = version + 1, state = ?, decided_at = ?, decided_by = ? "
        "WHERE id = ? AND version = ?",
        to_string(proposal.state), proposal.decided_at, proposal.decided_by, proposal.id, proposal.version);
    if (written == 0) return false;
    for (const auto& change : proposal.changes)
        db.execute("UPDATE plan_proposal_change SET state = ? WHERE proposal_id = ? AND ticket_id = ?",
                   to_string(change.state), proposal.id, change.ticket_id);
    return true;
}

void save_planned_visit(Connection& db, const PlannedVisit& visit) {
    db.execute(
        "REPLACE INTO planned_visit (ticket_id, technician_id, day, leaves_at, arrives_at, ends_at, accepted_at, "
        "accepted_by, proposal_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        visit.ticket_id, visit.technician_id, visit.day, visit.leaves_at, visit.arrives_at, visit.ends_at,
        visit.accepted_at, visit.accepted_by, visit.proposal_id);
}

void forget_planned_visit(Connection& db, std::int64_t ticket_id) {
    db.execute("DELETE FROM planned_visit WHERE ticket_id = ?", ticket_id);
}

}  // namespace callout::storage
