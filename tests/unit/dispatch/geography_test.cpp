#include "dispatch/geography.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace callout::dispatch {
namespace {

TEST(Point, ThatCannotBeRealCountsAsMissing) {
    EXPECT_TRUE(is_valid({31.2, 121.5}));
    EXPECT_TRUE(is_valid({-90, 180}));
    EXPECT_TRUE(is_valid({0, 101.4})) << "the equator is a place";
    EXPECT_FALSE(is_valid({0, 0}));
    EXPECT_FALSE(is_valid({90.001, 0}));
    EXPECT_FALSE(is_valid({10, -180.001}));
    EXPECT_FALSE(is_valid({std::numeric_limits<double>::quiet_NaN(), 10}));
    EXPECT_FALSE(is_valid({10, std::numeric_limits<double>::infinity()}));
    EXPECT_FALSE(valid_or_missing(0, 0));
    EXPECT_EQ(valid_or_missing(31.2, 121.5), (Point{31.2, 121.5}));
}

TEST(Distance, IsTheGreatCircle) {
    const Point beijing{39.9042, 116.4074};
    const Point shanghai{31.2304, 121.4737};
    EXPECT_NEAR(distance_m(beijing, shanghai), 1'067'000, 2'000);
    EXPECT_DOUBLE_EQ(distance_m(beijing, shanghai), distance_m(shanghai, beijing));
    EXPECT_EQ(distance_m(beijing, beijing), 0);
    EXPECT_NEAR(distance_m({0, 10}, {1, 10}), 111'195, 1);
    EXPECT_NEAR(distance_m({0, 179.5}, {0, -179.5}), 111'195, 1) << "across the date line";
    EXPECT_NEAR(distance_m({0, 10}, {0, -170}), 20'015'115, 10) << "the other side of the earth";
}

}  // namespace
}  // namespace callout::dispatch
