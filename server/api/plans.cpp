#include "server/api/plans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <set>

#include "dispatch/planning/day/changes.hpp"
#include "server/api/fields.hpp"
#include "server/api/messages.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/parameters.hpp"
#include "server/api/suggestions.hpp"
#include "server/api/ticket_view.hpp"
#include "server/config/config.hpp"
#include "server/plans/propose.hpp"
#include "server/storage/names.hpp"
#include "server/storage/plan_proposals.hpp"
#include "server/storage/tickets.hpp"

namespace callout::api::plans {
namespace {

namespace json = boost::json;
using namespace dispatch;
namespace day = planning::day;
using storage::PlanAction;
using storage::PlanChangeState;
using storage::Proposal;
using storage::ProposalState;
using storage::ProposedChange;

// Figures are estimates: a tenth is more than they are worth.
double rounded(double value) {
    return std::round(value * 10) / 10;
}

// The grant by which this person plans the office's day; null: it is none of his business.
const Grant* planning_grant(const Call& call, const std::string& office_path) {
    return call.principal.actor.grant_for(Permission::plan_visits, {.office_path = office_path});
}

double number(const json::object& value, std::string_view name) {
    return value.at(name).to_number<double>();
}

json::object difference_view(const Proposal& proposal) {
    json::object difference;
    for (const auto* name : {"visits", "unserved", "late_priority_min", "working_min", "road_km"})
        difference[name] = rounded(number(proposal.proposed_value, name) - number(proposal.now_value, name));
    return difference;
}

json::value minutes_between(const std::optional<Instant>& from, const std::optional<Instant>& to) {
    if (!from || !to) return nullptr;
    return rounded(std::chrono::duration<double, std::ratio<60>>(*to - *from).count());
}

json::value detour_difference_km(const ProposedChange& change) {
    if (!change.from_detour_m && !change.to_detour_m) return nullptr;
    return rounded((change.to_detour_m.value_or(0) - change.from_detour_m.value_or(0)) / 1000);
}

json::value technician_view(Call& call, const std::optional<std::int64_t>& id, const std::optional<Instant>& arrives) {
    if (!id) return nullptr;
    return {{"technician_id", *id},
            {"technician_name", storage::user_name(call.db, *id)},
            {"arrives_at", to_json(arrives)}};
}

json::object change_view(Call& call, const ProposedChange& change) {
    json::array reasons;
    for (const auto& reason : change.reasons)
        reasons.push_back({{"code", reason.at("code")},
                           {"before", rounded(reason.at("before").to_number<double>())},
                           {"after", rounded(reason.at("after").to_number<double>())}});
    return {{"ticket_id", change.ticket_id},
            {"ticket_version", change.ticket_version},
            {"action", to_string(change.action)},
            {"state", to_string(change.state)},
            {"from", technician_view(call, change.from_technician_id, change.from_arrives_at)},
            {"to", technician_view(call, change.to_technician_id, change.to_arrives_at)},
            {"arrival_difference_min", minutes_between(change.from_arrives_at, change.to_arrives_at)},
            {"road_difference_km", detour_difference_km(change)},
            {"reasons", std::move(reasons)}};
}

json::object head_view(Call& call, const Proposal& proposal) {
    return {{"id", proposal.id},
            {"version", proposal.version},
            {"office_unit_id", proposal.office_unit_id},
            {"office_name", storage::unit_name(call.db, proposal.office_unit_id)},
            {"day", proposal.day},
            {"state", to_string(proposal.state)},
            {"created_at", to_rfc3339(proposal.created_at)},
            {"created_by", to_json(proposal.created_by)},
            {"created_by_name", proposal.created_by ? storage::user_name(call.db, *proposal.created_by) : ""},
            {"decided_at", to_json(proposal.decided_at)},
            {"decided_by", to_json(proposal.decided_by)},
            {"decided_by_name", proposal.decided_by ? storage::user_name(call.db, *proposal.decided_by) : ""},
            {"now", proposal.now_value},
            {"proposed", proposal.proposed_value},
            {"difference", difference_view(proposal)}};
}

json::object whole_view(Call& call, const Proposal& proposal) {
    auto view = head_view(call, proposal);
    json::array changes;
    for (const auto& change : proposal.changes) changes.push_back(change_view(call, change));
    view["changes"] = std::move(changes);
    view["tours"] = proposal.tours;
    view["unserved"] = proposal.unserved;
    return view;
}

Result<Proposal> visible_proposal(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    auto proposal = storage::find_proposal(call.db, *id);
    if (!proposal || !planning_grant(call, proposal->office_path)) return not_found();
    return *std::move(proposal);
}

storage::WorkforceClock clock_of(const Call& call) {
    return suggestions::workforce_clock(call.services.config.region.timezone, call.now);
}

tl::unexpected<Problem> overtaken(Call& call, int status, std::string code, const Proposal& proposal) {
    auto lost = problem(status, std::move(code));
    lost.value().current = whole_view(call, proposal);
    return lost;
}

// What became of one change that somebody wanted to accept.
struct Outcome {
    std::int64_t ticket_id = 0;
    std::string outcome;  // accepted, conflict, depends, refused
    std::string code;     // of the refusal
    std::vector<std::int64_t> depends_on;
};

// One acceptance: the changes that were chosen against the day as it is at this moment.
class Acceptance {
public:
    Acceptance(Call& call, Proposal& proposal, const Grant& grant)
        : call_{call},
          proposal_{proposal},
          office_{storage::office_day(call.db, {proposal.office_unit_id, proposal.office_path}, clock_of(call))},
          context_{decision_context(call)} {
        // Who may accept a plan may have its offers made, its technicians named and what it leaves out taken back, here
        // and in his own name.
        context_.actor.grants.push_back(
            {grant.role,
             {Permission::offer_ticket, Permission::name_technician, Permission::recall_offer},
             grant.scope});
    }

