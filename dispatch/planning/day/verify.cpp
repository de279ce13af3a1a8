#include "dispatch/planning/day/verify.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

namespace callout::planning::day {
namespace {

// Ways are measured by another formula here: two milliseconds is what both may round differently.
constexpr std::int64_t kTolerance = 2;

using Clock = std::int64_t;  // ms since 1970

Clock ms(Instant at) {
    return at.time_since_epoch().count();
}

struct Vector {
    double x, y, z;
};

Vector on_sphere(const dispatch::Point& point) {
    const double north = point.latitude * std::numbers::pi / 180;
    const double east = point.longitude * std::numbers::pi / 180;
    return {std::cos(north) * std::cos(east), std::cos(north) * std::sin(east), std::sin(north)};
}

// By the angle between two vectors, not by the haversine.
Clock driving_time(const TravelModel& travel, const dispatch::Point& from, const dispatch::Point& to) {
    const Vector a = on_sphere(from);
    const Vector b = on_sphere(to);
    const double cross = std::hypot(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
    const double angle = std::atan2(cross, a.x * b.x + a.y * b.y + a.z * b.z);
    const double road_km = 6371.0088 * angle * travel.road_factor;
    return static_cast<Clock>(road_km / travel.speed_km_h * 3'600'000);
}

// Working milliseconds between two times: the sum of what each interval shares with them.
Clock worked_between(const Technician& technician, Clock from, Clock until) {
    Clock sum = 0;
    for (const auto& working : technician.working)
        sum += std::max<Clock>(0, std::min(until, ms(working.until)) - std::max(from, ms(working.from)));
    return sum;
}

class Checker {
public:
    Checker(const Day& day, const Plan& plan) : day_(day), plan_(plan) {
        for (const auto& technician : day.technicians) technicians_.emplace(technician.id, &technician);
        for (const auto& visit : day.visits) visits_.emplace(visit.ticket_id, &visit);
    }

    Verdict run() {
        for (const auto& tour : plan_.tours) check_tour(tour);
        for (const auto& unserved : plan_.unserved) check_unserved(unserved);
        for (const auto& [id, visit] : visits_) {
            if (!named_.contains(id)) find(Violation::not_named, 0, id);
        }
        return std::move(verdict_);
    }

private:
    const Day& day_;
    const Plan& plan_;
    Verdict verdict_;
    std::map<std::int64_t, const Technician*> technicians_;
    std::map<std::int64_t, const Visit*> visits_;
    std::set<std::int64_t> named_;
    std::set<std::int64_t> used_;

    void find(Violation violation, std::int64_t technician, std::int64_t ticket) {
        verdict_.findings.push_back({violation, technician, ticket});
    }

    void require(bool kept, Violation violation, const Tour& tour, std::int64_t ticket = 0) {
        if (!kept) find(violation, tour.technician_id, ticket);
    }

    void check_tour(const Tour& tour) {
        const auto known = technicians_.find(tour.technician_id);
        if (known == technicians_.end()) return find(Violation::unknown_technician, tour.technician_id, 0);
        if (!used_.insert(tour.technician_id).second)
            return find(Violation::technician_used_twice, tour.technician_id, 0);
        const Technician& technician = *known->second;
        std::map<std::string, std::int64_t> van;
        for (const auto& part : technician.parts) van[part.number] += part.quantity;

        dispatch::Point at = technician.position.value_or(technician.home.value_or(dispatch::Point{}));
        Clock free = ms(day_.now);
        Clock departed_until = 0;
        std::vector<std::int64_t> pinned;
        bool moving = false;  // past what has departed
        for (const auto& stop : tour.stops) {
            const auto found = visits_.find(stop.ticket_id);
            if (found == visits_.end()) {
                find(Violation::unknown_visit, tour.technician_id, stop.ticket_id);
                continue;
            }
            const Visit& visit = *found->second;
            require(named_.insert(stop.ticket_id).second, Violation::named_twice, tour, stop.ticket_id);
            for (const auto& part : visit.needs.parts) van[part.number] -= part.quantity;
            if (visit.state == VisitState::departed) {
                check_departed(tour, stop, visit, moving);
                departed_until = ms(stop.end);
            } else {
                moving = true;
                check_stop(tour, stop, visit, technician, at, free);
                for (const auto& part : visit.needs.parts)
                    require(van[part.number] >= 0, Violation::part_missing, tour, stop.ticket_id);
                if (visit.pinned) pinned.push_back(stop.ticket_id);
            }
            at = visit.site.value_or(at);
            free = ms(stop.end);
        }
        check_pinned_order(tour, pinned);
        require(has_room(technician, tour), Violation::too_many_visits, tour);
        add_work(tour, technician, at, departed_until, moving);
    }

    // More than he may have is only what he has already.
    bool has_room(const Technician& technician, const Tour& tour) const {
        if (!technician.visits_a_day) return true;
        if (std::ssize(tour.stops) + technician.visits_done <= *technician.visits_a_day) return true;
        return std::ranges::all_of(tour.stops, [&](const Stop& stop) {
            const auto visit = visits_.find(stop.ticket_id);
            return visit != visits_.end() && visit->second->technician_id == technician.id;
        });
    }

    void check_departed(const Tour& tour, const Stop& stop, const Visit& visit, bool moving) {
        const bool kept = stop.departed && !moving && visit.technician_id == tour.technician_id &&
                          (!visit.departed_at || stop.leave == *visit.departed_at) &&
                          (!visit.arrived_at || stop.arrive == *visit.arrived_at);
        require(kept, Violation::departed_moved, tour, stop.ticket_id);
    }

    void check_stop(const Tour& tour, const Stop& stop, const Visit& visit, const Technician& technician,
                    const dispatch::Point& at, Clock free) {
        const auto id = stop.ticket_id;
        require(!visit.pinned || visit.technician_id == tour.technician_id, Violation::pinned_moved, tour, id);
        require(!visit.dealers || std::ranges::count(*visit.dealers, technician.dealer_unit_id) > 0,
                Violation::not_authorised, tour, id);
        const auto has_all = [](const Codes& there, const Codes& needed) {
            return std::ranges::all_of(needed, [&](const auto& code) { return std::ranges::count(there, code) > 0; });
        };
        require(has_all(technician.skills, visit.needs.skills) && has_all(technician.tools, visit.needs.tools) &&
                    has_all(technician.licences, visit.needs.licences),
                Violation::need_missing, tour, id);
        const Clock way = visit.site ? driving_time(day_.travel, at, *visit.site) : 0;
        require(visit.site && technician.home, Violation::unknown_visit, tour, id);
        require(ms(stop.leave) >= free, Violation::leaves_too_early, tour, id);
        require(worked_between(technician, ms(stop.leave), ms(stop.arrive)) + kTolerance >= way,
                Violation::arrives_too_early, tour, id);
        require(stop.arrive >= stop.leave && stop.start >= stop.arrive && stop.start >= visit.window.from,
                Violation::starts_too_early, tour, id);
        require(stop.start <= visit.window.until, Violation::starts_too_late, tour, id);
        require(worked_between(technician, ms(stop.start), ms(stop.end)) >= Milliseconds{visit.duration}.count(),
                Violation::ends_too_early, tour, id);
        add_lateness(tour, stop, visit);
    }

    void add_lateness(const Tour& tour, const Stop& stop, const Visit& visit) {
        const auto due = visit.promised_arrival_at ? visit.promised_arrival_at : visit.due_at;
        if (due) {
            const Clock late = ms(stop.start) - std::max(ms(*due), ms(visit.window.from));
            if (late > 0) verdict_.value.late_priority_min += static_cast<double>(late) * visit.priority / 60'000;
        }
        const bool held = visit.technician_id && technicians_.contains(*visit.technician_id);
        if (!held || *visit.technician_id == tour.technician_id) return;
        if (visit.promised_arrival_at)
            verdict_.value.moved_promised += 1;
        else
            verdict_.value.moved += 1;
    }

    // The order of the day is the order that was fixed.
    void check_pinned_order(const Tour& tour, const std::vector<std::int64_t>& pinned) {
        std::size_t next = 0;
        for (const auto& visit : day_.visits) {
            if (next < pinned.size() && visit.ticket_id == pinned[next]) ++next;
        }
        require(next == pinned.size(), Violation::pinned_moved, tour);
    }

    void add_work(const Tour& tour, const Technician& technician, const dispatch::Point& at, Clock departed_until,
                  bool moving) {
        const Clock way = technician.home ? driving_time(day_.travel, at, *technician.home) : 0;
        const Clock over = ms(tour.stops.back().end);
        const Clock left = ms(tour.stops.front().leave);
        Clock work = departed_until == 0 ? 0 : departed_until - left;
        if (moving) {
            const Clock begun = departed_until == 0 ? left : departed_until;
            require(worked_between(technician, over, ms(tour.home_at)) + kTolerance >= way, Violation::home_too_early,
                    tour);
            require(ms(tour.home_at) <= last_moment(technician), Violation::home_too_late, tour);
            work += worked_between(technician, begun, ms(tour.home_at));
        } else {
            require(ms(tour.home_at) - over + kTolerance >= way, Violation::home_too_early, tour);
            work += ms(tour.home_at) - over;
        }
        const double minutes = static_cast<double>(work) / 60'000;
        verdict_.value.working_min += minutes;
        const double mean = technician.mean_working_min;
        verdict_.value.unfairness += ((mean + minutes) * (mean + minutes) - mean * mean) / 480;
    }

    static Clock last_moment(const Technician& technician) {
        Clock last = 0;
        for (const auto& working : technician.working) last = std::max(last, ms(working.until));
        return last;
    }

    void check_unserved(const Unserved& unserved) {
        const auto found = visits_.find(unserved.ticket_id);
        if (found == visits_.end()) return find(Violation::unknown_visit, 0, unserved.ticket_id);
        if (unserved.obstacle == Obstacle::duplicate_id) return;
        if (!named_.insert(unserved.ticket_id).second) find(Violation::named_twice, 0, unserved.ticket_id);
        if (unserved.obstacle == Obstacle::overloaded) add_unserved(*found->second);
    }

    void add_unserved(const Visit& visit) {
        double weight = 1;
        if (visit.technician_id && technicians_.contains(*visit.technician_id)) weight = day_.weights.unserved_held;
        if (visit.promised_arrival_at) weight = day_.weights.unserved_promised;
        verdict_.value.unserved_priority += visit.priority * weight;
    }
};

}  // namespace

Verdict verify(const Day& day, const Plan& plan) {
    return Checker(day, plan).run();
}

}  // namespace callout::planning::day
