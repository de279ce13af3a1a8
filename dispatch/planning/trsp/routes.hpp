// The routes of a search and what it costs to insert a request into one of them. All routes are feasible at all times;
// requests that are in no route are absent. Nothing here allocates after construction.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "dispatch/planning/index.hpp"
#include "dispatch/planning/trsp/instance.hpp"
#include "dispatch/planning/trsp/segment.hpp"

namespace callout::planning::trsp {

// Where a technician stands when planning begins, if it is not at home in the morning.
inline constexpr int kHome = -1;

// What one technician can still do: the whole day, or its rest.
struct Crew {
    int technician = 0;  // id
    int at = kHome;      // kHome, kDepot or the id of the request where he stands
    // He leaves there between these times. Once he is on his way both are the same: all time counts from then on.
    double earliest = 0;
    double latest = 0;
    bool on_tour = false;        // has to come home, and that costs time, even when nothing is added
    bool depot_visited = false;  // has all tools and parts
    std::vector<int> stock;
};

// What is to be planned: these requests among these crews.
struct Task {
    const Instance* instance = nullptr;
    std::vector<Crew> crews;
    std::vector<int> requests;  // ids
    // How much each of the last of `requests` is worth serving, in time; the others have to be served if possible.
    std::vector<double> optional;
    // A plan to begin with, of request ids for each crew; empty: none. What has become infeasible is dropped.
    std::vector<std::vector<int>> planned;
};

Task whole_day(const Instance& instance);

inline constexpr double kInfinite = std::numeric_limits<double>::infinity();
inline constexpr int kAbsent = -1;

// Requests and crews are named by their index in the task.
class Routes {
public:
    struct Insertion {
        double cost = kInfinite;  // by how much the route's duration grows; infinite: impossible
        int after = 0;            // which stop of the route, the start being 0
        bool adds_depot = false;  // the route needs a depot visit with it
    };

    explicit Routes(const Task& task);

    int request_count() const { return request_count_; }

    int crew_count() const { return crew_count_; }

    // The requests of a route in order, without the depot.
    void requests_of(int crew, std::vector<int>& requests) const;

    int length(int crew) const { return live_[index(crew)].size - 2 - (live_[index(crew)].depot_at != 0 ? 1 : 0); }

    int route_of(int request) const { return route_of_[index(request)]; }

    void mark_absent(int request) { route_of_[index(request)] = kAbsent; }

    double cost(int crew) const { return live_[index(crew)].cost; }

    // Changes whenever the route does; two equal numbers mean the same route.
    std::uint64_t version(int crew) const { return live_[index(crew)].version; }

    // The ids of a route's stops with the depot where it pays least, without both ends.
    std::vector<int> stops(int crew) const;

    // The cheapest insertion that keeps the order of the route. The depot visit is added where it is needed and pays
    // least; one that exists already stays where it is.
    Insertion cheapest_insertion(int crew, int request) const;

    // As cheapest_insertion() of the route as it is now has answered.
    void insert(int crew, int request, const Insertion& insertion);

    // Replaces the whole route; false, leaving the route empty, if these requests in this order are infeasible.
    bool set_route(int crew, std::span<const int> requests);

    // What that route would cost; infinite if it is infeasible.
    double cost_if(int crew, std::span<const int> requests);

    // Keeps the route as it is now, for restore().
    void save(int crew) { copy(live_[index(crew)], saved_[index(crew)]); }

    void restore(int crew);

    bool compatible(int crew, int request) const { return compatible_[pair(crew, request)] != 0; }

    double way(int a, int b) const { return ways(a)[b]; }  // between two requests

    double way_from_depot(int request) const { return ways(depot_)[request]; }

    const Segment& service(int request) const { return single_[index(request)]; }

private:
    // Arrays are sized once for the longest route there can be; `size` stops of them are in use.
    struct Route {
        std::vector<int> stops;       // nodes, both ends included
        std::vector<Segment> before;  // of the stops up to and including this one
        std::vector<Segment> after;   // of the stops from this one on
        std::vector<int> stock_left;  // of each part, on reaching the depot or else home
        int size = 2;
        int depot_at = 0;  // which stop is the depot; 0: none
        double cost = 0;
        std::uint64_t version = 0;
    };

    // Nodes: the requests, the depot, the crews' homes, the crews' starts.
    const Task* task_;
    int request_count_;
    int crew_count_;
    int depot_;
    std::size_t node_count_;
    std::size_t part_count_;
    std::uint64_t versions_ = 0;
    std::vector<double> way_;      // node_count_ squared
    std::vector<Segment> single_;  // of each node
    std::vector<char> compatible_;
    std::vector<char> tools_at_hand_;  // crew has the request's tools without the depot
    std::vector<int> need_;            // part_count_ a request
    std::vector<int> route_of_;
    std::vector<int> order_;  // scratch
    std::vector<Route> live_;
    std::vector<Route> saved_;
    Route trial_;

    int home(int crew) const { return depot_ + 1 + crew; }

    int start(int crew) const { return depot_ + 1 + crew_count_ + crew; }

    const double* ways(int node) const { return &way_[index(node) * node_count_]; }

    // Of each part; without any kind of part there is none to look at.
    const int* needs(int request) const { return need_.data() + index(request) * part_count_; }

    std::size_t pair(int crew, int request) const { return index(crew) * index(request_count_) + index(request); }

    void add_nodes();
    void add_compatibility();
    void copy(const Route& from, Route& to) const;
    bool build(int crew, std::span<const int> requests, Route& route) const;
    bool measured_before(Route& route, int from) const;
    void measure_after(Route& route, int from) const;
    int first_shortage(int crew, Route& route) const;
    void open_gap(Route& route, int at, int node) const;
    bool place_depot(Route& route, int last_position) const;
    void use_stock(int crew, Route& route) const;
    bool parts_at_hand(const Route& route, int request) const;
    Insertion insertion_between(const Route& route, int request, int first, int last) const;
    Insertion insertion_after_new_depot(const Route& route, int request) const;
    Insertion insertion_before_new_depot(int crew, const Route& route, int request) const;
    int shortage_with(int crew, const Route& route, int request) const;
};

}  // namespace callout::planning::trsp
