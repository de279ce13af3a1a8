// Proposals for an office's day and what was accepted of them. A change is decided once; a proposal that a newer one
// replaces is superseded and can no longer be accepted.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/enum_names.hpp"
#include "dispatch/organisation/scope.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

enum class ProposalState : std::uint8_t { open, accepted, partly_accepted, superseded };

constexpr auto enum_names(ProposalState) {
    return std::to_array<std::string_view>({"open", "accepted", "partly_accepted", "superseded"});
}

// What accepting a change does to the ticket: offers it to the technician's dealer, names the technician, nothing but
// keep who is to come and when, or takes it back from its dealer.
enum class PlanAction : std::uint8_t { offer, name_technician, reschedule, leave_out };

constexpr auto enum_names(PlanAction) {
    return std::to_array<std::string_view>({"offer", "name_technician", "reschedule", "leave_out"});
}

// conflict: the ticket has changed since; refused: it has no room without other changes, or the step is not allowed.
enum class PlanChangeState : std::uint8_t { open, accepted, conflict, refused };

constexpr auto enum_names(PlanChangeState) {
    return std::to_array<std::string_view>({"open", "accepted", "conflict", "refused"});
}

struct ProposedChange {
    std::int64_t ticket_id = 0;
    std::int64_t ticket_version = 0;
    PlanAction action = PlanAction::reschedule;
    PlanChangeState state = PlanChangeState::open;
    std::optional<std::int64_t> from_technician_id;
    std::optional<Instant> from_arrives_at;
    std::optional<double> from_detour_m;
    std::optional<std::int64_t> to_technician_id;  // missing with leave_out, like the times
    std::optional<Instant> to_leaves_at;
    std::optional<Instant> to_arrives_at;
    std::optional<Instant> to_ends_at;
    std::optional<double> to_detour_m;
    boost::json::array reasons;
};

struct Proposal {
    std::int64_t id = 0;
    std::int64_t version = 1;
    std::int64_t office_unit_id = 0;
    std::string office_path;
    std::string day;  // YYYY-MM-DD
    ProposalState state = ProposalState::open;
    Instant created_at{};
    std::optional<std::int64_t> created_by;  // missing: the planner in the background
    std::optional<Instant> decided_at;
    std::optional<std::int64_t> decided_by;
    boost::json::object now_value;
    boost::json::object proposed_value;
    boost::json::array tours;
    boost::json::array unserved;
    std::vector<ProposedChange> changes;
};

// Writes it, supersedes the office's open ones and forgets its superseded ones of more than a day ago. Answers the id.
std::int64_t insert_proposal(Connection& db, const Proposal& proposal);

std::optional<Proposal> find_proposal(Connection& db, std::int64_t id);

// Whether somebody has asked for the office's open proposal since then: he may be looking at it.
bool asked_for_since(Connection& db, std::int64_t office_unit_id, Instant since);

struct ProposalFilter {
    std::optional<std::int64_t> office_unit_id = std::nullopt;
    std::optional<ProposalState> state = std::nullopt;
};

// Of the offices whose day the person may plan, without their tours and changes, the newest first.
std::vector<Proposal> list_proposals(Connection& db, const dispatch::Actor& actor, const ProposalFilter& filter,
                                     std::optional<std::int64_t> before, std::int64_t limit);

// Writes state, decision and the states of the changes over the version that was read; false when it has another.
bool decide_proposal(Connection& db, const Proposal& proposal);

struct PlannedVisit {
    std::int64_t ticket_id = 0;
    std::int64_t technician_id = 0;
    std::string day;  // YYYY-MM-DD
    Instant leaves_at{};
    Instant arrives_at{};
    Instant ends_at{};
    Instant accepted_at{};
    std::optional<std::int64_t> accepted_by;
    std::int64_t proposal_id = 0;
};

void save_planned_visit(Connection& db, const PlannedVisit& visit);
void forget_planned_visit(Connection& db, std::int64_t ticket_id);

}  // namespace callout::storage
