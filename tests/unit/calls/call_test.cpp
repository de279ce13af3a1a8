#include "dispatch/calls/call.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace callout::dispatch {
namespace {

const Instant start{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};

Instant after(int seconds) {
    return start + std::chrono::seconds{seconds};
}

TEST(Call, RingsIsAnsweredAndEnds) {
    auto step = take_report({}, CallReport::new_call, after(0));
    EXPECT_EQ(step.news, CallNews::ringing);
    EXPECT_EQ(state_of(step.after), CallState::ringing);
    step = take_report(step.after, CallReport::answer, after(5));
    EXPECT_EQ(step.news, CallNews::answered);
    EXPECT_EQ(state_of(step.after), CallState::answered);
    step = take_report(step.after, CallReport::hangup, after(60));
    EXPECT_EQ(step.news, CallNews::ended);
    EXPECT_EQ(state_of(step.after), CallState::ended);
}

TEST(Call, ThatNobodyAnswersIsMissed) {
    const auto step = take_report({.ringing_at = after(0)}, CallReport::hangup, after(30));
    EXPECT_EQ(step.news, CallNews::missed);
    EXPECT_EQ(state_of(step.after), CallState::missed);
}

TEST(Call, ReportedTwiceChangesNothing) {
    const CallTimes whole{.ringing_at = after(0), .answered_at = after(1), .ended_at = after(2)};
    for (const auto report : all_values<CallReport>) {
        const auto step = take_report(whole, report, after(9));
        EXPECT_FALSE(step.changed);
        EXPECT_EQ(step.news, CallNews::none);
        EXPECT_EQ(step.after, whole);
    }
}

TEST(Call, ThatHasEndedNeverRingsAgain) {
    const auto step = take_report({.ended_at = after(3)}, CallReport::new_call, after(9));
    EXPECT_TRUE(step.changed);
    EXPECT_EQ(step.news, CallNews::none);
    EXPECT_EQ(step.after.ringing_at, after(3));
    EXPECT_EQ(state_of(step.after), CallState::missed);
}

TEST(Call, WhoseAnswerComesAfterTheHangUpWasNotMissed) {
    const auto step = take_report({.ringing_at = after(0), .ended_at = after(3)}, CallReport::answer, after(9));
    EXPECT_EQ(step.news, CallNews::none);
    EXPECT_EQ(step.after.answered_at, after(3));
    EXPECT_EQ(state_of(step.after), CallState::ended);
}

TEST(Call, EndsTheSameInWhateverOrderItIsReported) {
    std::vector reports{CallReport::new_call, CallReport::answer, CallReport::hangup};
    do {
        CallTimes times;
        int seconds = 0;
        for (const auto report : reports) times = take_report(times, report, after(seconds++)).after;
        EXPECT_EQ(state_of(times), CallState::ended);
        EXPECT_LE(times.ringing_at, times.answered_at);
        EXPECT_LE(times.answered_at, times.ended_at);
    } while (std::ranges::next_permutation(reports).found);
}

}  // namespace
}  // namespace callout::dispatch
