#include "dispatch/planning/day/schedule.hpp"

#include <algorithm>

#include "dispatch/planning/day/problem.hpp"
#include "dispatch/planning/day/routes.hpp"

namespace callout::planning::day {
namespace {

// Goes along one route.
class Journey {
public:
    Journey(const Problem& problem, const Routes& routes, int crew)
        : problem_(problem),
          day_(problem.day()),
          crew_(crew),
          can_(problem.crews()[index(crew)]),
          jobs_(routes.jobs(crew)),
          at_(can_.start) {
        tour_.technician_id = day_.technicians[can_.row].id;
        tour_.stops = departed_stops(day_, can_.departed, begins_at());
        if (jobs_.empty())
            come_home();
        else
            go_on(routes.start(crew));
    }

    Tour take() { return std::move(tour_); }

private:
    const Problem& problem_;
    const Day& day_;
    int crew_;
    const Crew& can_;
    std::span<const int> jobs_;
    Point at_;
    Tour tour_;

    Point begins_at() const { return day_.technicians[can_.row].position.value_or(can_.home); }

    // Nothing is left but the way home.
    void come_home() {
        if (!can_.on_tour) return;
        tour_.home_at = can_.ready_at + Milliseconds{can_.way_home};
        tour_.road_home_m = day_.travel.road_m(at_, can_.home);
        tour_.working_min = can_.spent_min + in_minutes(Milliseconds{can_.way_home});
    }

    void go_on(Worked start) {
        Worked worked = start;
        Instant leave = problem_.instant(crew_, worked);
        for (std::size_t i = 0; i < jobs_.size(); ++i) {
            const int job = jobs_[i];
            const Visit& visit = day_.visits[problem_.jobs()[index(job)].row];
            Stop stop{.ticket_id = visit.ticket_id, .leave = leave};
            stop.road_m = day_.travel.road_m(at_, *visit.site);
            worked += i == 0 ? problem_.way_out(crew_, job) : problem_.way(jobs_[i - 1], job);
            stop.arrive = std::max(leave, problem_.instant(crew_, worked));
            worked = std::max(worked, problem_.opening(crew_, job).earliest);
            stop.start = std::max({stop.arrive, problem_.instant(crew_, worked), visit.window.from});
            worked += problem_.jobs()[index(job)].duration;
            leave = stop.end = problem_.instant(crew_, worked);
            at_ = *visit.site;
            tour_.stops.push_back(stop);
        }
        worked += problem_.way_home(crew_, jobs_.back());
        tour_.home_at = problem_.instant(crew_, worked);
        tour_.road_home_m = day_.travel.road_m(at_, can_.home);
        tour_.working_min = can_.spent_min + in_minutes(Milliseconds{worked - start});
    }
};

void add_lateness(const Problem& problem, const Tour& tour, std::span<const int> jobs, int crew, Value& value) {
    const auto departed = tour.stops.size() - jobs.size();
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const Job& job = problem.jobs()[index(jobs[i])];
        const Visit& visit = problem.day().visits[job.row];
        const Stop& stop = tour.stops[departed + i];
        value.late_priority_min += visit.priority * std::max(0.0, in_minutes(stop.start - late_after(visit)));
        if (job.holder == kNobody || job.holder == crew) continue;
        ++(visit.promised_arrival_at ? value.moved_promised : value.moved);
    }
}

}  // namespace

std::vector<Stop> departed_stops(const Day& day, std::span<const std::size_t> rows, const Point& from) {
    std::vector<Stop> stops;
    Point at = from;
    for (const auto row : rows) {
        const Visit& visit = day.visits[row];
        const Point site = visit.site.value_or(at);
        Stop stop{.ticket_id = visit.ticket_id, .departed = true};
        stop.leave = visit.departed_at.value_or(day.now);
        stop.road_m = day.travel.road_m(at, site);
        const Instant free = stops.empty() ? stop.leave : std::max(stop.leave, stops.back().end);
        stop.arrive = visit.arrived_at.value_or(std::max(day.now, free + day.travel.time_for(stop.road_m)));
        stop.start = stop.arrive;
        stop.end = std::max(day.now, stop.start + visit.duration);
        at = site;
        stops.push_back(stop);
    }
    return stops;
}

Tour tour_of(const Problem& problem, const Routes& routes, int crew) {
    return Journey(problem, routes, crew).take();
}

Plan schedule(const Problem& problem, const Routes& routes) {
    const Day& day = problem.day();
    Plan plan;
    for (int crew = 0; crew < problem.crew_count(); ++crew) {
        auto tour = tour_of(problem, routes, crew);
        if (tour.stops.empty()) continue;
        add_lateness(problem, tour, routes.jobs(crew), crew, plan.value);
        plan.value.working_min += tour.working_min;
        plan.value.unfairness += unfairness(problem.crews()[index(crew)].mean_min, tour.working_min);
        plan.tours.push_back(std::move(tour));
    }
    auto reasons = problem.hopeless();
    for (int job = 0; job < problem.job_count(); ++job) {
        const auto row = problem.jobs()[index(job)].row;
        if (routes.crew_of(job) != kNobody || reasons[row]) continue;
        reasons[row] = Unserved{day.visits[row].ticket_id, Obstacle::overloaded, {}};
        plan.value.unserved_priority += problem.jobs()[index(job)].unserved_priority;
    }
    for (auto& reason : reasons) {
        if (reason) plan.unserved.push_back(std::move(*reason));
    }
    return plan;
}

}  // namespace callout::planning::day
