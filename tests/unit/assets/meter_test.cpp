#include "dispatch/assets/meter.hpp"

#include <gtest/gtest.h>

#include <array>

namespace callout::dispatch {
namespace {

MeterReading reading(int day, std::int64_t hours, bool replaced = false) {
    return {.hours = hours,
            .read_at = Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}} + std::chrono::days{day},
            .meter_replaced = replaced};
}

TEST(Meter, ReadingBelowAnEarlierOneIsRefused) {
    EXPECT_EQ(check_reading(reading(2, 99), reading(1, 100), {}), MeterRefusal::meter_below_earlier);
    EXPECT_EQ(check_reading(reading(2, 100), reading(1, 100), {}), std::nullopt);
}

TEST(Meter, ReplacedMayBeginLower) {
    EXPECT_EQ(check_reading(reading(2, 0, true), reading(1, 100), {}), std::nullopt);
}

TEST(Meter, ReadingEnteredLateMustFitBeforeTheNextOne) {
    EXPECT_EQ(check_reading(reading(2, 300), reading(1, 100), reading(3, 200)), MeterRefusal::meter_above_later);
    EXPECT_EQ(check_reading(reading(2, 300), reading(1, 100), reading(3, 5, true)), std::nullopt);
    EXPECT_EQ(check_reading(reading(2, 150), reading(1, 100), reading(3, 200)), std::nullopt);
}

TEST(Meter, HoursAddUpOverReplacedMeters) {
    EXPECT_EQ(total_hours({}), std::nullopt);
    const std::array readings{reading(1, 100), reading(2, 250), reading(3, 10, true), reading(4, 60)};
    EXPECT_EQ(total_hours(readings), 300);
    EXPECT_EQ(total_hours(std::span{readings}.first(2)), 250);
}

}  // namespace
}  // namespace callout::dispatch
