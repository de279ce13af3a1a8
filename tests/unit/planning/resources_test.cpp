#include "dispatch/planning/resources.hpp"

#include <gtest/gtest.h>

namespace callout::planning {
namespace {

TEST(Resources, NormalisedCodesAreSortedAndStandOnce) {
    Codes codes{"welding", "diesel", "welding"};
    normalise(codes);
    EXPECT_EQ(codes, (Codes{"diesel", "welding"}));
}

TEST(Resources, NormalisedPartsAreAddedUpAndNothingIsDropped) {
    Parts parts{{"P2", 1}, {"P1", 2}, {"P2", 3}, {"P3", 0}, {"P4", -1}};
    normalise(parts);
    EXPECT_EQ(parts, (Parts{{"P1", 2}, {"P2", 4}}));
}

TEST(Resources, TheFirstMissingCodeIsNamed) {
    EXPECT_EQ(first_missing({"a", "c"}, {}), std::nullopt);
    EXPECT_EQ(first_missing({"a", "c"}, {"a", "c"}), std::nullopt);
    EXPECT_EQ(first_missing({"a", "c"}, {"a", "b", "d"}), "b");
    EXPECT_EQ(first_missing({}, {"z"}), "z");
}

TEST(Resources, APartIsShortByWhatTheVanLacks) {
    EXPECT_EQ(first_short({{"P1", 2}}, {{"P1", 2}}), std::nullopt);
    EXPECT_EQ(first_short({{"P1", 2}}, {{"P1", 5}}), (Part{"P1", 3}));
    EXPECT_EQ(first_short({{"P1", 2}}, {{"P2", 1}}), (Part{"P2", 1}));
}

TEST(Resources, NeedsAreLookedForInTheOrderSkillLicenceToolPart) {
    Technician technician;
    Needs needs{.skills = {"s"}, .tools = {"t"}, .licences = {"l"}, .parts = {{"p", 1}}};
    EXPECT_EQ(first_missing_need(technician, needs), (Hindrance{Obstacle::skill_missing, "s"}));
    technician.skills = {"s"};
    EXPECT_EQ(first_missing_need(technician, needs), (Hindrance{Obstacle::licence_missing, "l"}));
    technician.licences = {"l"};
    EXPECT_EQ(first_missing_need(technician, needs), (Hindrance{Obstacle::tool_missing, "t"}));
    technician.tools = {"t"};
    EXPECT_EQ(first_missing_need(technician, needs), (Hindrance{Obstacle::part_missing, "p"}));
    technician.parts = {{"p", 1}};
    EXPECT_EQ(first_missing_need(technician, needs), std::nullopt);
}

TEST(Resources, TravelTimeFollowsRoadAndSpeed) {
    const TravelModel travel{.road_factor = 1.5, .speed_km_h = 60};
    const Point from{30, 104};
    const Point to{30.1, 104};
    const double road_m = travel.road_m(from, to);
    EXPECT_NEAR(road_m, 11'119.5 * 1.5, 5);
    // 60 km/h is a metre in 60 ms.
    EXPECT_NEAR(static_cast<double>(travel.time(from, to).count()), road_m * 60, 1);
}

}  // namespace
}  // namespace callout::planning
