#include "dispatch/planning/day/changes.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "dispatch/planning/day/problem.hpp"
#include "dispatch/planning/day/routes.hpp"
#include "dispatch/planning/day/schedule.hpp"

namespace callout::planning::day {
namespace {

using Arrivals = std::map<std::int64_t, Instant>;  // by ticket

Arrivals arrivals_of(const Plan& plan) {
    Arrivals arrivals;
    for (const auto& tour : plan.tours) {
        for (const auto& stop : tour.stops) arrivals.emplace(stop.ticket_id, stop.arrive);
    }
    return arrivals;
}

// Lays out who has what: standing work first, moves where there is room.
class Layout {
public:
    // Without `standing`, all that somebody has is tried, as planned or promised; else only what has its place there,
    // at the time it has there: the clock by which moves were proposed.
    Layout(const Problem& problem, const std::map<std::int64_t, Move>& moves, const Arrivals* standing = nullptr)
        : problem_(problem), moves_(moves), standing_(standing), routes_(problem) {
        for (int crew = 0; crew < problem.crew_count(); ++crew) {
            const auto& technician = problem.day().technicians[problem.crews()[index(crew)].row];
            crew_of_.emplace(technician.id, crew);
        }
        for (int job = 0; job < problem.job_count(); ++job) {
            job_of_.emplace(visit_of(job).ticket_id, job);
            assign(job);
        }
        for (auto& [crew, wanted] : wanted_) {
            for (const auto ticket : lay(crew, wanted)) refused_.push_back(ticket);
        }
    }

    Plan plan() const { return schedule(problem_, routes_); }

    const std::vector<std::int64_t>& refused() const { return refused_; }

    // When the visit would be reached if this move were made as well; nothing when there is no room. Looks at the
    // technician it goes to and leaves everything as it is.
    std::optional<Instant> arrival_with(const Move& move) {
        const int crew = crew_of_.at(*move.technician_id);
        auto wanted = wanted_[crew];
        std::erase_if(wanted, [&](const Wanted& one) { return visit_of(one.job).ticket_id == move.ticket_id; });
        wanted.push_back({job_of_.at(move.ticket_id), move.arrive, true});
        routes_.save(crew);
        lay(crew, std::move(wanted));
        const Tour tour = tour_of(problem_, routes_, crew);
        routes_.restore(crew);
        const auto stop = std::ranges::find(tour.stops, move.ticket_id, &Stop::ticket_id);
        return stop == tour.stops.end() ? std::nullopt : std::optional{stop->arrive};
    }

private:
    struct Wanted {
        int job = 0;
        Instant at{};
        bool moved = false;
    };

    const Problem& problem_;
    const std::map<std::int64_t, Move>& moves_;
    const Arrivals* standing_;
    Routes routes_;
    std::unordered_map<std::int64_t, int> crew_of_;  // by technician
    std::unordered_map<std::int64_t, int> job_of_;   // by ticket
    std::map<int, std::vector<Wanted>> wanted_;      // by crew
    std::vector<std::int64_t> refused_;              // tickets

    const Visit& visit_of(int job) const { return problem_.day().visits[problem_.jobs()[index(job)].row]; }

    void assign(int job) {
        const Visit& visit = visit_of(job);
        const int holder = problem_.jobs()[index(job)].holder;
        if (const auto move = moves_.find(visit.ticket_id); move != moves_.end()) {
            if (!move->second.technician_id) return;
            const auto crew = crew_of_.find(*move->second.technician_id);
            if (crew == crew_of_.end())
                refused_.push_back(visit.ticket_id);
            else
                wanted_[crew->second].push_back({job, move->second.arrive, true});
        } else if (const auto at = stands_at(visit); holder != kNobody && at) {
            wanted_[holder].push_back({job, *at, false});
        }
    }

