// Calls that may still come today, made up from those that have come: what has not been released is never looked at.
#pragma once

#include <vector>

#include "dispatch/planning/random.hpp"
#include "dispatch/planning/trsp/instance.hpp"

namespace callout::planning::trsp {

struct Call {
    Request request;  // without an id
    double at = 0;    // when it comes
};

class Forecast {
public:
    Forecast(const Instance& instance, std::uint64_t seed) : instance_(&instance), random_(seed) {}

    void learn(const Request& request) { seen_.push_back(request); }

    // Nothing is imagined before anything has been seen.
    bool empty() const { return seen_.empty(); }

    // Of the calls seen; 0 before any was.
    double mean_service() const;

    // A call between `now` and `until`: near the place of one call seen and not beyond all of them, with the skills,
    // tools and parts of another and the width of window of a third, whose window was not open when the day began (such
    // calls have all come by then). Windows open at any time of the rest of the day. A call comes at any time up to the
    // opening of its window, but while somebody at the depot could still be done with it when the window closes.
    Call next(double now, double until);

private:
    const Instance* instance_;
    Random random_;
    std::vector<Request> seen_;

    Window any_later_window();

    const Request& any() { return seen_[static_cast<std::size_t>(random_.below(static_cast<int>(seen_.size())))]; }
};

}  // namespace callout::planning::trsp
