#include "server/storage/office_day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "dispatch/organisation/scope.hpp"
#include "dispatch/planning/suggest.hpp"
#include "server/storage/organisation.hpp"
#include "server/storage/tickets.hpp"

namespace callout::storage {
namespace {

using namespace dispatch;
namespace day = planning::day;
using planning::VisitState;

constexpr double priority_urgent = 5;
// A chase makes a ticket as urgent as it makes the customer impatient, up to the priority of an urgent one.
constexpr double priority_of_chase = 1;
constexpr std::chrono::hours urgent_due_within{2};
constexpr std::chrono::hours due_within{24};
// Who was told two o'clock need not be at home earlier than this before it.
constexpr std::chrono::minutes before_promise{30};
// How far ahead a working day is looked for.
constexpr int days_ahead = 7;
// With less of the day left than this, the next one is planned.
constexpr std::chrono::minutes least_left{60};

class Reader {
public:
    Reader(Connection& db, const UnitPlace& office, const WorkforceClock& clock)
        : db_{db}, clock_{clock}, requirement_of_{requirements(db)} {
        made_.office = office;
        made_.day.now = clock.now;
        for (auto& area : service_areas(db)) {
            if (is_within(area.path, office.path)) areas_.push_back(std::move(area));
        }
    }

    OfficeDay read() {
        read_technicians();
        choose_date();
        read_authorisations();
        read_tickets();
        return std::move(made_);
    }

private:
    Connection& db_;
    const WorkforceClock& clock_;
    const std::map<std::int64_t, FaultRequirement> requirement_of_;
    std::vector<ServiceArea> areas_;  // of the office, by id
    std::vector<TechnicianProfile> profiles_;
    std::map<std::int64_t, std::set<std::int64_t>> authorised_;  // units by product
    std::chrono::local_days date_;
    OfficeDay made_;

    const ServiceArea& area_of(const TechnicianProfile& profile) const {
        return *std::ranges::lower_bound(areas_, profile.unit_id, {}, &ServiceArea::unit_id);
    }

    Instant midnight(std::chrono::local_days date) const {
        return Instant{std::chrono::floor<Milliseconds>(date.time_since_epoch()) - clock_.utc_offset};
    }

    void read_technicians() {
        std::vector<std::int64_t> units;
        for (const auto& area : areas_) {
            units.push_back(area.unit_id);
            made_.dealer_names.emplace(area.unit_id, area.name);
        }
        profiles_ = technicians_of(db_, units);
        std::vector<std::int64_t> ids;
        for (const auto& profile : profiles_) ids.push_back(profile.user_id);
        const auto recent = recent_work(db_, ids, clock_);
        for (const auto& profile : profiles_) {
            auto technician = technician_from(profile, area_of(profile));
            if (const auto did = recent.find(profile.user_id); did != recent.end()) {
                technician.mean_working_min = did->second.mean_working_min;
                technician.position = did->second.position;
                technician.visits_done = did->second.visits_today;
            }
            made_.day.technicians.push_back(std::move(technician));
        }
    }

    void choose_date() {
        for (int ahead = 0; ahead < days_ahead; ++ahead) {
            date_ = clock_.today() + std::chrono::days{ahead};
            bool anybody = false;
            for (std::size_t i = 0; i < profiles_.size(); ++i) {
                auto& working = made_.day.technicians[i].working;
                working = planning::working_on({&profiles_[i].calendar, &area_of(profiles_[i]).calendar}, date_,
                                               clock_.utc_offset);
                anybody = anybody || (!working.empty() && working.back().until > clock_.now + least_left);
            }
            if (anybody) break;
        }
        const std::chrono::year_month_day date{date_};
        made_.date = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
        if (is_today()) return;
        made_.day.now = midnight(date_);
        // Everybody has slept at home by then, and begins anew.
        for (auto& technician : made_.day.technicians) {
            technician.position.reset();
            technician.visits_done = 0;
        }
    }

    bool is_today() const { return date_ == clock_.today(); }

    void read_authorisations() {
        for (const auto& row : db_.query("SELECT product_id, dealer_id FROM dealer_product"))
            authorised_[row.get<std::int64_t>(0)].insert(row.get<std::int64_t>(1));
    }

    void read_tickets() {
        for (const auto& row : db_.query(
                 "SELECT ticket.id, ticket.version, ticket.state, ticket.urgency, ticket.longitude, ticket.latitude, "
                 "ticket.dealer_path, ticket.technician_id, ticket.failed_offers_count, ticket.chases_count, "
                 "ticket.opened_at, ticket.promised_arrival_at, ticket.departed_at, ticket.arrived_at, "
                 "ticket.fault_id, "
                 "asset.product_id, COALESCE(NULLIF(asset.region_code, ''), customer.region_code) AS region_code, "
                 "customer.name AS customer_name, planned.technician_id AS planned_technician_id, "
                 "planned.arrives_at AS planned_arrives_at "
                 "FROM ticket JOIN customer ON customer.id = ticket.customer_id "
                 "LEFT JOIN asset ON asset.id = ticket.asset_id "
                 "LEFT JOIN planned_visit AS planned ON planned.ticket_id = ticket.id AND planned.day = ? "
                 "WHERE ticket.office_path = ? AND ticket.kind = 'repair' "
                 "AND ticket.state IN ('open', 'offered', 'confirmed', 'en_route', 'on_site', 'paused') "
                 "AND ticket.lead_ticket_id IS NULL "
                 "ORDER BY ticket.urgency = 'urgent' DESC, ticket.id LIMIT ?",
                 made_.date, made_.office.path, max_planned_tickets))
            add_ticket(row);
    }

