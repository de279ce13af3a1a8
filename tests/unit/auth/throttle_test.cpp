#include "server/auth/throttle.hpp"

#include <gtest/gtest.h>

namespace callout::auth {
namespace {

using namespace std::chrono_literals;

constexpr ThrottleRule rule{.longest_wait = 300s, .memory = 3600s};
constexpr Instant start{1'700'000'000'000ms};

std::optional<Failures> fail(int times, Instant at) {
    std::optional<Failures> failures;
    for (int i = 0; i < times; ++i) failures = after_failure(failures, 5, rule, at);
    return failures;
}

TEST(Throttle, LetsTheFirstFailuresPass) {
    EXPECT_EQ(wait(std::nullopt, start), std::nullopt);
    EXPECT_EQ(wait(fail(5, start), start), std::nullopt);
}

TEST(Throttle, DoublesTheWaitWithEachFailureUpToTheLongest) {
    EXPECT_EQ(wait(fail(6, start), start), 1s);
    EXPECT_EQ(wait(fail(7, start), start), 2s);
    EXPECT_EQ(wait(fail(10, start), start), 16s);
    EXPECT_EQ(wait(fail(14, start), start), 256s);
    EXPECT_EQ(wait(fail(15, start), start), 300s);
    EXPECT_EQ(wait(fail(1000, start), start), 300s);
}

TEST(Throttle, LooksAtTheNextAttemptWhenTheWaitIsOver) {
    const auto failures = fail(7, start);
    EXPECT_EQ(wait(failures, start + 1ms), 2s);
    EXPECT_EQ(wait(failures, start + 1999ms), 1s);
    EXPECT_EQ(wait(failures, start + 2s), std::nullopt);
}

TEST(Throttle, ForgetsFailuresAfterItsMemory) {
    const auto later = after_failure(fail(20, start), 5, rule, start + 3600s);
    EXPECT_EQ(later.count, 1u);
    EXPECT_EQ(later.first_at, start + 3600s);
    EXPECT_EQ(later.blocked_until, std::nullopt);
}

}  // namespace
}  // namespace callout::auth
