// One instance of the technician routing and scheduling problem (TRSP), exactly as its file states it.
//
// Source: V. Pillac, C. Guéret, A. L. Medaglia, "A parallel matheuristic for the technician routing and scheduling
// problem", Optimization Letters 7 (2013). Distances are Euclidean in double precision and the speed is 1, so that a
// distance is also a travel time; all times share one unit without a name.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace callout::planning::trsp {

struct Point {
    double x = 0;
    double y = 0;
};

struct Window {
    double start = 0;
    double end = 0;
};

// A set of skills or tools: bit i stands for number i. The parser refuses more than 64 of a kind.
using Set = std::uint64_t;

struct Technician {
    int id = 0;
    Point home;
    Window shift;  // leaves home no earlier than shift.start, is home no later than shift.end
    Set skills = 0;
    Set tools = 0;
    std::vector<int> stock;  // pieces of each spare part in the van
};

struct Request {
    int id = 0;
    Point place;
    Window window;       // service starts within it
    double service = 0;  // duration of the service, >= 0
    Set skills = 0;
    Set tools = 0;
    std::vector<int> parts;  // pieces of each spare part that the service uses up
};

// Where all tools and an unlimited number of all parts are found. A technician may call there once.
struct Depot {
    Point place;
    Window window;
    double service = 0;
};

struct Instance {
    std::string name;
    int skill_count = 0;
    int tool_count = 0;
    int part_count = 0;
    Depot depot;
    std::vector<Technician> technicians;
    std::vector<Request> requests;
};

inline double distance(Point a, Point b) {
    return std::sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
}

// A stop at the depot; every other stop is the id of a request.
inline constexpr int kDepot = 0;

// One technician's day, from his home to his home.
struct Tour {
    int technician = 0;      // id
    std::vector<int> stops;  // ids of requests, or kDepot
};

struct Solution {
    std::vector<Tour> tours;    // of the technicians who work, by ascending id
    std::vector<int> unserved;  // ids, ascending
};

}  // namespace callout::planning::trsp
