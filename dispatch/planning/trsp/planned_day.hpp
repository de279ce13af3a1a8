// One technician's plan as it will be carried out if nothing more becomes known, and what it leaves room for.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dispatch/planning/trsp/forecast.hpp"
#include "dispatch/planning/trsp/instance.hpp"
#include "dispatch/planning/trsp/routes.hpp"
#include "dispatch/planning/trsp/segment.hpp"

namespace callout::planning::trsp {

struct Relief;

class PlannedDay {
public:
    // `stops` are what he is to do after where `crew` says he is: requests of `instance` or kDepot. He stays at the
    // last of them until `stays_until` before he goes home. The instance must outlive the day.
    PlannedDay(const Instance& instance, const Crew& crew, std::span<const int> stops, double now, double stays_until);

    // From now, or from leaving home, to being home; 0 for one who stays at home.
    double duration() const { return duration_; }

    // No window is missed.
    bool in_time() const;

    // By inserting it when it comes, nothing else being moved to another technician.
    bool could_take(const Call& call) const;

    // The same day without one of its requests, for each of them.
    std::vector<Relief> reliefs() const;

private:
    struct Stop {
        Point place;
        Segment service;
        double free = 0;    // the service is over
        double leaves = 0;  // for the next stop
        double latest = 0;  // to begin the service, with all that follows in time
        bool equipped = false;
        const Request* request = nullptr;  // nothing at the depot and at both ends
    };

    const Technician* technician_;
    Point depot_;
    double now_;
    double stays_until_;
    bool on_tour_;
    std::vector<Stop> stops_;  // from where he is to his home
    std::vector<int> stock_;   // left when all is done
    double duration_ = 0;

    void add_stops(const Instance& instance, const Crew& crew, std::span<const int> stops);
    void set_latest();
    void set_times();
    PlannedDay without(std::size_t stop) const;
};

// A request that a technician could be rid of, if it is given to another before he leaves for it.
struct Relief {
    const Request* request;
    double until;
    PlannedDay rest;
};

}  // namespace callout::planning::trsp
