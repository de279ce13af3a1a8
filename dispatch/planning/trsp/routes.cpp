#include "dispatch/planning/trsp/routes.hpp"

#include <cassert>

namespace callout::planning::trsp {

Task whole_day(const Instance& instance) {
    Task task;
    task.instance = &instance;
    for (const auto& technician : instance.technicians) {
        task.crews.push_back(
            {technician.id, kHome, technician.shift.start, technician.shift.end, false, false, technician.stock});
    }
    for (const auto& request : instance.requests) task.requests.push_back(request.id);
    return task;
}

Routes::Routes(const Task& task)
    : task_(&task),
      request_count_(static_cast<int>(task.requests.size())),
      crew_count_(static_cast<int>(task.crews.size())),
      depot_(request_count_),
      node_count_(index(request_count_ + 1 + 2 * crew_count_)),
      part_count_(index(task.instance->part_count)) {
    add_nodes();
    add_compatibility();
    route_of_.assign(index(request_count_), kAbsent);
    order_.reserve(index(request_count_) + 1);

    const auto capacity = index(request_count_ + 3);
    live_.resize(index(crew_count_));
    for (auto& route : live_) {
        route.stops.resize(capacity);
        route.before.resize(capacity);
        route.after.resize(capacity);
        route.stock_left.resize(part_count_);
    }
    saved_ = live_;
    trial_ = live_.empty() ? Route{} : live_.front();
    for (int crew = 0; crew < crew_count_; ++crew) set_route(crew, {});
}

// Fills single_ and way_. Ids are row numbers: technicians from 1, requests after them.
void Routes::add_nodes() {
    const Instance& instance = *task_->instance;
    const auto technician_of = [&](int id) -> const Technician& { return instance.technicians[index(id - 1)]; };
    const auto request_of = [&](int id) -> const Request& {
        return instance.requests[index(id - 1) - instance.technicians.size()];
    };

    std::vector<Point> places;
    for (const int id : task_->requests) {
        const Request& request = request_of(id);
        places.push_back(request.place);
        single_.push_back({request.service, request.window.start, request.window.end});
    }
    places.push_back(instance.depot.place);
    single_.push_back({instance.depot.service, instance.depot.window.start, instance.depot.window.end});
    for (const auto& crew : task_->crews) {
        const Technician& technician = technician_of(crew.technician);
        places.push_back(technician.home);
        single_.push_back({0, technician.shift.start, technician.shift.end});
    }
    for (const auto& crew : task_->crews) {
        places.push_back(crew.at == kHome    ? technician_of(crew.technician).home
                         : crew.at == kDepot ? instance.depot.place
                                             : request_of(crew.at).place);
        single_.push_back({0, crew.earliest, crew.latest});
    }

    way_.resize(node_count_ * node_count_);
    for (std::size_t a = 0; a < node_count_; ++a) {
        for (std::size_t b = 0; b < node_count_; ++b) way_[a * node_count_ + b] = distance(places[a], places[b]);
    }
}

void Routes::add_compatibility() {
    const Instance& instance = *task_->instance;
    const auto pairs = index(crew_count_) * index(request_count_);
    compatible_.assign(pairs, 0);
    tools_at_hand_.assign(pairs, 0);
    for (int request = 0; request < request_count_; ++request) {
        const auto row = index(task_->requests[index(request)] - 1) - instance.technicians.size();
        const Request& wanted = instance.requests[row];
        need_.insert(need_.end(), wanted.parts.begin(), wanted.parts.end());
        for (int crew = 0; crew < crew_count_; ++crew) {
            const auto& can = task_->crews[index(crew)];
            const Technician& technician = instance.technicians[index(can.technician - 1)];
            compatible_[pair(crew, request)] = (wanted.skills & ~technician.skills) == 0;
            tools_at_hand_[pair(crew, request)] = can.depot_visited || (wanted.tools & ~technician.tools) == 0;
        }
    }
}

void Routes::copy(const Route& from, Route& to) const {
    const auto size = static_cast<std::ptrdiff_t>(from.size);
    std::copy_n(from.stops.begin(), size, to.stops.begin());
    std::copy_n(from.before.begin(), size, to.before.begin());
    std::copy_n(from.after.begin(), size, to.after.begin());
    std::copy(from.stock_left.begin(), from.stock_left.end(), to.stock_left.begin());
    to.size = from.size;
    to.depot_at = from.depot_at;
    to.cost = from.cost;
    to.version = from.version;
}

void Routes::restore(int crew) {
    copy(saved_[index(crew)], live_[index(crew)]);
    const Route& route = live_[index(crew)];
    for (int i = 1; i + 1 < route.size; ++i) {
        if (route.stops[index(i)] < depot_) route_of_[index(route.stops[index(i)])] = crew;
    }
}

void Routes::requests_of(int crew, std::vector<int>& requests) const {
    const Route& route = live_[index(crew)];
    requests.clear();
    for (int i = 1; i + 1 < route.size; ++i) {
        if (i != route.depot_at) requests.push_back(route.stops[index(i)]);
    }
}

std::vector<int> Routes::stops(int crew) const {
    const Route& route = live_[index(crew)];
    std::vector<int> ids;
    for (int i = 1; i + 1 < route.size; ++i) {
        ids.push_back(i == route.depot_at ? kDepot : task_->requests[index(route.stops[index(i)])]);
    }
    return ids;
}

// From stop `from` on; false if a window is missed.
bool Routes::measured_before(Route& route, int from) const {
    if (from == 0) route.before[0] = single_[index(route.stops[0])];
    for (int i = std::max(from, 1); i < route.size; ++i) {
        const int stop = route.stops[index(i)];
        Segment run = route.before[index(i - 1)];
        if (!append(run, ways(route.stops[index(i - 1)])[stop], single_[index(stop)], kRounding)) return false;
        route.before[index(i)] = run;
    }
    return true;
}

// From stop `from` back to the start.
void Routes::measure_after(Route& route, int from) const {
    if (from == route.size - 1) {
        route.after[index(from)] = single_[index(route.stops[index(from)])];
        --from;
    }
    for (int i = from; i >= 0; --i) {
        const int stop = route.stops[index(i)];
        Segment run = single_[index(stop)];
        [[maybe_unused]] const bool fits =
            append(run, ways(stop)[route.stops[index(i + 1)]], route.after[index(i + 1)], 2 * kRounding);
        assert(fits);
        route.after[index(i)] = run;
    }
}

// Takes what the stops use up from the van; the index of the first stop that lacks a tool or a part, or 0.
int Routes::first_shortage(int crew, Route& route) const {
    const Crew& can = task_->crews[index(crew)];
    std::copy(can.stock.begin(), can.stock.end(), route.stock_left.begin());
    if (can.depot_visited) return 0;
    for (int i = 1; i + 1 < route.size; ++i) {
        const int request = route.stops[index(i)];
        if (!tools_at_hand_[pair(crew, request)] || !parts_at_hand(route, request)) return i;
        const int* need = needs(request);
        for (std::size_t part = 0; part < part_count_; ++part) route.stock_left[part] -= need[part];
    }
    return 0;
}

bool Routes::parts_at_hand(const Route& route, int request) const {
    const int* need = needs(request);
    for (std::size_t part = 0; part < part_count_; ++part) {
        if (need[part] > route.stock_left[part]) return false;
    }
    return true;
}

// Puts a node at stop `at`; before[] is then to be measured from there on, after[] from there back.
void Routes::open_gap(Route& route, int at, int node) const {
    const auto size = static_cast<std::ptrdiff_t>(route.size);
    std::copy_backward(route.stops.begin() + at, route.stops.begin() + size, route.stops.begin() + size + 1);
    std::copy_backward(route.after.begin() + at, route.after.begin() + size, route.after.begin() + size + 1);
    route.stops[index(at)] = node;
    ++route.size;
}

// Visits the depot where it pays least, no later than just before the stop `last`.
bool Routes::place_depot(Route& route, int last) const {
    double best = kInfinite;
    const double* from_depot = ways(depot_);
    for (int i = 1; i <= last; ++i) {
        Segment run = route.before[index(i - 1)];
        if (!append(run, from_depot[route.stops[index(i - 1)]], single_[index(depot_)], kRounding)) break;
        if (!append(run, from_depot[route.stops[index(i)]], route.after[index(i)], kRounding)) continue;
        if (run.duration < best) {
            best = run.duration;
            route.depot_at = i;
        }
    }
    if (best == kInfinite) return false;
    open_gap(route, route.depot_at, depot_);
    return true;
}

// What is left on reaching the depot: later stops do not count.
void Routes::use_stock(int crew, Route& route) const {
    const Crew& can = task_->crews[index(crew)];
    std::copy(can.stock.begin(), can.stock.end(), route.stock_left.begin());
    for (int i = 1; i < route.depot_at; ++i) {
        const int* need = needs(route.stops[index(i)]);
        for (std::size_t part = 0; part < part_count_; ++part) route.stock_left[part] -= need[part];
    }
}

// Lays the route out in full; false if these requests in this order are infeasible for the crew.
bool Routes::build(int crew, std::span<const int> requests, Route& route) const {
    route.size = static_cast<int>(requests.size()) + 2;
    route.depot_at = 0;
    route.stops[0] = start(crew);
    std::copy(requests.begin(), requests.end(), route.stops.begin() + 1);
    route.stops[index(route.size - 1)] = home(crew);

    if (!measured_before(route, 0)) return false;
    measure_after(route, route.size - 1);
    if (const int shortage = first_shortage(crew, route); shortage != 0) {
        if (!place_depot(route, shortage)) return false;
        measured_before(route, route.depot_at);
        measure_after(route, route.depot_at);
        use_stock(crew, route);
    }
    const bool stays_home = requests.empty() && !task_->crews[index(crew)].on_tour;
    route.cost = stays_home ? 0.0 : route.after[0].duration;
    return true;
}

bool Routes::set_route(int crew, std::span<const int> requests) {
    Route& route = live_[index(crew)];
    if (!build(crew, requests, route)) {
        for (const int request : requests) route_of_[index(request)] = kAbsent;
        set_route(crew, {});
        return false;
    }
    for (const int request : requests) route_of_[index(request)] = crew;
    route.version = requests.empty() ? 0 : ++versions_;
    return true;
}

double Routes::cost_if(int crew, std::span<const int> requests) {
    for (const int request : requests) {
        if (!compatible(crew, request)) return kInfinite;
    }
    return build(crew, requests, trial_) ? trial_.cost : kInfinite;
}

void Routes::insert(int crew, int request, const Insertion& insertion) {
    Route& route = live_[index(crew)];
    const int at = insertion.after + 1;
    if (insertion.adds_depot) {
        requests_of(crew, order_);
        order_.insert(order_.begin() + insertion.after, request);
        [[maybe_unused]] const bool feasible = set_route(crew, order_);
        assert(feasible);
        return;
    }
    if (route.depot_at == 0 || at <= route.depot_at) {
        const int* need = needs(request);
        for (std::size_t part = 0; part < part_count_; ++part) route.stock_left[part] -= need[part];
        if (route.depot_at != 0) ++route.depot_at;
    }
    open_gap(route, at, request);
    measured_before(route, at);
    measure_after(route, at);
    route.cost = route.after[0].duration;
    route.version = ++versions_;
    route_of_[index(request)] = crew;
}

Routes::Insertion Routes::cheapest_insertion(int crew, int request) const {
    const Route& route = live_[index(crew)];
    const bool supplied = task_->crews[index(crew)].depot_visited;
    const bool at_hand = supplied || (tools_at_hand_[pair(crew, request)] && parts_at_hand(route, request));
    const int last = route.size - 2;
    if (route.depot_at != 0) {
        return insertion_between(route, request, at_hand ? 0 : route.depot_at, last);
    }
    if (at_hand) return insertion_between(route, request, 0, last);
    Insertion found = insertion_after_new_depot(route, request);
    if (tools_at_hand_[pair(crew, request)]) {
        const Insertion other = insertion_before_new_depot(crew, route, request);
        if (other.cost < found.cost) found = other;
    }
    return found;
}

// After one of the stops first … last, which are numbered with the depot.
Routes::Insertion Routes::insertion_between(const Route& route, int request, int first, int last) const {
    const double* from = ways(request);
    const Segment& single = single_[index(request)];
    Insertion best;
    for (int i = first; i <= last; ++i) {
        Segment run = route.before[index(i)];
        // Stops further on are left later still: by the triangle inequality, none of them is early enough either.
        if (!append(run, from[route.stops[index(i)]], single)) break;
        if (!append(run, from[route.stops[index(i + 1)]], route.after[index(i + 1)])) continue;
        if (run.duration < best.cost) best = {run.duration, i, false};
    }
    best.cost -= route.cost;
    return best;
}

// The request together with a depot visit, into a route that has none: the depot after stop d, the request after stop i
// and after the depot.
Routes::Insertion Routes::insertion_after_new_depot(const Route& route, int request) const {
    const double* from = ways(request);
    const Segment& single = single_[index(request)];
    Insertion best;
    const int last = route.size - 2;
    for (int d = 0; d <= last; ++d) {
        Segment supplied = route.before[index(d)];
        if (!append(supplied, ways(depot_)[route.stops[index(d)]], single_[index(depot_)])) break;
        int here = depot_;
        for (int i = d; i <= last; ++i) {
            if (i > d) {
                const int stop = route.stops[index(i)];
                if (!append(supplied, ways(here)[stop], single_[index(stop)])) break;
                here = stop;
            }
            Segment run = supplied;
            if (!append(run, from[here], single)) break;
            if (!append(run, from[route.stops[index(i + 1)]], route.after[index(i + 1)])) continue;
            if (run.duration < best.cost) best = {run.duration, i, true};
        }
    }
    best.cost -= route.cost;
    return best;
}

// The same with the depot after the request: it takes parts from the van that a later stop will be short of.
Routes::Insertion Routes::insertion_before_new_depot(int crew, const Route& route, int request) const {
    Insertion best;
    const int shortage = shortage_with(crew, route, request);
    for (int i = 0; i < shortage; ++i) {
        Segment supplied = route.before[index(i)];
        if (!append(supplied, ways(request)[route.stops[index(i)]], single_[index(request)])) break;
        int here = request;
        for (int d = i; d < shortage; ++d) {
            if (d > i) {
                const int stop = route.stops[index(d)];
                if (!append(supplied, ways(here)[stop], single_[index(stop)])) break;
                here = stop;
            }
            Segment run = supplied;
            if (!append(run, ways(depot_)[here], single_[index(depot_)])) break;
            if (!append(run, ways(depot_)[route.stops[index(d + 1)]], route.after[index(d + 1)])) continue;
            if (run.duration < best.cost) best = {run.duration, i, true};
        }
    }
    best.cost -= route.cost;
    return best;
}

// Which stop of the route is the first to lack a part if the request is served at its beginning; 0 when the van lacks
// one already for the request itself.
int Routes::shortage_with(int crew, const Route& route, int request) const {
    const int* taken = needs(request);
    const auto& stock = task_->crews[index(crew)].stock;
    int first = route.size - 1;
    for (std::size_t part = 0; part < part_count_; ++part) {
        if (taken[part] == 0) continue;
        int left = stock[part] - taken[part];
        for (int i = 0; i < first; ++i) {
            if (i > 0) left -= needs(route.stops[index(i)])[part];
            if (left < 0) first = i;
        }
    }
    return first;
}

}  // namespace callout::planning::trsp
