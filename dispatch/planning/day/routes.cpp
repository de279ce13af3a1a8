#include "dispatch/planning/day/routes.hpp"

#include <algorithm>

namespace callout::planning::day {
Routes::Routes(const Problem& problem)
    : problem_(&problem),
      routes_(problem.crews().size()),
      saved_(problem.crews().size()),
      crew_of_(problem.jobs().size(), kNobody) {
    for (int crew = 0; crew < problem.crew_count(); ++crew) {
        auto& route = routes_[index(crew)];
        route.stock = problem.crews()[index(crew)].stock;
        lay_out(crew, route, 0);
    }
}

// Adds a job after a way; false if it cannot begin in its window.
bool Routes::append(Run& run, int crew, Worked way, int job) const {
    const Opening& open = problem_->opening(crew, job);
    const Worked offset = run.duration + way;
    const Worked begun = std::max(run.earliest + offset, open.earliest);
    if (begun > open.latest) return false;
    // At the crew's first moment both clocks may disagree.
    if (begun > open.due || begun == problem_->crews()[index(crew)].ready) {
        const double late = problem_->late_cost(crew, job, begun);
        if (late == kInfinite) return false;
        run.penalty += late;
    }
    const Job& added = problem_->jobs()[index(job)];
    if (added.holder != kNobody && added.holder != crew) run.penalty += added.moved_cost;
    const Worked no_later = std::max(begun, std::min(open.due, open.latest));
    const Worked wait = std::max<Worked>(0, open.earliest - offset - run.latest);
    run.earliest = std::max(open.earliest - offset, run.earliest) - wait;
    run.latest = std::min(no_later - offset, run.latest);
    run.duration = offset + added.duration + wait;
    return true;
}

// Of the whole route when `run` has reached the end of `last_job`; infinite if it is too late to be home in time.
double Routes::cost_of(int crew, Run run, int last_job) const {
    const Crew& can = problem_->crews()[index(crew)];
    const Worked worked = run.duration + problem_->way_home(crew, last_job);
    if (run.earliest + worked > can.end) return kInfinite;
    return run.penalty + problem_->work_cost(crew, can.spent_min + in_minutes(Milliseconds{worked}));
}

Worked Routes::way_to(int crew, const Route& route, std::size_t place, int job) const {
    return place == 0 ? problem_->way_out(crew, job) : problem_->way(route.jobs[place - 1], job);
}

// Measures the route again from its job `from` on; false if a hard rule of time is broken.
bool Routes::lay_out(int crew, Route& route, std::size_t from) const {
    const Crew& can = problem_->crews()[index(crew)];
    route.runs.resize(route.jobs.size() + 1);
    if (from == 0) route.runs[0] = {0, can.ready, can.on_tour ? can.ready : can.end, 0};
    for (std::size_t i = from; i < route.jobs.size(); ++i) {
        Run run = route.runs[i];
        if (!append(run, crew, way_to(crew, route, i, route.jobs[i]), route.jobs[i])) return false;
        route.runs[i + 1] = run;
    }
    if (route.jobs.empty()) {
        const double way_home = in_minutes(Milliseconds{can.way_home});
        route.cost = can.on_tour ? problem_->work_cost(crew, can.spent_min + way_home) : 0;
    } else {
        route.cost = cost_of(crew, route.runs.back(), route.jobs.back());
    }
    return route.cost != kInfinite;
}

bool Routes::parts_left(const Route& route, int job) const {
    return std::ranges::all_of(problem_->jobs()[index(job)].parts,
                               [&](const PartNeed& part) { return part.quantity <= route.stock[index(part.part)]; });
}

// As many as he may have; or what was given to him, be it more, and nothing else.
bool Routes::has_room(int crew, std::span<const int> jobs, int one_more) const {
    const auto visits = std::ssize(jobs) + (one_more == kNobody ? 0 : 1);
    if (visits <= problem_->crews()[index(crew)].room) return true;
    const auto is_his = [&](int job) { return job == kNobody || problem_->jobs()[index(job)].holder == crew; };
    return is_his(one_more) && std::ranges::all_of(jobs, is_his);
}

void Routes::take_parts(Route& route, int job) const {
    for (const auto& part : problem_->jobs()[index(job)].parts) route.stock[index(part.part)] -= part.quantity;
}

// The first and the last place at which the job may stand: a pinned one between its pinned neighbours.
std::pair<std::size_t, std::size_t> Routes::places_for(const Route& route, int job) const {
    std::size_t first = 0;
    std::size_t last = route.jobs.size();
    if (!problem_->jobs()[index(job)].pinned) return {first, last};
    for (std::size_t i = 0; i < route.jobs.size(); ++i) {
        const int other = route.jobs[i];
        if (!problem_->jobs()[index(other)].pinned) continue;
        if (other < job) first = i + 1;
        if (other > job) last = std::min(last, i);
    }
    return {first, last};
}

Routes::Insertion Routes::cheapest_insertion(int crew, int job) const {
    const Route& route = routes_[index(crew)];
    Insertion best;
    if (!problem_->able(crew, job) || !has_room(crew, route.jobs, job) || !parts_left(route, job)) return best;
    const auto [first, last_place] = places_for(route, job);
    for (std::size_t place = first; place <= last_place; ++place) {
        Run run = route.runs[place];
        // Further on he comes later still.
        if (!append(run, crew, way_to(crew, route, place, job), job)) break;
        int last = job;
        bool fits = true;
        for (std::size_t i = place; fits && i < route.jobs.size(); ++i) {
            fits = append(run, crew, problem_->way(last, route.jobs[i]), route.jobs[i]);
            last = route.jobs[i];
        }
        if (!fits) continue;
        const double cost = cost_of(crew, run, last) - route.cost;
        if (cost < best.cost) best = {cost, static_cast<int>(place)};
    }
    return best;
}

void Routes::insert(int crew, int job, int at) {
    Route& route = routes_[index(crew)];
    route.jobs.insert(route.jobs.begin() + at, job);
    take_parts(route, job);
    lay_out(crew, route, index(at));
    route.version = ++versions_;
    crew_of_[index(job)] = crew;
}

bool Routes::set_route(int crew, std::span<const int> jobs) {
    Route& route = routes_[index(crew)];
    if (!has_room(crew, jobs)) return false;
    trial_.jobs.assign(jobs.begin(), jobs.end());
    trial_.stock = problem_->crews()[index(crew)].stock;
    for (const int job : jobs) {
        if (!problem_->able(crew, job) || !parts_left(trial_, job)) return false;
        take_parts(trial_, job);
    }
    if (!lay_out(crew, trial_, 0)) return false;
    for (const int job : route.jobs) crew_of_[index(job)] = kNobody;
    for (const int job : jobs) crew_of_[index(job)] = crew;
    trial_.version = jobs.empty() ? 0 : ++versions_;
    std::swap(route, trial_);
    return true;
}

void Routes::restore(int crew) {
    routes_[index(crew)] = saved_[index(crew)];
    for (const int job : routes_[index(crew)].jobs) crew_of_[index(job)] = crew;
}

}  // namespace callout::planning::day
