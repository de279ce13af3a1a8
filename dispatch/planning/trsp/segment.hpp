// A run of consecutive stops, reduced to three numbers so that two runs are joined in constant time.
//
// Source: T. Vidal, T. G. Crainic, M. Gendreau, C. Prins, "A hybrid genetic algorithm with adaptive diversity
// management for a large class of vehicle routing problems with time-windows", Computers & Operations Research 40
// (2013), section 4.5, without time warp: here a run that misses a window does not exist.
#pragma once

#include <algorithm>

namespace callout::planning::trsp {

struct Segment {
    double duration = 0;  // shortest time from beginning the first stop to ending the last, waiting included
    double earliest = 0;  // to begin the first stop at this time
    double latest = 0;    // … up to this time gives that duration without missing a window

    // The first moment at which the whole run can be over.
    double earliest_end() const { return earliest + duration; }
};

// Joining the same stops in another order of operations may round otherwise: what one way has found to fit just so,
// another has to be allowed.
inline constexpr double kRounding = 1e-9;

// Appends `next` after a way of `travel`; false, leaving `run` alone, when a window would be missed by more than
// `tolerance`.
inline bool append(Segment& run, double travel, const Segment& next, double tolerance = 0) {
    const double offset = run.duration + travel;
    if (run.earliest + offset > next.latest + tolerance) return false;
    const double wait = std::max(0.0, next.earliest - offset - run.latest);
    run.earliest = std::max(next.earliest - offset, run.earliest) - wait;
    run.latest = std::min(next.latest - offset, run.latest);
    run.duration = offset + next.duration + wait;
    return true;
}

}  // namespace callout::planning::trsp