    std::optional<Instant> stands_at(const Visit& visit) const {
        if (!standing_) return visit.planned_arrival_at.value_or(late_after(visit));
        const auto found = standing_->find(visit.ticket_id);
        return found == standing_->end() ? std::nullopt : std::optional{found->second};
    }

    // All in the order of their times if that is possible; else what stands in that order, as far as it can be kept,
    // and what moves where there is room. Answers the tickets of the moves that have none.
    std::vector<std::int64_t> lay(int crew, std::vector<Wanted> wanted) {
        std::ranges::sort(wanted, {}, [](const Wanted& one) { return std::pair{one.at, one.job}; });
        keep_pinned_order(wanted);
        std::vector<int> route;
        for (const auto& one : wanted) route.push_back(one.job);
        if (routes_.set_route(crew, route)) return {};
        route.clear();
        routes_.set_route(crew, route);
        for (const auto& one : wanted) {
            if (one.moved) continue;
            route.push_back(one.job);
            if (!routes_.set_route(crew, route)) route.pop_back();
        }
        std::vector<std::int64_t> refused;
        for (const auto& one : wanted) {
            if (!one.moved) continue;
            const auto place = routes_.cheapest_insertion(crew, one.job);
            if (place.cost == kInfinite)
                refused.push_back(visit_of(one.job).ticket_id);
            else
                routes_.insert(crew, one.job, place.at);
        }
        return refused;
    }

