// The routes of a search, one a crew, and what inserting a job into one of them costs. All routes keep every hard rule
// at all times; being late is allowed and costs. A route begins each job as early as it can and leaves home as late as
// that allows.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "dispatch/planning/day/problem.hpp"

namespace callout::planning::day {

inline constexpr double kInfinite = std::numeric_limits<double>::infinity();
inline constexpr int kNobody = -1;

class Routes {
public:
    struct Insertion {
        double cost = kInfinite;  // by how much the route's cost grows; infinite: impossible
        int at = 0;               // which job of the route it becomes
    };

    explicit Routes(const Problem& problem);

    std::span<const int> jobs(int crew) const { return routes_[index(crew)].jobs; }

    double cost(int crew) const { return routes_[index(crew)].cost; }

    // The earliest moment to leave home at which the route takes no longer than it must.
    Worked start(int crew) const { return routes_[index(crew)].runs.back().earliest; }

    int crew_of(int job) const { return crew_of_[index(job)]; }

    // Changes whenever the route does; two equal numbers mean the same route.
    std::uint64_t version(int crew) const { return routes_[index(crew)].version; }

    // The cheapest insertion that keeps the order of the route, and the day's order of what is pinned.
    Insertion cheapest_insertion(int crew, int job) const;

    // As cheapest_insertion() of the route as it is now has answered.
    void insert(int crew, int job, int at);

    // Replaces the whole route; its former jobs are nobody's unless they are in the new one. False, leaving the route
    // as it was, if these jobs in this order break a hard rule.
    bool set_route(int crew, std::span<const int> jobs);

    // Keeps the route as it is now, for restore().
    void save(int crew) { saved_[index(crew)] = routes_[index(crew)]; }

    void restore(int crew);

    double saved_cost(int crew) const { return saved_[index(crew)].cost; }

    void leave_out(int job) { crew_of_[index(job)] = kNobody; }

private:
    // The jobs up to one, reduced to what those after it depend on. After Vidal et al. (2013), section 4.5: a run of
    // jobs takes `duration` if begun between `earliest` and `latest`. Here `latest` is as late as makes nothing later
    // than it has to be.
    struct Run {
        Worked duration = 0;
        Worked earliest = 0;
        Worked latest = 0;
        double penalty = 0;  // late and moved so far
    };

    struct Route {
        std::vector<int> jobs;
        std::vector<Run> runs;  // runs[i]: from the start to the end of the job before jobs[i]; one more than jobs
        std::vector<int> stock;
        double cost = 0;
        std::uint64_t version = 0;
    };

    const Problem* problem_;
    std::vector<Route> routes_;
    std::vector<Route> saved_;
    std::vector<int> crew_of_;
    std::uint64_t versions_ = 0;
    Route trial_;

    bool append(Run& run, int crew, Worked way, int job) const;
    bool lay_out(int crew, Route& route, std::size_t from) const;
    double cost_of(int crew, Run run, int last_job) const;
    Worked way_to(int crew, const Route& route, std::size_t place, int job) const;
    std::pair<std::size_t, std::size_t> places_for(const Route& route, int job) const;
    bool has_room(int crew, std::span<const int> jobs, int one_more = kNobody) const;
    bool parts_left(const Route& route, int job) const;
    void take_parts(Route& route, int job) const;
};

}  // namespace callout::planning::day