    void add_ticket(const Row& row) {
        const auto id = row.get<std::int64_t>("id");
        const auto state = parse<TicketState>(row.get<std::string>("state")).value();
        auto visit = visit_from(row, state);
        // What is under way is over before another day begins; what is promised for a later day is planned on it.
        if (visit.state == VisitState::departed && !is_today()) return;
        const Instant tomorrow = midnight(date_ + std::chrono::days{1});
        if (visit.promised_arrival_at && *visit.promised_arrival_at >= tomorrow) return;
        visit.window = {made_.day.now, tomorrow};
        if (visit.promised_arrival_at)
            visit.window.from = std::max(visit.window.from, *visit.promised_arrival_at - before_promise);
        made_.tickets.emplace(id,
                              PlannedTicket{.version = row.get<std::int64_t>("version"),
                                            .state = state,
                                            .customer_name = row.get<std::string>("customer_name"),
                                            .technician_id = row.get<std::optional<std::int64_t>>("technician_id")});
        made_.day.visits.push_back(std::move(visit));
    }

    planning::Visit visit_from(const Row& row, TicketState state) {
        planning::Visit visit{.ticket_id = row.get<std::int64_t>("id")};
        if (!row.is_null("longitude") && !row.is_null("latitude"))
            visit.site = valid_or_missing(row.get<double>("latitude"), row.get<double>("longitude"));
        const auto fault = row.get<std::optional<std::int64_t>>("fault_id");
        if (const auto found = requirement_of_.find(fault.value_or(0)); found != requirement_of_.end()) {
            visit.needs = found->second.needs;
            visit.duration = found->second.duration;
        }
        const bool urgent = row.get<std::string>("urgency") == to_string(Urgency::urgent);
        visit.priority = urgent ? priority_urgent
                                : std::min(priority_urgent, 1 + priority_of_chase * row.get<double>("chases_count"));
        visit.promised_arrival_at = row.get<std::optional<Instant>>("promised_arrival_at");
        visit.due_at = row.get<Instant>("opened_at") + (urgent ? urgent_due_within : due_within);
        choose_dealers(row, state, visit);
        take_holder(row, state, visit);
        return visit;
    }

    // The technician named, or the one planned while nobody is.
    void take_holder(const Row& row, TicketState state, planning::Visit& visit) const {
        visit.technician_id = row.get<std::optional<std::int64_t>>("technician_id");
        const bool departed =
            state == TicketState::en_route || state == TicketState::on_site || state == TicketState::paused;
        auto planned = row.get<std::optional<std::int64_t>>("planned_technician_id");
        if (planned && !has_as_planned(state, row.get<std::string>("dealer_path"), path_of(*planned))) planned.reset();
        if (!visit.technician_id) visit.technician_id = planned;
        if (planned && visit.technician_id == planned)
            visit.planned_arrival_at = row.get<std::optional<Instant>>("planned_arrives_at");
        visit.state = departed              ? VisitState::departed
                      : visit.technician_id ? VisitState::assigned
                                            : VisitState::unassigned;
        if (!departed) return;
        visit.departed_at = row.get<std::optional<Instant>>("departed_at");
        visit.arrived_at = row.get<std::optional<Instant>>("arrived_at");
    }

    // Of the unit he works for; empty when he is none of the office's technicians.
    std::string_view path_of(std::int64_t technician_id) const {
        const auto profile = std::ranges::find(profiles_, technician_id, &TechnicianProfile::user_id);
        return profile == profiles_.end() ? std::string_view{} : profile->unit_path;
    }

    // Whoever has it; of an open one, whoever may repair the product, serves the place and has not declined.
    void choose_dealers(const Row& row, TicketState state, planning::Visit& visit) {
        const auto path = row.get<std::string>("dealer_path");
        const auto product = row.get<std::optional<std::int64_t>>("product_id");
        planning::Job asked{.region_code = row.get<std::string>("region_code")};
        const auto declined =
            declined_dealers(db_, row.get<std::int64_t>("id"), row.get<std::int32_t>("failed_offers_count"));
        asked.declined_dealers.assign(declined.begin(), declined.end());
        visit.dealers.emplace();
        for (const auto& area : areas_) {
            if (state != TicketState::open) {
                if (is_within(area.path, path)) visit.dealers->push_back(area.unit_id);
                continue;
            }
            auto hindrance = planning::hindrance_of(
                {.unit_id = area.unit_id, .authorised = may_repair(area, product), .region_codes = area.region_codes},
                asked);
            if (!hindrance)
                visit.dealers->push_back(area.unit_id);
            else if (hindrance->obstacle > visit.other_dealers.obstacle)
                visit.other_dealers = *std::move(hindrance);
        }
    }

    // A substation may repair what the dealer above it may.
    bool may_repair(const ServiceArea& area, std::optional<std::int64_t> product) const {
        if (!product) return true;
        const auto found = authorised_.find(*product);
        if (found == authorised_.end()) return false;
        return std::ranges::any_of(areas_, [&](const ServiceArea& above) {
            return found->second.contains(above.unit_id) && is_within(area.path, above.path);
        });
    }
};

}  // namespace

std::optional<UnitPlace> active_office(Connection& db, std::int64_t unit_id) {
    const auto unit = find_unit(db, unit_id);
    if (!unit || !unit->active || unit->kind != UnitKind::office) return std::nullopt;
    return UnitPlace{unit->id, unit->path};
}

OfficeDay office_day(Connection& db, const UnitPlace& office, const WorkforceClock& clock) {
    return Reader{db, office, clock}.read();
}

}  // namespace callout::storage
