// One day of one organisation, as the planner is given it, and a plan for it. A plan never moves what has departed and
// names every visit exactly once: in a tour, or as unserved with the reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/clock.hpp"
#include "dispatch/planning/resources.hpp"

namespace callout::planning::day {

// What things cost, in working minutes. A sum stands for the order "late and unserved, then working time, then
// fairness": a minute late weighs as much as ten at work, and no visit is left out to save working time.
struct Weights {
    double unserved = 10'000;  // × priority; more than a whole day late
    // × that, for a visit that somebody has already, and for one that is promised: what is new and weighs as much does
    // not take its place.
    double unserved_held = 1.5;
    double unserved_promised = 3;
    double late_min = 10;  // × priority × minutes after the promise, else after due_at
    double moved = 60;     // a visit that somebody has already, given to another technician
    double moved_promised = 120;
    double working_min = 1;
    // × (r + w)² − r² over 480, with a technician's mean working day r of the last weeks and this day's w, in minutes:
    // the next hour is dearer for whoever has worked more.
    double unfairness = 0.05;
};

struct Day {
    Instant now{};  // nobody who has not departed leaves earlier
    TravelModel travel;
    Weights weights;
    std::vector<Technician> technicians;
    std::vector<Visit> visits;
};

struct Stop {
    std::int64_t ticket_id = 0;
    bool departed = false;  // on the way there or at work: a fact, with arrive and end estimated as far as unknown
    Instant leave{};        // the place before
    Instant arrive{};
    Instant start{};
    Instant end{};
    double road_m = 0;  // from the place before

    friend bool operator==(const Stop&, const Stop&) = default;
};

// From the technician's home to his home. Who does nothing has no tour.
struct Tour {
    std::int64_t technician_id = 0;
    std::vector<Stop> stops;
    Instant home_at{};
    double road_home_m = 0;
    double working_min = 0;  // from leaving home to being home, without breaks

    friend bool operator==(const Tour&, const Tour&) = default;
};

struct Unserved {
    std::int64_t ticket_id = 0;
    Obstacle obstacle = Obstacle::overloaded;  // of the technician who came nearest to being able
    std::string what;                          // the skill, tool, licence or part that is missing; else empty

    friend bool operator==(const Unserved&, const Unserved&) = default;
};

// The parts of the objective before they are weighted.
struct Value {
    // Sum over the unserved visits, × unserved_held or unserved_promised; those that nobody could serve are left out.
    double unserved_priority = 0;
    double late_priority_min = 0;  // sum of priority × minutes late
    int moved = 0;
    int moved_promised = 0;
    double working_min = 0;
    double unfairness = 0;

    double total(const Weights& weights) const {
        return weights.unserved * unserved_priority + weights.late_min * late_priority_min + weights.moved * moved +
               weights.moved_promised * moved_promised + weights.working_min * working_min +
               weights.unfairness * unfairness;
    }
};

struct Plan {
    std::vector<Tour> tours;         // in the order of the day's technicians
    std::vector<Unserved> unserved;  // in the order of the day's visits
    Value value;
};

}  // namespace callout::planning::day
