#include "dispatch/planning/calendar.hpp"

#include <gtest/gtest.h>

namespace callout::planning {
namespace {

using namespace std::chrono;

constexpr local_days monday{2026y / November / 23};
constexpr minutes china{8 * 60};

Instant utc(sys_days day, int hour, int minute) {
    return Instant{day} + hours{hour} + minutes{minute};
}

TEST(WorkingCalendar, UsualHoursHaveABreakAtNoon) {
    const auto working = working_on({}, monday, china);
    ASSERT_EQ(working.size(), 2u);
    EXPECT_EQ(working[0], (Interval{utc(2026y / November / 23, 0, 0), utc(2026y / November / 23, 4, 0)}));
    EXPECT_EQ(working[1], (Interval{utc(2026y / November / 23, 5, 0), utc(2026y / November / 23, 9, 30)}));
    EXPECT_TRUE(working_on({}, monday + days{6}, china).empty()) << "Sunday";
}

TEST(WorkingCalendar, OwnWeekGoesBeforeTheDealers) {
    const Calendar own{.week = {{1, {600, 660}}}};
    const Calendar dealers{.week = {{1, {480, 540}}, {2, {480, 540}}}};
    EXPECT_EQ(working_on({&own, &dealers}, monday, minutes{0}).front().from, utc(2026y / November / 23, 10, 0));
    EXPECT_TRUE(working_on({&own, &dealers}, monday + days{1}, minutes{0}).empty());
    EXPECT_EQ(working_on({nullptr, &dealers}, monday, minutes{0}).front().from, utc(2026y / November / 23, 8, 0));
}

TEST(WorkingCalendar, AHolidayOfTheDealerGoesBeforeTheOwnWeekAndTheOwnExceptionBeforeTheHoliday) {
    Calendar own{.week = {{1, {600, 660}}}};
    const Calendar dealers{.exceptions = {{monday, {0, 0}}}};
    EXPECT_TRUE(working_on({&own, &dealers}, monday, minutes{0}).empty());
    own.exceptions = {{monday, {60, 120}}};
    EXPECT_EQ(working_on({&own, &dealers}, monday, minutes{0}).front().from, utc(2026y / November / 23, 1, 0));
}

TEST(WorkingCalendar, OverlappingHoursAreOne) {
    const Calendar own{.week = {{1, {600, 700}}, {1, {480, 610}}, {1, {700, 720}}}};
    const auto working = working_on({&own, nullptr}, monday, minutes{0});
    ASSERT_EQ(working.size(), 1u);
    EXPECT_EQ(working[0], (Interval{utc(2026y / November / 23, 8, 0), utc(2026y / November / 23, 12, 0)}));
}

TEST(Territory, ACodeCoversItselfAndWhatIsBelow) {
    EXPECT_TRUE(covers({"510000"}, "510104"));
    EXPECT_TRUE(covers({"510100"}, "510100"));
    EXPECT_FALSE(covers({"510100"}, "510700"));
    EXPECT_FALSE(covers({"510104"}, "510100"));
    EXPECT_TRUE(covers({"110000", "510700"}, "510700"));
}

TEST(Territory, NoTerritoryAndNoRegionExcludeNobody) {
    EXPECT_TRUE(covers({}, "510100"));
    EXPECT_TRUE(covers({"510100"}, ""));
}

}  // namespace
}  // namespace callout::planning
