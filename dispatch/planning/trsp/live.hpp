// A day as it happens: requests become known one after the other, each is accepted or refused at once, and technicians
// commit themselves only when they leave for their next stop.
#pragma once

#include <cstdint>
#include <vector>

#include "dispatch/planning/trsp/instance.hpp"
#include "dispatch/planning/trsp/parse.hpp"

namespace callout::planning::trsp {

struct LiveOptions {
    std::uint64_t seed = 1;
    std::int64_t first_iterations = 40'000;  // of each search before the day begins
    std::int64_t iterations = 3'000;         // of each search at a release
    std::int64_t last_iterations = 60'000;   // of the search before a request is refused
    double temperature = 0.3;                // of the searches during the day, in mean distances
    // A plan is made for each of these numbers of imagined requests in a whole day, and the best of them carried out.
    std::vector<int> expected = {0, 30, 60, 100};
    double worth_of_imagined = 1;  // how far one goes for an imagined request, in mean distances between two homes
    // What a lost call is worth, in the same unit: the trade of time against refusals.
    double worth_of_call = 14;
    double stay = 0.1;      // how long one who has nothing to do stays out at a time, as a share of the day
    double outlook = 0.15;  // how far ahead lost calls are looked for, as a share of the day: later ones can wait
    int calls = 600;        // imagined to measure how many would be lost
};

// All times are the instance's.
struct LiveStop {
    int id = 0;          // of a request, or kDepot
    double decided = 0;  // when the technician was sent; not before the request's release
    double leave = 0;    // from the stop before
    double arrive = 0;
    double start = 0;
    double end = 0;
};

struct LiveTour {
    int technician = 0;  // id
    std::vector<LiveStop> stops;
    double leave = 0;  // from the last stop for home
    double home = 0;
};

struct Refusal {
    int id = 0;
    double at = 0;
};

struct LiveDay {
    std::vector<LiveTour> tours;
    std::vector<Refusal> refused;
};

LiveDay replay(const Instance& instance, const std::vector<Release>& releases, const LiveOptions& options);

}  // namespace callout::planning::trsp
