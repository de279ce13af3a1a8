#include "dispatch/planning/trsp/readiness.hpp"

#include <algorithm>

namespace callout::planning::trsp {
namespace {

// The chance that one who could take a call is kept from it by other calls.
constexpr double kPrevented = 0.15;

}  // namespace

PlannedDay::PlannedDay(const Instance& instance, const Crew& crew, std::span<const int> stops, double now,
                       double stays_until)
    : technician_(&instance.technicians[static_cast<std::size_t>(crew.technician - 1)]),
      depot_(instance.depot.place),
      stock_(crew.stock) {
    add_stops(instance, crew, stops, now);
    set_latest();
    set_times(crew, now, stays_until);
}

void PlannedDay::add_stops(const Instance& instance, const Crew& crew, std::span<const int> stops, double now) {
    const auto request_of = [&](int id) -> const Request& {
        return instance.requests[static_cast<std::size_t>(id - 1) - instance.technicians.size()];
    };
    const double start = std::max(crew.earliest, now);
    const Point here = crew.at == kHome ? technician_->home : crew.at == kDepot ? depot_ : request_of(crew.at).place;
    stops_.push_back({here, {0, start, crew.on_tour ? start : crew.latest}, 0, 0, 0, crew.depot_visited});
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
        stops_.push_back({request.place, service, 0, 0, 0, equipped});
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

// He leaves each stop as late as costs no time.
void PlannedDay::set_times(const Crew& crew, double now, double stays_until) {
    const std::size_t last = stops_.size() - 1;
    std::vector<double> aims(stops_.size());  // when the rest is best begun
    Segment rest = stops_[last].service;
    aims[last] = rest.earliest;
    for (std::size_t i = last; i-- > 1;) {
        Segment run = stops_[i].service;
        append(run, distance(stops_[i].place, stops_[i + 1].place), rest, kInfinite);
        rest = run;
        aims[i] = i == 1 && !crew.on_tour ? rest.earliest : stops_[i].service.earliest;
    }
    const bool stays_home = last == 1 && !crew.on_tour;
    stops_[0].free = std::max(crew.earliest, now);
    for (std::size_t i = 0; i < last; ++i) {
        const double way = distance(stops_[i].place, stops_[i + 1].place);
        stops_[i].leaves =
            i + 1 == last ? std::max(stops_[i].free, stays_until) : std::max(stops_[i].free, aims[i + 1] - way);
        if (stays_home) stops_[i].leaves = kInfinite;
        stops_[i + 1].free =
            std::max(stops_[i].leaves + way, stops_[i + 1].service.earliest) + stops_[i + 1].service.duration;
    }
    const double start = crew.on_tour ? stops_[0].free : stops_[0].leaves;
    duration_ = stays_home ? 0 : stops_[last].free - start;
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

double expected_loss(std::span<const PlannedDay> days, std::span<const Call> calls) {
    if (calls.empty()) return 0;
    double lost = 0;
    for (const auto& call : calls) {
        double chance = 1;
        for (const auto& day : days) chance *= day.could_take(call) ? kPrevented : 1.0;
        lost += chance;
    }
    return lost / static_cast<double>(calls.size());
}

}  // namespace callout::planning::trsp