    // What is pinned comes in the order of the day, in the places that their times give them together.
    void keep_pinned_order(std::vector<Wanted>& wanted) const {
        std::vector<Wanted> pinned;
        for (const auto& one : wanted) {
            if (problem_.jobs()[index(one.job)].pinned) pinned.push_back(one);
        }
        std::ranges::sort(pinned, {}, &Wanted::job);
        auto next = pinned.begin();
        for (auto& one : wanted) {
            if (problem_.jobs()[index(one.job)].pinned) one = *next++;
        }
    }
};

struct Found {
    const Tour* tour = nullptr;
    Place place;
    double late_min = 0;
};

double way(const Day& day, const Point& from, const Point& to) {
    return day.travel.road_m(from, to);
}

// Where each visit stands in a plan that has not departed yet.
std::map<std::int64_t, Found> places_of(const Day& day, const Plan& plan) {
    std::unordered_map<std::int64_t, const Visit*> visits;
    for (const auto& visit : day.visits) visits.emplace(visit.ticket_id, &visit);
    std::unordered_map<std::int64_t, const Technician*> technicians;
    for (const auto& technician : day.technicians) technicians.emplace(technician.id, &technician);
    std::map<std::int64_t, Found> found;
    for (const auto& tour : plan.tours) {
        const Technician& technician = *technicians.at(tour.technician_id);
        const Point home = technician.home.value_or(Point{});
        Point before = technician.position.value_or(home);
        for (std::size_t i = 0; i < tour.stops.size(); ++i) {
            const Stop& stop = tour.stops[i];
            const Visit& visit = *visits.at(stop.ticket_id);
            const Point here = visit.site.value_or(before);
            const bool last = i + 1 == tour.stops.size();
            const Point after = last ? home : visits.at(tour.stops[i + 1].ticket_id)->site.value_or(here);
            const double road_on = last ? tour.road_home_m : tour.stops[i + 1].road_m;
            const double detour = stop.road_m + road_on - way(day, before, after);
            const double late = std::chrono::duration<double, std::ratio<60>>(stop.start - late_after(visit)).count();
            before = here;
            if (stop.departed) continue;
            found.emplace(
                stop.ticket_id,
                Found{&tour, {tour.technician_id, stop.leave, stop.arrive, stop.end, detour}, std::max(0.0, late)});
        }
    }
    return found;
}

std::vector<ChangeReason> reasons_for(const Visit& visit, const Found* now, const Found& then) {
    using enum ChangeReasonCode;
    std::vector<ChangeReason> reasons;
    if (!now) return {{visit.technician_id ? holder_cannot : nobody_has_it, 0, 0}};
    if (now->late_min > then.late_min) reasons.push_back({late_min, now->late_min, then.late_min});
    if (now->place.detour_m > then.place.detour_m)
        reasons.push_back({detour_km, now->place.detour_m / 1000, then.place.detour_m / 1000});
    if (now->place.technician_id != then.place.technician_id && now->tour->working_min > then.tour->working_min)
        reasons.push_back({day_working_min, now->tour->working_min, then.tour->working_min});
    if (reasons.empty()) reasons.push_back({makes_room, 0, 0});
    return reasons;
}

// Of what nobody can do on this day: who has it will not mend that, so that somebody else must be found. What only
// finds no more room, promised to nobody, waits with him for another day; what cannot be planned at all is done without
// a plan.
bool is_lost_with_its_holder(const Day& day, const Visit& visit, Obstacle obstacle) {
    if (visit.state != VisitState::assigned || !visit.technician_id || visit.pinned) return false;
    switch (obstacle) {
        case Obstacle::duplicate_id:
        case Obstacle::malformed:
        case Obstacle::site_missing:
        case Obstacle::longer_than_a_day:
            return false;
        default:
            break;
    }
    const auto holder = std::ranges::find(day.technicians, *visit.technician_id, &Technician::id);
    if (holder == day.technicians.end() || holder->working.empty()) return true;
    const bool is_planned_at_all = holder->home && !first_missing_need(*holder, visit.needs);
    return is_planned_at_all && visit.promised_arrival_at && *visit.promised_arrival_at <= visit.window.until;
}

bool same_time(Instant one, Instant other) {
    return std::chrono::abs(one - other) <= kSameTime;
}

bool same(const Place& one, const Place& other) {
    return one.technician_id == other.technician_id && same_time(one.arrive, other.arrive);
}

// Another time with the technician who has the visit anyway.
bool moves_time_alone(const Move& move) {
    return move.technician_id && move.technician_id == move.from_technician_id;
}

Move move_of(const Change& change) {
    Move move{.ticket_id = change.ticket_id};
    if (change.from) move.from_technician_id = change.from->technician_id;
    if (change.to) {
        move.technician_id = change.to->technician_id;
        move.arrive = change.to->arrive;
    }
    return move;
}

// Each is tried on the day as it stands, as accepting nothing else would.
void tell_what_takes_others(const Day& day, const Plan& now, std::vector<Change>& changed) {
    const Problem problem(day);
    const Arrivals standing = arrivals_of(now);
    const std::map<std::int64_t, Move> none;
    Layout layout(problem, none, &standing);
    for (auto& change : changed) {
        if (!change.to) continue;
        const Move move = move_of(change);
        const auto arrival = layout.arrival_with(move);
        if (!arrival || (moves_time_alone(move) && !same_time(*arrival, move.arrive)))
            change.reasons.push_back({ChangeReasonCode::only_with_others, 0, 0});
    }
}

// What moves nothing but the time and does not reach the time that the moves `together` give it.
std::vector<std::int64_t> missed(const std::map<std::int64_t, Move>& moves, const Plan& plan,
                                 const Arrivals& together) {
    std::vector<std::int64_t> tickets;
    for (const auto& [ticket, arrival] : arrivals_of(plan)) {
        const auto move = moves.find(ticket);
        if (move == moves.end() || !moves_time_alone(move->second)) continue;
        const auto expected = together.find(ticket);
        if (expected != together.end() && !same_time(arrival, expected->second)) tickets.push_back(ticket);
    }
    return tickets;
}

// The day with these moves, but for those that have no room or miss their time. What is refused goes back to where it
// stands, which may take the room of another: until all fit.
Merged settle(const Problem& problem, std::map<std::int64_t, Move> moves, const Arrivals& standing,
              const Arrivals& together) {
    Merged merged;
    for (;;) {
        const Layout layout(problem, moves, &standing);
        merged.plan = layout.plan();
        auto refused = layout.refused();
        if (refused.empty()) refused = missed(moves, merged.plan, together);
        if (refused.empty()) return merged;
        for (const auto ticket : refused) {
            merged.refused.push_back({ticket, {}});
            moves.erase(ticket);
        }
    }
}

// Whatever does not happen at the technician a move was to go to would have made room for it.
void explain(std::vector<RefusedMove>& refused, std::span<const Move> moves) {
    std::set<std::int64_t> idle;
    for (const auto& move : moves) {
        if (!move.chosen) idle.insert(move.ticket_id);
    }
    for (const auto& one : refused) idle.insert(one.ticket_id);
    for (auto& one : refused) {
        const auto technician = std::ranges::find(moves, one.ticket_id, &Move::ticket_id)->technician_id;
        for (const auto& other : moves) {
            const bool touches = other.from_technician_id == technician || other.technician_id == technician;
            if (touches && idle.contains(other.ticket_id) && other.ticket_id != one.ticket_id)
                one.depends_on.push_back(other.ticket_id);
        }
    }
}

}  // namespace

Plan standing_plan(const Day& day) {
    const Problem problem(day);
    const std::map<std::int64_t, Move> none;
    return Layout(problem, none).plan();
}

std::vector<Change> changes(const Day& day, const Plan& now, const Plan& proposed) {
    const auto standing = places_of(day, now);
    const auto wanted = places_of(day, proposed);
    std::unordered_map<std::int64_t, const Visit*> visits;
    for (const auto& visit : day.visits) visits.emplace(visit.ticket_id, &visit);
    std::vector<Change> changed;
    for (const auto& tour : proposed.tours) {
        for (const auto& stop : tour.stops) {
            if (stop.departed) continue;
            const Visit& visit = *visits.at(stop.ticket_id);
            const Found& then = wanted.at(stop.ticket_id);
            const auto found = standing.find(stop.ticket_id);
            const Found* before = found == standing.end() ? nullptr : &found->second;
            if (before && same(before->place, then.place)) continue;
            Change change{.ticket_id = stop.ticket_id, .holder = visit.technician_id, .to = then.place};
            if (before) change.from = before->place;
            change.reasons = reasons_for(visit, before, then);
            changed.push_back(std::move(change));
        }
    }
    for (const auto& [ticket, found] : standing) {
        if (wanted.contains(ticket)) continue;
        changed.push_back({.ticket_id = ticket,
                           .holder = found.place.technician_id,
                           .from = found.place,
                           .reasons = {{ChangeReasonCode::makes_room, 0, 0}}});
    }
    for (const auto& unserved : proposed.unserved) {
        const Visit& visit = *visits.at(unserved.ticket_id);
        if (standing.contains(unserved.ticket_id) || !is_lost_with_its_holder(day, visit, unserved.obstacle)) continue;
        changed.push_back({.ticket_id = unserved.ticket_id,
                           .holder = visit.technician_id,
                           .reasons = {{ChangeReasonCode::holder_cannot, 0, 0}}});
    }
    if (!changed.empty()) tell_what_takes_others(day, now, changed);
    return changed;
}

Merged merge(const Day& day, std::span<const Move> moves) {
    const Problem problem(day);
    std::map<std::int64_t, Move> all;
    std::map<std::int64_t, Move> chosen;
    for (const auto& move : moves) {
        all.emplace(move.ticket_id, move);
        if (move.chosen) chosen.emplace(move.ticket_id, move);
    }
    const std::map<std::int64_t, Move> none;
    const Arrivals standing = arrivals_of(Layout(problem, none).plan());
    const Arrivals together = arrivals_of(settle(problem, std::move(all), standing, {}).plan);
    Merged merged = settle(problem, std::move(chosen), standing, together);
    explain(merged.refused, moves);
    return merged;
}

}  // namespace callout::planning::day