    std::vector<Outcome> run(const std::set<std::int64_t>& wanted) {
        const auto merged = day::merge(office_.day, moves_of(wanted));
        for (auto& change : proposal_.changes) {
            if (!chosen_.contains(change.ticket_id)) continue;
            const auto refused = std::ranges::find(merged.refused, change.ticket_id, &day::RefusedMove::ticket_id);
            if (refused != merged.refused.end())
                depends(change, *refused);
            else
                carry_out(change, merged.plan);
        }
        return std::move(outcomes_);
    }

private:
    Call& call_;
    Proposal& proposal_;
    storage::OfficeDay office_;
    DecisionContext context_;
    std::set<std::int64_t> chosen_;
    std::vector<Outcome> outcomes_;

    std::vector<day::Move> moves_of(const std::set<std::int64_t>& wanted) {
        std::vector<day::Move> moves;
        for (auto& change : proposal_.changes) {
            if (change.state != PlanChangeState::open) continue;
            const auto ticket = office_.tickets.find(change.ticket_id);
            const bool moved_on = office_.date != proposal_.day || ticket == office_.tickets.end() ||
                                  ticket->second.version != change.ticket_version;
            if (moved_on) {
                if (wanted.contains(change.ticket_id)) conflict(change);
                continue;
            }
            if (wanted.contains(change.ticket_id)) chosen_.insert(change.ticket_id);
            moves.push_back({.ticket_id = change.ticket_id,
                             .from_technician_id = change.from_technician_id,
                             .technician_id = change.to_technician_id,
                             .arrive = change.to_arrives_at.value_or(Instant{}),
                             .chosen = chosen_.contains(change.ticket_id)});
        }
        return moves;
    }

    void conflict(ProposedChange& change) {
        change.state = PlanChangeState::conflict;
        outcomes_.push_back({change.ticket_id, "conflict", "version_conflict", {}});
    }

    // It stays open: together with the others it can still be accepted. With none it could depend on, the day has
    // moved on.
    void depends(ProposedChange& change, const day::RefusedMove& refused) {
        if (refused.depends_on.empty())
            conflict(change);
        else
            outcomes_.push_back({change.ticket_id, "depends", "", refused.depends_on});
    }

