// A point is WGS-84 in degrees; a point that cannot be real is treated as missing, never as a place.
#pragma once

#include <optional>

namespace callout::dispatch {

struct Point {
    double latitude = 0;   // degrees north, -90 … 90
    double longitude = 0;  // degrees east, -180 … 180

    friend bool operator==(const Point&, const Point&) = default;
};

// False for anything outside the ranges, for NaN, and for (0, 0), which devices send when they know nothing.
bool is_valid(const Point& point);

// The point, or nothing when it is not valid.
std::optional<Point> valid_or_missing(double latitude, double longitude);

// Great-circle distance in metres on a sphere of mean earth radius (within 0.5 % of the ellipsoid).
double distance_m(const Point& from, const Point& to);

}  // namespace callout::dispatch
