#include "dispatch/assets/warranty.hpp"

#include <gtest/gtest.h>

namespace callout::dispatch {
namespace {

constexpr Day day(int year, unsigned month, unsigned of_month) {
    return Day{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{of_month}};
}

TEST(Warranty, RunsFromCommissioningRatherThanFromSale) {
    const WarrantyFacts facts{.sold_on = day(2025, 1, 10), .commissioned_on = day(2025, 3, 15)};
    const auto warranty = warranty_on(day(2026, 3, 14), {.months = 12}, facts);
    EXPECT_TRUE(warranty.in_warranty);
    EXPECT_EQ(warranty.until, day(2026, 3, 14));
    EXPECT_EQ(warranty_on(day(2026, 3, 15), {.months = 12}, facts).reason, WarrantyReason::date_passed);
}

TEST(Warranty, RunsFromSaleWhenNobodyCommissionedIt) {
    EXPECT_EQ(warranty_on(day(2025, 2, 1), {.months = 6}, {.sold_on = day(2025, 1, 10)}).until, day(2025, 7, 9));
}

TEST(Warranty, OfAMonthThatIsTooShortEndsOnItsLastDay) {
    EXPECT_EQ(warranty_on(day(2025, 1, 1), {.months = 3}, {.sold_on = day(2024, 11, 30)}).until, day(2025, 2, 28));
    EXPECT_EQ(warranty_on(day(2024, 1, 1), {.months = 3}, {.sold_on = day(2023, 11, 30)}).until, day(2024, 2, 29));
    EXPECT_EQ(warranty_on(day(2024, 3, 1), {.months = 12}, {.sold_on = day(2024, 2, 29)}).until, day(2025, 2, 28));
}

TEST(Warranty, EndsByMeterWhenThatComesFirst) {
    const WarrantyTerms terms{.months = 24, .hours = 2000};
    WarrantyFacts facts{.commissioned_on = day(2025, 1, 1), .meter_hours = 2000};
    EXPECT_EQ(warranty_on(day(2025, 6, 1), terms, facts).reason, WarrantyReason::in_force);
    facts.meter_hours = 2001;
    const auto warranty = warranty_on(day(2025, 6, 1), terms, facts);
    EXPECT_EQ(warranty.reason, WarrantyReason::hours_exceeded);
    EXPECT_FALSE(warranty.in_warranty);
    EXPECT_EQ(warranty.hours_limit, 2000);
    // A passed date is the stronger reason: no reading can bring it back.
    EXPECT_EQ(warranty_on(day(2030, 6, 1), terms, facts).reason, WarrantyReason::date_passed);
}

TEST(Warranty, WithoutAMeterReadingIsJudgedByDateAlone) {
    EXPECT_TRUE(warranty_on(day(2025, 6, 1), {.months = 12, .hours = 10}, {.sold_on = day(2025, 1, 1)}).in_warranty);
}

TEST(Warranty, AgreedForThisMachineReplacesTheMonths) {
    const WarrantyFacts facts{.sold_on = day(2020, 1, 1), .agreed_until = day(2026, 12, 31)};
    EXPECT_TRUE(warranty_on(day(2026, 12, 31), {.months = 12}, facts).in_warranty);
    EXPECT_FALSE(warranty_on(day(2027, 1, 1), {.months = 12}, facts).in_warranty);
}

TEST(Warranty, WithoutAnyDateHasAnUnknownStart) {
    const auto warranty = warranty_on(day(2025, 6, 1), {.months = 12}, {});
    EXPECT_FALSE(warranty.in_warranty);
    EXPECT_EQ(warranty.reason, WarrantyReason::start_unknown);
    EXPECT_EQ(warranty.until, std::nullopt);
}

}  // namespace
}  // namespace callout::dispatch