    void carry_out(ProposedChange& change, const day::Plan& plan) {
        if (change.action != PlanAction::reschedule) {
            const auto stored = storage::find_ticket(call_.db, change.ticket_id);
            if (!stored || stored->ticket.version != change.ticket_version) return conflict(change);
            const auto decision = decide(stored->ticket, command_for(change), context_);
            if (!decision) return refuse(change, decision.error());
            if (!storage::update_ticket(call_.db, stored->ticket, *decision)) return conflict(change);
        }
        if (change.action == PlanAction::leave_out)
            storage::forget_planned_visit(call_.db, change.ticket_id);
        else
            keep(change, plan);
        change.state = PlanChangeState::accepted;
        outcomes_.push_back({change.ticket_id, "accepted", "", {}});
    }

    Command command_for(const ProposedChange& change) {
        if (change.action == PlanAction::leave_out) return RecallOffer{RecallReason::technician_unavailable, by_plan()};
        const auto& technicians = office_.day.technicians;
        const auto technician = std::ranges::find(technicians, *change.to_technician_id, &planning::Technician::id);
        if (change.action == PlanAction::name_technician)
            return NameTechnician{.technician_id = technician->id, .technician_unit_path = technician->dealer_path};
        return OfferTicket{.dealer = {technician->dealer_unit_id, technician->dealer_path},
                           .office = office_.office,
                           .why = by_plan()};
    }

    // In the words of who accepts it, as if he had written it himself.
    std::string by_plan() const {
        return fmt::format("{} #{}", message("by_plan", call_.principal.language), proposal_.id);
    }

    void refuse(ProposedChange& change, const Refusal& refusal) {
        change.state = PlanChangeState::refused;
        outcomes_.push_back({change.ticket_id, "refused", std::string{to_string(refusal.code)}, {}});
    }

    // Who comes and when, as it is with what was accepted and nothing else.
    void keep(const ProposedChange& change, const day::Plan& plan) {
        for (const auto& tour : plan.tours) {
            const auto stop = std::ranges::find(tour.stops, change.ticket_id, &day::Stop::ticket_id);
            if (stop == tour.stops.end()) continue;
            storage::save_planned_visit(call_.db, {.ticket_id = change.ticket_id,
                                                   .technician_id = tour.technician_id,
                                                   .day = proposal_.day,
                                                   .leaves_at = stop->leave,
                                                   .arrives_at = stop->arrive,
                                                   .ends_at = stop->end,
                                                   .accepted_at = call_.now,
                                                   .accepted_by = call_.principal.user_id,
                                                   .proposal_id = proposal_.id});
        }
    }
};

ProposalState state_after(const Proposal& proposal) {
    const auto is = [](PlanChangeState state) { return [state](const auto& change) { return change.state == state; }; };
    if (std::ranges::all_of(proposal.changes, is(PlanChangeState::accepted))) return ProposalState::accepted;
    if (std::ranges::any_of(proposal.changes, is(PlanChangeState::accepted))) return ProposalState::partly_accepted;
    return proposal.state;
}

json::array outcomes_view(const std::vector<Outcome>& outcomes) {
    json::array view;
    for (const auto& outcome : outcomes)
        view.push_back({{"ticket_id", outcome.ticket_id},
                        {"outcome", outcome.outcome},
                        {"code", outcome.code},
                        {"depends_on", json::value_from(outcome.depends_on)}});
    return view;
}

Answer accepted(Call& call, const Proposal& proposal, const std::vector<Outcome>& outcomes) {
    auto view = whole_view(call, proposal);
    view["outcomes"] = outcomes_view(outcomes);
    return Answer{.body = std::move(view), .version = proposal.version};
}

// The tickets whose changes are to be accepted; all that are open when none are named.
std::set<std::int64_t> read_wanted(Fields& fields, const Proposal& proposal) {
    const auto named = fields.ids("ticket_ids", storage::max_planned_tickets);
    if (fields.has("ticket_ids")) {
        if (named.empty() && !fields.failed("ticket_ids")) fields.fail("ticket_ids", "too_few");
        for (const auto id : named) {
            if (std::ranges::find(proposal.changes, id, &ProposedChange::ticket_id) == proposal.changes.end())
                fields.fail("ticket_ids", "not_found");
        }
        return {named.begin(), named.end()};
    }
    std::set<std::int64_t> all;
    for (const auto& change : proposal.changes) all.insert(change.ticket_id);
    return all;
}

}  // namespace

Result<Answer> make(Call& call) {
    Fields fields{call.body};
    const auto office_id = fields.id("office_unit_id");
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};
    const auto place = storage::active_office(call.db, office_id);
    if (!place || !planning_grant(call, place->path)) return invalid("/office_unit_id", "not_found");

