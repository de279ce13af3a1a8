#include "dispatch/planning/trsp/planned_day.hpp"

#include <algorithm>

namespace callout::planning::trsp {

PlannedDay::PlannedDay(const Instance& instance, const Crew& crew, std::span<const int> stops, double now,
                       double stays_until)
    : technician_(&instance.technicians[static_cast<std::size_t>(crew.technician - 1)]),
      depot_(instance.depot.place),
      now_(now),
      stays_until_(stays_until),
      on_tour_(crew.on_tour),
      stock_(crew.stock) {
    add_stops(instance, crew, stops);
    set_latest();
    set_times();
}

void PlannedDay::add_stops(const Instance& instance, const Crew& crew, std::span<const int> stops) {
    const auto request_of = [&](int id) -> const Request& {
        return instance.requests[static_cast<std::size_t>(id - 1) - instance.technicians.size()];
    };
    const double start = std::max(crew.earliest, now_);
    const Point here = crew.at == kHome ? technician_->home : crew.at == kDepot ? depot_ : request_of(crew.at).place;
    stops_.push_back({here, {0, start, crew.on_tour ? start : crew.latest}, start, 0, 0, crew.depot_visited});
    bool equipped = crew.depot_visited;
    for (const int stop : stops) {
        if (stop == kDepot) {
            equipped = true;
            const Depot& depot = instance.depot;
            stops_.push_back({depot.place, {depot.service, depot.window.start, depot.window.end}, 0, 0, 0, true});
            continue;
        }
        const Request& request = request_of(stop);
        const Segment service{request.service, request.window.start, request.window.end};
        stops_.push_back({request.place, service, 0, 0, 0, equipped, &request});
        if (equipped) continue;
        for (std::size_t part = 0; part < stock_.size(); ++part) stock_[part] -= request.parts[part];
    }
    stops_.push_back({technician_->home, {0, technician_->shift.start, technician_->shift.end}, 0, 0, 0, equipped});
}

void PlannedDay::set_latest() {
    stops_.back().latest = stops_.back().service.latest;
    for (std::size_t i = stops_.size() - 1; i-- > 0;) {
        const double way = distance(stops_[i].place, stops_[i + 1].place);
        stops_[i].latest = std::min(stops_[i].service.latest, stops_[i + 1].latest - way - stops_[i].service.duration);
    }
}

// He leaves home as late as all that follows allows, and each stop so that he does not wait at the next.
void PlannedDay::set_times() {
    const std::size_t last = stops_.size() - 1;
    std::vector<double> aims(stops_.size());  // when the rest is best begun
    Segment rest = stops_[last].service;
    aims[last] = rest.earliest;
    for (std::size_t i = last; i-- > 1;) {
        Segment run = stops_[i].service;
        append(run, distance(stops_[i].place, stops_[i + 1].place), rest, kInfinite);
        rest = run;
        aims[i] = i == 1 && !on_tour_ ? rest.latest : stops_[i].service.earliest;
    }
    const bool stays_home = last == 1 && !on_tour_;
    for (std::size_t i = 0; i < last; ++i) {
        const double way = distance(stops_[i].place, stops_[i + 1].place);
        stops_[i].leaves =
            i + 1 == last ? std::max(stops_[i].free, stays_until_) : std::max(stops_[i].free, aims[i + 1] - way);
        if (stays_home) stops_[i].leaves = kInfinite;
        stops_[i + 1].free =
            std::max(stops_[i].leaves + way, stops_[i + 1].service.earliest) + stops_[i + 1].service.duration;
    }
    duration_ = stays_home ? 0 : stops_[last].free - (on_tour_ ? now_ : stops_[0].leaves);
}

bool PlannedDay::in_time() const {
    return std::all_of(stops_.begin() + 1, stops_.end(),
                       [](const Stop& stop) { return stop.free - stop.service.duration <= stop.latest + kRounding; });
}

bool PlannedDay::could_take(const Call& call) const {
    const Request& request = call.request;
    if ((request.skills & ~technician_->skills) != 0) return false;
    bool at_hand = (request.tools & ~technician_->tools) == 0;
    for (std::size_t part = 0; part < stock_.size(); ++part) at_hand = at_hand && request.parts[part] <= stock_[part];
    for (std::size_t i = 0; i + 1 < stops_.size(); ++i) {
        const Stop& here = stops_[i];
        if (call.at > here.leaves) continue;
        const Stop& next = stops_[i + 1];
        const double way = at_hand || here.equipped ? distance(here.place, request.place)
                                                    : distance(here.place, depot_) + distance(depot_, request.place);
        const double arrives = std::max(here.free, call.at) + way;
        if (arrives > request.window.end) return false;
        const double over = std::max(arrives, request.window.start) + request.service;
        if (over + distance(request.place, next.place) <= next.latest) return true;
    }
    return false;
}

PlannedDay PlannedDay::without(std::size_t stop) const {
    PlannedDay rest = *this;
    if (!stops_[stop].equipped) {
        const auto& parts = stops_[stop].request->parts;
        for (std::size_t part = 0; part < stock_.size(); ++part) rest.stock_[part] += parts[part];
    }
    rest.stops_.erase(rest.stops_.begin() + static_cast<std::ptrdiff_t>(stop));
    rest.set_latest();
    rest.set_times();
    return rest;
}

std::vector<Relief> PlannedDay::reliefs() const {
    std::vector<Relief> reliefs;
    for (std::size_t i = 1; i < stops_.size(); ++i) {
        if (stops_[i].request != nullptr) reliefs.push_back({stops_[i].request, stops_[i - 1].leaves, without(i)});
    }
    return reliefs;
}

}  // namespace callout::planning::trsp
