#include "server/plans/propose.hpp"

#include <boost/json.hpp>
#include <numeric>
#include <unordered_map>

#include "dispatch/planning/day/search.hpp"
#include "dispatch/rfc3339.hpp"
#include "server/storage/events.hpp"

namespace callout::plans {
namespace {

namespace json = boost::json;
namespace day = planning::day;
using storage::OfficeDay;
using storage::PlanAction;

double road_m(const day::Plan& plan) {
    double sum = 0;
    for (const auto& tour : plan.tours) {
        sum += tour.road_home_m;
        for (const auto& stop : tour.stops) sum += stop.road_m;
    }
    return sum;
}

json::object value_view(const day::Plan& plan) {
    const auto visits = std::accumulate(plan.tours.begin(), plan.tours.end(), std::size_t{0},
                                        [](std::size_t sum, const auto& tour) { return sum + tour.stops.size(); });
    return {{"visits", visits},
            {"unserved", plan.unserved.size()},
            {"late_priority_min", plan.value.late_priority_min},
            {"working_min", plan.value.working_min},
            {"road_km", road_m(plan) / 1000}};
}

class Names {
public:
    explicit Names(const OfficeDay& office) : office_{office} {
        for (const auto& technician : office.day.technicians) technicians_.emplace(technician.id, &technician);
    }

    const planning::Technician& technician(std::int64_t id) const { return *technicians_.at(id); }

    std::string_view customer(std::int64_t ticket_id) const {
        const auto found = office_.tickets.find(ticket_id);
        return found == office_.tickets.end() ? std::string_view{} : std::string_view{found->second.customer_name};
    }

private:
    const OfficeDay& office_;
    std::unordered_map<std::int64_t, const planning::Technician*> technicians_;
};

json::array tours_view(const day::Plan& plan, const Names& names) {
    json::array tours;
    for (const auto& tour : plan.tours) {
        json::array stops;
        for (const auto& stop : tour.stops)
            stops.push_back({{"ticket_id", stop.ticket_id},
                             {"customer_name", names.customer(stop.ticket_id)},
                             {"departed", stop.departed},
                             {"leaves_at", to_rfc3339(stop.leave)},
                             {"arrives_at", to_rfc3339(stop.arrive)},
                             {"starts_at", to_rfc3339(stop.start)},
                             {"ends_at", to_rfc3339(stop.end)},
                             {"road_km", stop.road_m / 1000}});
        const auto& technician = names.technician(tour.technician_id);
        tours.push_back({{"technician_id", tour.technician_id},
                         {"technician_name", technician.name},
                         {"dealer_unit_id", technician.dealer_unit_id},
                         {"home_at", to_rfc3339(tour.home_at)},
                         {"working_min", tour.working_min},
                         {"stops", std::move(stops)}});
    }
    return tours;
}

json::array unserved_view(const day::Plan& plan, const Names& names) {
    json::array unserved;
    for (const auto& visit : plan.unserved)
        unserved.push_back({{"ticket_id", visit.ticket_id},
                            {"customer_name", names.customer(visit.ticket_id)},
                            {"obstacle", to_string(visit.obstacle)},
                            {"what", visit.what}});
    return unserved;
}

storage::ProposedChange stored(const day::Change& change, const storage::PlannedTicket& ticket) {
    storage::ProposedChange row{.ticket_id = change.ticket_id, .ticket_version = ticket.version};
    row.action = action_for(ticket, change);
    // Where he stands no longer he can still lose it.
    if (!change.to) row.from_technician_id = change.holder;
    if (change.from) {
        row.from_technician_id = change.from->technician_id;
        row.from_arrives_at = change.from->arrive;
        row.from_detour_m = change.from->detour_m;
    }
    if (change.to) {
        row.to_technician_id = change.to->technician_id;
        row.to_leaves_at = change.to->leave;
        row.to_arrives_at = change.to->arrive;
        row.to_ends_at = change.to->end;
        row.to_detour_m = change.to->detour_m;
    }
    for (const auto& reason : change.reasons)
        row.reasons.push_back({{"code", to_string(reason.code)}, {"before", reason.before}, {"after", reason.after}});
    return row;
}

}  // namespace

PlannedDay plan(const OfficeDay& office, std::chrono::milliseconds search_time) {
    const auto start = std::chrono::steady_clock::now();
    PlannedDay planned;
    planned.standing = day::standing_plan(office.day);
    day::SearchOptions options;
    options.begin_with = &planned.standing;
    options.progress = [&](std::int64_t) {
        const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - start;
        return passed.count() / static_cast<double>(search_time.count());
    };
    planned.proposed = day::search(office.day, options).plan;
    planned.changes = day::changes(office.day, planned.standing, planned.proposed);
    return planned;
}

PlanAction action_for(const storage::PlannedTicket& ticket, const day::Change& change) {
    if (!change.to) return PlanAction::leave_out;
    if (ticket.state == dispatch::TicketState::open) return PlanAction::offer;
    const bool can_be_named = ticket.state == dispatch::TicketState::confirmed;
    return can_be_named && ticket.technician_id != change.to->technician_id ? PlanAction::name_technician
                                                                            : PlanAction::reschedule;
}

std::int64_t store(storage::Connection& db, const OfficeDay& office, const PlannedDay& planned, Instant now,
                   std::optional<std::int64_t> created_by) {
    const Names names{office};
    storage::Proposal proposal{.office_unit_id = office.office.unit_id,
                               .office_path = office.office.path,
                               .day = office.date,
                               .created_at = now,
                               .created_by = created_by,
                               .now_value = value_view(planned.standing),
                               .proposed_value = value_view(planned.proposed),
                               .tours = tours_view(planned.proposed, names),
                               .unserved = unserved_view(planned.proposed, names)};
    for (const auto& change : planned.changes)
        proposal.changes.push_back(stored(change, office.tickets.at(change.ticket_id)));
    proposal.id = storage::insert_proposal(db, proposal);
    announce(db, "plan.proposed", proposal, created_by, now);
    return proposal.id;
}

void announce(storage::Connection& db, std::string_view kind, const storage::Proposal& proposal,
              std::optional<std::int64_t> actor_id, Instant now) {
    storage::append_event(db, {.kind = std::string{kind},
                               .happened_at = now,
                               .recorded_at = now,
                               .source = actor_id ? "console" : "system",
                               .actor_id = actor_id,
                               .attributes = {{"proposal_id", proposal.id},
                                              {"office_unit_id", proposal.office_unit_id},
                                              {"day", proposal.day},
                                              {"state", to_string(proposal.state)},
                                              {"changes_count", proposal.changes.size()}},
                               .audience = {.office_path = proposal.office_path}});
}

}  // namespace callout::plans