    const auto office = storage::office_day(call.db, *place, clock_of(call));
    const auto planned =
        callout::plans::plan(office, std::chrono::milliseconds{call.services.config.planning.search_ms});
    const auto id = callout::plans::store(call.db, office, planned, call.now, call.principal.user_id);
    call.after_commit.push_back(call.services.events_committed);
    const auto proposal = storage::find_proposal(call.db, id);
    return Answer{.status = 201,
                  .body = whole_view(call, *proposal),
                  .version = proposal->version,
                  .location = fmt::format("/api/v1/plans/{}", id)};
}

Result<Answer> list(Call& call) {
    Parameters parameters{call.request};
    storage::ProposalFilter filter{.office_unit_id = parameters.id("office_unit_id"),
                                   .state = parameters.choice<ProposalState>("state")};
    const auto page = parameters.page();
    if (auto wrong = parameters.problem()) return tl::unexpected{*std::move(wrong)};
    auto proposals = storage::list_proposals(call.db, call.principal.actor, filter, page.cursor, page.limit + 1);
    json::value next = nullptr;
    if (std::ssize(proposals) > page.limit) {
        proposals.pop_back();
        next = std::to_string(proposals.back().id);
    }
    json::array items;
    for (const auto& proposal : proposals) items.push_back(head_view(call, proposal));
    return Answer{.body = {{"items", std::move(items)}, {"next_cursor", next}}};
}

Result<Answer> get(Call& call) {
    const auto proposal = visible_proposal(call);
    if (!proposal) return tl::unexpected{proposal.error()};
    return Answer{.body = whole_view(call, *proposal), .version = proposal->version};
}

Result<Answer> accept(Call& call) {
    auto proposal = visible_proposal(call);
    if (!proposal) return tl::unexpected{proposal.error()};
    if (call.expected_version && *call.expected_version != proposal->version)
        return overtaken(call, 412, "version_conflict", *proposal);
    if (proposal->state == ProposalState::superseded) return overtaken(call, 409, "plan_superseded", *proposal);

    static const json::value nothing = json::object{};
    Fields fields{call.body.is_null() ? nothing : call.body};
    const auto wanted = read_wanted(fields, *proposal);
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};

    const auto outcomes = Acceptance{call, *proposal, *planning_grant(call, proposal->office_path)}.run(wanted);
    // Of what was decided before, or only depends on others, nothing is decided now.
    if (std::ranges::all_of(outcomes, [](const auto& outcome) { return outcome.outcome == "depends"; }))
        return accepted(call, *proposal, outcomes);
    proposal->state = state_after(*proposal);
    proposal->decided_at = call.now;
    proposal->decided_by = call.principal.user_id;
    if (!storage::decide_proposal(call.db, *proposal)) return overtaken(call, 412, "version_conflict", *proposal);
    ++proposal->version;
    callout::plans::announce(call.db, "plan.accepted", *proposal, call.principal.user_id, call.now);
    call.after_commit.push_back(call.services.events_committed);
    call.after_commit.push_back(call.services.deadlines_changed);
    return accepted(call, *proposal, outcomes);
}

}  // namespace callout::api::plans
