#include "dispatch/geography.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace callout::dispatch {

bool is_valid(const Point& point) {
    // NaN fails every comparison.
    const bool in_range =
        point.latitude >= -90 && point.latitude <= 90 && point.longitude >= -180 && point.longitude <= 180;
    return in_range && !(point.latitude == 0 && point.longitude == 0);
}

std::optional<Point> valid_or_missing(double latitude, double longitude) {
    const Point point{latitude, longitude};
    if (!is_valid(point)) return std::nullopt;
    return point;
}

double distance_m(const Point& from, const Point& to) {
    constexpr double mean_earth_radius_m = 6'371'008.8;
    constexpr double radians = std::numbers::pi / 180;
    const double half_north = std::sin((to.latitude - from.latitude) * radians / 2);
    const double half_east = std::sin((to.longitude - from.longitude) * radians / 2);
    const double haversine = half_north * half_north + std::cos(from.latitude * radians) *
                                                           std::cos(to.latitude * radians) * half_east * half_east;
    // Rounding may push the haversine of two opposite points just above one.
    return 2 * mean_earth_radius_m * std::asin(std::sqrt(std::min(1.0, haversine)));
}

}  // namespace callout::dispatch
