#include "server/storage/workforce.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/storage/id_list.hpp"

namespace callout::storage {
namespace {

using namespace dispatch;
using planning::Candidate;

constexpr double priority_urgent = 5;

std::optional<Point> point_at(const Row& row, std::string_view longitude, std::string_view latitude) {
    if (row.is_null(longitude) || row.is_null(latitude)) return std::nullopt;
    return valid_or_missing(row.get<double>(latitude), row.get<double>(longitude));
}

std::optional<Point> point_of(const std::optional<double>& longitude, const std::optional<double>& latitude) {
    if (!longitude || !latitude) return std::nullopt;
    return valid_or_missing(*latitude, *longitude);
}

planning::Visit visit_from(const Row& row, const std::map<std::int64_t, FaultRequirement>& requirement_of) {
    const auto state = parse<TicketState>(row.get<std::string>("state")).value();
    const bool under_way = state != TicketState::offered && state != TicketState::confirmed;
    planning::Visit visit{
        .ticket_id = row.get<std::int64_t>("id"),
        .site = point_at(row, "longitude", "latitude"),
        .priority = row.get<std::string>("urgency") == to_string(Urgency::urgent) ? priority_urgent : 1,
        .promised_arrival_at = row.get<std::optional<Instant>>("promised_arrival_at"),
        .state = under_way ? planning::VisitState::departed : planning::VisitState::assigned,
        .technician_id = row.get<std::int64_t>("holder_id"),
        .planned_arrival_at = row.get<std::optional<Instant>>("planned_arrives_at")};
    if (under_way) {
        visit.departed_at = row.get<std::optional<Instant>>("departed_at");
        visit.arrived_at = row.get<std::optional<Instant>>("arrived_at");
    }
    const auto fault = row.get<std::optional<std::int64_t>>("fault_id");
    if (const auto found = requirement_of.find(fault.value_or(0)); found != requirement_of.end()) {
        visit.needs = found->second.needs;
        visit.duration = found->second.duration;
    }
    return visit;
}

constexpr std::string_view select_visit =
    "SELECT ticket.id, ticket.state, ticket.urgency, ticket.longitude, ticket.latitude, ticket.dealer_path, "
    "ticket.promised_arrival_at, ticket.departed_at, ticket.arrived_at, ticket.fault_id, "
    "planned.arrives_at AS planned_arrives_at";

IdList ids_of(std::span<const TechnicianProfile> technicians) {
    std::vector<std::int64_t> ids;
    ids.reserve(technicians.size());
    for (const auto& technician : technicians) ids.push_back(technician.user_id);
    return id_list(ids);
}

void add_named(Connection& db, std::span<const TechnicianProfile> technicians,
               const std::map<std::int64_t, FaultRequirement>& requirement_of, const WorkforceClock& clock,
               VisitsByTechnician& visits) {
    const auto ids = ids_of(technicians);
    auto parameters = ids.parameters;
    parameters.insert(parameters.begin(), to_parameter(clock.date()));
    for (const auto& row : db.query_with(
             fmt::format("{}, ticket.technician_id AS holder_id FROM ticket LEFT JOIN planned_visit AS planned "
                         "ON planned.ticket_id = ticket.id AND planned.technician_id = ticket.technician_id "
                         "AND planned.day >= ? WHERE ticket.technician_id IN ({}) AND ticket.kind = 'repair' "
                         "AND ticket.state IN ('confirmed', 'en_route', 'on_site', 'paused')",
                         select_visit, ids.marks),
             parameters))
        visits[row.get<std::int64_t>("holder_id")].push_back(visit_from(row, requirement_of));
}

void add_planned(Connection& db, std::span<const TechnicianProfile> technicians,
                 const std::map<std::int64_t, FaultRequirement>& requirement_of, const WorkforceClock& clock,
                 VisitsByTechnician& visits) {
    const auto ids = ids_of(technicians);
    auto parameters = ids.parameters;
    parameters.push_back(to_parameter(clock.date()));
    for (const auto& row :
         db.query_with(fmt::format("{}, planned.technician_id AS holder_id FROM planned_visit AS planned "
                                   "JOIN ticket ON ticket.id = planned.ticket_id WHERE planned.technician_id IN ({}) "
                                   "AND planned.day >= ? AND ticket.technician_id IS NULL AND ticket.kind = 'repair' "
                                   "AND ticket.state IN ('offered', 'confirmed')",
                                   select_visit, ids.marks),
                       parameters)) {
        const auto state = parse<TicketState>(row.get<std::string>("state")).value();
        const auto holder = row.get<std::int64_t>("holder_id");
        // By id, as they were read.
        const auto profile = std::ranges::lower_bound(technicians, holder, {}, &TechnicianProfile::user_id);
        if (has_as_planned(state, row.get<std::string>("dealer_path"), profile->unit_path))
            visits[holder].push_back(visit_from(row, requirement_of));
    }
}

// Of the ticket's machine, else of its customer.
struct Machine {
    std::optional<std::int64_t> product_id;
    std::string region_code;
};

Machine machine_of(Connection& db, const Ticket& ticket) {
    const auto rows = db.query(
        "SELECT asset.product_id, COALESCE(NULLIF(asset.region_code, ''), customer.region_code, '') AS region_code "
        "FROM customer LEFT JOIN asset ON asset.id = ? WHERE customer.id = ?",
        ticket.asset_id, ticket.customer_id);
    if (rows.empty()) return {};
    return {rows.front().get<std::optional<std::int64_t>>(0), rows.front().get<std::string>(1)};
}

std::set<std::int64_t> authorised_units(Connection& db, std::int64_t product_id) {
    std::set<std::int64_t> units;
    for (const auto& row : db.query("SELECT dealer_id FROM dealer_product WHERE product_id = ?", product_id))
        units.insert(row.get<std::int64_t>(0));
    return units;
}

// A substation may repair what the dealer above it may: any unit of the path /1/4/23/ is enough.
bool any_in_path(const std::string& path, const std::set<std::int64_t>& units) {
    for (std::size_t i = 1; i < path.size(); i = path.find('/', i) + 1)
        if (units.contains(std::stoll(path.substr(i)))) return true;
    return false;
}

// Of each dealer, those that no technician of his is named or planned for.
std::map<std::int64_t, std::int32_t> waiting_visits(Connection& db, std::int64_t without_ticket_id,
                                                    const WorkforceClock& clock) {
    std::map<std::int64_t, std::int32_t> waiting;
    for (const auto& row :
         db.query("SELECT ticket.state, ticket.dealer_unit_id, ticket.dealer_path, unit.path, COUNT(*) AS visits "
                  "FROM ticket LEFT JOIN (planned_visit AS planned "
                  "JOIN user_account AS user ON user.id = planned.technician_id AND user.disabled_at IS NULL "
                  "JOIN user_role AS role ON role.user_id = user.id AND role.role = 'technician' "
                  "JOIN organisation_unit AS unit ON unit.id = user.unit_id AND unit.active) "
                  "ON planned.ticket_id = ticket.id AND planned.day >= ? "
                  "WHERE ticket.state IN ('offered', 'confirmed') AND ticket.technician_id IS NULL "
                  "AND ticket.dealer_unit_id IS NOT NULL AND ticket.id <> ? "
                  "GROUP BY ticket.state, ticket.dealer_unit_id, ticket.dealer_path, unit.path",
                  clock.date(), without_ticket_id)) {
        const auto state = parse<TicketState>(row.get<std::string>("state")).value();
        const auto planned_path = row.get<std::optional<std::string>>("path").value_or("");
        if (!has_as_planned(state, row.get<std::string>("dealer_path"), planned_path))
            waiting[row.get<std::int64_t>("dealer_unit_id")] += row.get<std::int32_t>("visits");
    }
    return waiting;
}

std::map<std::int64_t, std::int32_t> repairs_of_asset(Connection& db, std::optional<std::int64_t> asset_id) {
    std::map<std::int64_t, std::int32_t> repairs;
    if (!asset_id) return repairs;
    for (const auto& row :
         db.query("SELECT visit.technician_id, COUNT(*) FROM ticket JOIN visit ON visit.ticket_id = ticket.id "
                  "WHERE ticket.asset_id = ? AND visit.outcome = 'repaired' GROUP BY visit.technician_id",
                  *asset_id))
        repairs[row.get<std::int64_t>(0)] = row.get<std::int32_t>(1);
    return repairs;
}

// Reads one suggestion's input.
class Reader {
public:
    Reader(Connection& db, const StoredTicket& stored, const WorkforceClock& clock)
        : db_{db}, stored_{stored}, clock_{clock}, requirement_of_{requirements(db)}, areas_{service_areas(db)} {}

