// Whether technicians who follow their plans could still take a call that comes later.
#pragma once

#include <span>
#include <vector>

#include "dispatch/planning/trsp/forecast.hpp"
#include "dispatch/planning/trsp/instance.hpp"
#include "dispatch/planning/trsp/routes.hpp"
#include "dispatch/planning/trsp/segment.hpp"

namespace callout::planning::trsp {

// One technician's plan as it will be carried out if nothing more becomes known.
class PlannedDay {
public:
    // `stops` are what he is to do after where `crew` says he is: requests of `instance` or kDepot. He stays at the
    // last of them until `stays_until` before he goes home.
    PlannedDay(const Instance& instance, const Crew& crew, std::span<const int> stops, double now, double stays_until);

    // From now, or from leaving home, to being home.
    double duration() const { return duration_; }

    // By inserting it when it comes, nothing else being moved to another technician.
    bool could_take(const Call& call) const;

private:
    struct Stop {
        Point place;
        Segment service;
        double free = 0;    // the service is over
        double leaves = 0;  // for the next stop
        double latest = 0;  // to begin the service, with all that follows in time
        bool equipped = false;
    };

    const Technician* technician_;
    Point depot_;
    std::vector<Stop> stops_;  // from where he is to his home
    std::vector<int> stock_;   // left when all is done
    double duration_ = 0;

    void add_stops(const Instance& instance, const Crew& crew, std::span<const int> stops, double now);
    void set_latest();
    void set_times(const Crew& crew, double now, double stays_until);
};

// The share of these calls that is lost, from 0 to 1, if each technician who could take a call is kept from it by other
// calls with one fixed chance: 1 when nobody could take any of them.
double expected_loss(std::span<const PlannedDay> days, std::span<const Call> calls);

}  // namespace callout::planning::trsp
