#include "dispatch/planning/trsp/reasons.hpp"

#include <algorithm>

namespace callout::planning::trsp {
namespace {

bool has_all(const Technician& technician, const Request& request) {
    if ((request.tools & ~technician.tools) != 0) return false;
    for (std::size_t part = 0; part < request.parts.size(); ++part) {
        if (request.parts[part] > technician.stock[part]) return false;
    }
    return true;
}

// The earliest arrival, with all it needs, of one who does nothing else.
double equipped_arrival(const Instance& instance, const Technician& technician, const Request& request) {
    const double starts = technician.shift.start;
    if (has_all(technician, request)) return starts + distance(technician.home, request.place);
    const Depot& depot = instance.depot;
    const double at_depot = std::max(starts + distance(technician.home, depot.place), depot.window.start);
    if (at_depot > depot.window.end) return request.window.end + 1;
    return at_depot + depot.service + distance(depot.place, request.place);
}

}  // namespace

Reason why_unserved(const Instance& instance, int id) {
    const Request& request = instance.requests[static_cast<std::size_t>(id - 1) - instance.technicians.size()];
    Reason reason = Reason::nobody_has_the_skills;
    for (const auto& technician : instance.technicians) {
        if ((request.skills & ~technician.skills) != 0) continue;
        reason = std::max(reason, Reason::nobody_arrives_in_the_window);
        if (technician.shift.start + distance(technician.home, request.place) > request.window.end) continue;
        reason = std::max(reason, Reason::nobody_brings_the_tools_and_parts);
        const double starts = std::max(equipped_arrival(instance, technician, request), request.window.start);
        if (starts > request.window.end) continue;
        reason = std::max(reason, Reason::nobody_is_home_in_time);
        if (starts + request.service + distance(request.place, technician.home) > technician.shift.end) continue;
        return Reason::no_room_beside_the_others;
    }
    return reason;
}

}  // namespace callout::planning::trsp
