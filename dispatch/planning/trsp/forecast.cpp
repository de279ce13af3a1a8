#include "dispatch/planning/trsp/forecast.hpp"

#include <algorithm>

namespace callout::planning::trsp {
namespace {

// How far from a place seen an imagined one lies at most, as a share of the extent of the places seen.
constexpr double kBlur = 0.15;
constexpr int kAttempts = 20;

}  // namespace

Call Forecast::next(double now) {
    const Depot& depot = instance_->depot;
    Call call;
    call.request = any();
    const auto [west, east] =
        std::minmax_element(seen_.begin(), seen_.end(), [](auto& a, auto& b) { return a.place.x < b.place.x; });
    const auto [south, north] =
        std::minmax_element(seen_.begin(), seen_.end(), [](auto& a, auto& b) { return a.place.y < b.place.y; });
    const Point near = any().place;
    call.request.place.x = near.x + kBlur * (2 * random_.unit() - 1) * (east->place.x - west->place.x);
    call.request.place.y = near.y + kBlur * (2 * random_.unit() - 1) * (north->place.y - south->place.y);

    const Window like = any().window;
    const double way = distance(call.request.place, depot.place);
    const double last_start = depot.window.end - way - call.request.service;
    double opens = now;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        opens = now + random_.unit() * std::max(0.0, last_start - now);
        // The share of calls with this window that has not come before now.
        if (opens > now && random_.chance((opens - now) / (opens - depot.window.start))) break;
    }
    const double closes = std::max({opens, now + way, std::min(opens + like.end - like.start, last_start)});
    call.request.window = {opens, closes};
    call.at = now + random_.unit() * std::max(0.0, std::min(opens, closes - way) - now);
    return call;
}

}  // namespace callout::planning::trsp
