#include "dispatch/planning/trsp/forecast.hpp"

#include <algorithm>

namespace callout::planning::trsp {
namespace {

// How far from a place seen an imagined one lies at most, as a share of the extent of the places seen.
constexpr double kBlur = 0.15;
constexpr int kAttempts = 20;

}  // namespace

double Forecast::mean_service() const {
    double sum = 0;
    for (const auto& request : seen_) sum += request.service;
    return seen_.empty() ? 0 : sum / static_cast<double>(seen_.size());
}

Window Forecast::any_later_window() {
    Window window = any().window;
    for (int attempt = 0; attempt < kAttempts && window.start <= instance_->depot.window.start; ++attempt) {
        window = any().window;
    }
    return window;
}

Call Forecast::next(double now, double until) {
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
    call.request.place.x = std::clamp(call.request.place.x, west->place.x, east->place.x);
    call.request.place.y = std::clamp(call.request.place.y, south->place.y, north->place.y);

    const Window like = any_later_window();
    const double way = distance(call.request.place, depot.place);
    const double last_start = depot.window.end - way - call.request.service;
    double latest = now;  // that it comes
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const double opens = now + random_.unit() * std::max(0.0, last_start - now);
        const double closes = std::max({opens, now + way, std::min(opens + like.end - like.start, last_start)});
        latest = std::min(opens, closes - way - call.request.service);
        call.request.window = {opens, closes};
        // The share of the calls with this window that come between now and `until`.
        const double share = (std::min(latest, until) - now) / (latest - depot.window.start);
        if (latest > now && random_.chance(share)) break;
    }
    call.at = now + random_.unit() * std::max(0.0, std::min(latest, until) - now);
    return call;
}

}  // namespace callout::planning::trsp