    SuggestionInput read() {
        read_job();
        read_dealers();
        read_candidates();
        return std::move(input_);
    }

private:
    void read_job();
    void read_dealers();
    void read_candidates();
    Candidate candidate_of(const TechnicianProfile& profile, const ServiceArea& area,
                           std::vector<planning::Visit> visits) const;
    // The day on which he will do it: what is to come when it is promised or planned, and what is open, overdue or has
    // begun on the first one that is not over for him. No day of these: their number.
    std::size_t day_of(const planning::Visit& visit, const std::vector<planning::Day>& days) const;

    Connection& db_;
    const StoredTicket& stored_;
    const WorkforceClock& clock_;
    const std::map<std::int64_t, FaultRequirement> requirement_of_;
    const std::vector<ServiceArea> areas_;
    std::optional<std::int64_t> product_id_;
    SuggestionInput input_;
};

void Reader::read_job() {
    const auto& ticket = stored_.ticket;
    auto& job = input_.job;
    job.visit.ticket_id = ticket.id;
    job.visit.site = ticket.site;
    job.visit.window = {clock_.now, clock_.now + visit_within};
    job.visit.priority = ticket.urgency == Urgency::urgent ? priority_urgent : 1;
    if (const auto found = requirement_of_.find(stored_.text.fault_id.value_or(0)); found != requirement_of_.end()) {
        job.visit.needs = found->second.needs;
        job.visit.duration = found->second.duration;
    }
    auto machine = machine_of(db_, ticket);
    job.region_code = std::move(machine.region_code);
    const auto declined = declined_dealers(db_, ticket.id, ticket.failed_offers_count);
    job.declined_dealers.assign(declined.begin(), declined.end());
    product_id_ = machine.product_id;
}

void Reader::read_dealers() {
    const auto authorised = product_id_ ? authorised_units(db_, *product_id_) : std::set<std::int64_t>{};
    const auto waiting = waiting_visits(db_, stored_.ticket.id, clock_);
    for (const auto& area : areas_) {
        const auto waits = waiting.find(area.unit_id);
        input_.dealers.push_back({.unit_id = area.unit_id,
                                  .authorised = !product_id_ || any_in_path(area.path, authorised),
                                  .region_codes = area.region_codes,
                                  .waiting_visits = waits == waiting.end() ? 0 : waits->second});
        input_.dealer_names.emplace(area.unit_id, area.name);
    }
}

void Reader::read_candidates() {
    std::vector<std::int64_t> asked;
    for (const auto& dealer : input_.dealers)
        if (!planning::hindrance_of(dealer, input_.job)) asked.push_back(dealer.unit_id);
    const auto profiles = technicians_of(db_, asked);
    std::vector<std::int64_t> ids;
    ids.reserve(profiles.size());
    for (const auto& profile : profiles) ids.push_back(profile.user_id);
    auto visits = open_visits(db_, profiles, requirement_of_, clock_);
    const auto recent = recent_work(db_, ids, clock_);
    const auto repairs = repairs_of_asset(db_, stored_.ticket.asset_id);
    for (const auto& profile : profiles) {
        const auto area = std::ranges::lower_bound(areas_, profile.unit_id, {}, &ServiceArea::unit_id);
        auto candidate = candidate_of(profile, *area, std::move(visits[profile.user_id]));
        if (const auto did = recent.find(profile.user_id); did != recent.end()) {
            candidate.technician.mean_working_min = did->second.mean_working_min;
            candidate.technician.visits_done = did->second.visits_today;
            candidate.days.front().start = did->second.position;
        }
        if (const auto knows = repairs.find(profile.user_id); knows != repairs.end())
            candidate.asset_visits = knows->second;
        input_.candidates.push_back(std::move(candidate));
    }
    const auto others = id_list(asked);
    for (const auto& row :
         db_.query_with(fmt::format("SELECT user.id, user.name, user.unit_id FROM user_account AS user "
                                    "JOIN organisation_unit AS unit ON unit.id = user.unit_id "
                                    "JOIN user_role AS role ON role.user_id = user.id AND role.role = 'technician' "
                                    "WHERE user.disabled_at IS NULL AND unit.active "
                                    "AND COALESCE(user.unit_id IN ({}), FALSE) = FALSE ORDER BY user.id",
                                    others.marks),
                        others.parameters))
        input_.candidates.push_back({.technician = {.id = row.get<std::int64_t>(0),
                                                    .name = row.get<std::string>(1),
                                                    .dealer_unit_id = row.get<std::int64_t>(2)}});
}

Candidate Reader::candidate_of(const TechnicianProfile& profile, const ServiceArea& area,
                               std::vector<planning::Visit> visits) const {
    Candidate candidate{.technician = technician_from(profile, area)};
    const auto today = clock_.today();
    for (int ahead = 0; ahead < days_ahead; ++ahead)
        candidate.days.push_back(
            {.working = planning::working_on({&profile.calendar, &area.calendar}, today + std::chrono::days{ahead},
                                             clock_.utc_offset)});
    for (auto& visit : visits) {
        const auto index = day_of(visit, candidate.days);
        if (index >= candidate.days.size()) continue;
        // What has begun and does not end today goes on from home.
        if (index > 0) visit.departed_at = visit.arrived_at = std::nullopt;
        candidate.days[index].visits.push_back(std::move(visit));
    }
    return candidate;
}

std::size_t Reader::day_of(const planning::Visit& visit, const std::vector<planning::Day>& days) const {
    const auto not_over = [&](const planning::Day& day) {
        return !day.working.empty() && day.working.back().until > clock_.now;
    };
    const auto first = std::ranges::find_if(days, not_over) - days.begin();
    const auto arrival = visit.promised_arrival_at ? visit.promised_arrival_at : visit.planned_arrival_at;
    const bool to_come = arrival && *arrival > clock_.now && visit.state != planning::VisitState::departed;
    if (!to_come) return static_cast<std::size_t>(first);
    const auto day = std::chrono::floor<std::chrono::days>(*arrival + clock_.utc_offset).time_since_epoch() -
                     clock_.today().time_since_epoch();
    // A promise is kept even on a day off; a plan is not.
    return static_cast<std::size_t>(visit.promised_arrival_at ? day.count()
                                                              : std::max<std::int64_t>(day.count(), first));
}

}  // namespace

std::chrono::local_days WorkforceClock::today() const {
    return std::chrono::local_days{std::chrono::floor<std::chrono::days>(now + utc_offset).time_since_epoch()};
}

std::string WorkforceClock::date() const {
    return to_sql(Instant{today().time_since_epoch()}).substr(0, std::string_view{"YYYY-MM-DD"}.size());
}

planning::Technician technician_from(const TechnicianProfile& profile, const ServiceArea& area) {
    planning::Technician technician{.id = profile.user_id,
                                    .name = profile.name,
                                    .dealer_unit_id = profile.unit_id,
                                    .dealer_path = profile.unit_path,
                                    .home = point_of(profile.home_longitude, profile.home_latitude),
                                    .skills = profile.skills,
                                    .tools = profile.tools,
                                    .licences = profile.licences,
                                    .parts = profile.parts,
                                    .visits_a_day = static_cast<std::int32_t>(profile.visits_a_day)};
    if (!technician.home) technician.home = point_of(area.longitude, area.latitude);
    return technician;
}

std::set<std::int64_t> declined_dealers(Connection& db, std::int64_t ticket_id, std::int32_t failed_offers_count) {
    std::set<std::int64_t> declined;
    if (failed_offers_count == 0) return declined;
    const auto offers = offers_of(db, ticket_id);
    for (auto offer = offers.rbegin(); offer != offers.rend() && failed_offers_count > 0; ++offer) {
        if (offer->outcome != OfferOutcome::rejected && offer->outcome != OfferOutcome::expired) continue;
        declined.insert(offer->dealer_unit_id);
        --failed_offers_count;
    }
    return declined;
}

bool has_as_planned(TicketState state, std::string_view dealer_path, std::string_view technician_path) {
    return state != TicketState::open && is_within(technician_path, dealer_path);
}

VisitsByTechnician open_visits(Connection& db, std::span<const TechnicianProfile> technicians,
                               const std::map<std::int64_t, FaultRequirement>& requirement_of,
                               const WorkforceClock& clock) {
    VisitsByTechnician visits;
    add_named(db, technicians, requirement_of, clock, visits);
    add_planned(db, technicians, requirement_of, clock, visits);
    return visits;
}

std::map<std::int64_t, RecentWork> recent_work(Connection& db, std::span<const std::int64_t> technician_ids,
                                               const WorkforceClock& clock) {
    constexpr std::chrono::days period{30};
    std::map<std::int64_t, RecentWork> recent;
    const Instant midnight{std::chrono::floor<Milliseconds>(clock.today().time_since_epoch()) - clock.utc_offset};
    const auto ids = id_list(technician_ids);
    auto parameters = ids.parameters;
    parameters.insert(parameters.begin(), to_parameter(midnight));
    parameters.push_back(to_parameter(clock.now - period));
    for (const auto& row : db.query_with(
             fmt::format("SELECT technician_id, SUM(TIMESTAMPDIFF(SECOND, departed_at, ended_at)) * 1e0 AS seconds, "
                         "COUNT(CASE WHEN arrived_at IS NOT NULL AND ended_at >= ? THEN 1 END) AS visits_today "
                         "FROM visit WHERE technician_id IN ({}) AND departed_at >= ? AND ended_at IS NOT NULL "
                         "GROUP BY technician_id",
                         ids.marks),
             parameters))
        recent[row.get<std::int64_t>("technician_id")] = {
            .mean_working_min = row.get<double>("seconds") / 60 / period.count(),
            .visits_today = row.get<std::int32_t>("visits_today")};
    parameters = ids.parameters;
    parameters.push_back(to_parameter(midnight));
    for (const auto& row : db.query_with(
             fmt::format(
                 "SELECT visit.technician_id, COALESCE(visit.arrival_longitude, ticket.longitude) AS longitude, "
                 "COALESCE(visit.arrival_latitude, ticket.latitude) AS latitude "
                 "FROM visit JOIN ticket ON ticket.id = visit.ticket_id "
                 "WHERE visit.technician_id IN ({}) AND visit.departed_at >= ? AND visit.ended_at IS NOT NULL "
                 "ORDER BY visit.ended_at",
                 ids.marks),
             parameters))
        if (const auto point = point_at(row, "longitude", "latitude"))
            recent[row.get<std::int64_t>(0)].position = point;
    return recent;
}

SuggestionInput suggestion_input(Connection& db, const StoredTicket& stored, const WorkforceClock& clock) {
    return Reader{db, stored, clock}.read();
}

}  // namespace callout::storage
