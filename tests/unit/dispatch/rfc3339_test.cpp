#include "dispatch/rfc3339.hpp"

#include <gtest/gtest.h>

namespace callout {
namespace {

constexpr Instant eight_o_clock{Milliseconds{1'795'420'800'000}};  // 2026-11-23T08:00:00Z

TEST(Rfc3339, WritesUtcWithMilliseconds) {
    EXPECT_EQ(to_rfc3339(eight_o_clock + Milliseconds{7}), "2026-11-23T08:00:00.007Z");
}

TEST(Rfc3339, ReadsWhatItWrites) {
    const auto instant = eight_o_clock + Milliseconds{123};
    EXPECT_EQ(parse_rfc3339(to_rfc3339(instant)), instant);
}

TEST(Rfc3339, ReadsAnyOffset) {
    EXPECT_EQ(parse_rfc3339("2026-11-23T16:00:00+08:00"), eight_o_clock);
    EXPECT_EQ(parse_rfc3339("2026-11-23T02:30:00-05:30"), eight_o_clock);
}

TEST(Rfc3339, CutsDecimalsToMilliseconds) {
    EXPECT_EQ(parse_rfc3339("2026-11-23T08:00:00.1234567Z"), eight_o_clock + Milliseconds{123});
    EXPECT_EQ(parse_rfc3339("2026-11-23T08:00:00.5Z"), eight_o_clock + Milliseconds{500});
}

class NotRfc3339 : public testing::TestWithParam<const char*> {};

TEST_P(NotRfc3339, IsRefused) {
    EXPECT_FALSE(parse_rfc3339(GetParam()).has_value()) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Texts, NotRfc3339,
                         testing::Values("", "2026-11-23", "2026-11-23T08:00:00", "2026-13-01T00:00:00Z",
                                         "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T08:00:00.Z",
                                         "2026-11-23T08:00:00Zx", "1969-12-31T23:59:59Z", "2026-11-23T08:00:60Z",
                                         "２０２６-11-23T08:00:00Z"));

}  // namespace
}  // namespace callout
