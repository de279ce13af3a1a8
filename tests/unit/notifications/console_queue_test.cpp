#include "notifications/console_queue.hpp"

#include <gtest/gtest.h>

namespace callout::notifications {
namespace {

using Step = ConsoleQueue::Step;

AnnouncementPtr event(std::int64_t seq, std::string text = "x") {
    return std::make_shared<const Announcement>(
        Announcement{.seq = seq, .text = std::make_shared<const std::string>(std::move(text))});
}

ConsoleQueue live_at(std::int64_t position, QueueLimits limits = {}) {
    ConsoleQueue queue{limits, position};
    queue.join();
    return queue;
}

TEST(ConsoleQueue, BeginsByCatchingUpAndTakesNothingUntilItJoins) {
    ConsoleQueue queue{{}, 5};
    EXPECT_FALSE(queue.offer(event(6)));
    EXPECT_EQ(queue.count(), 0u);
    EXPECT_EQ(queue.next().step, Step::catch_up);
    EXPECT_TRUE(queue.advance(6));
    queue.join();
    EXPECT_EQ(queue.position(), 6);
    queue.offer(event(7));
    EXPECT_EQ(queue.next().announcement->seq, 7);
}

TEST(ConsoleQueue, WakesTheWriterOnceHoweverMuchComes) {
    auto queue = live_at(0);
    EXPECT_FALSE(queue.offer(event(1))) << "the writer has not asked yet";
    EXPECT_EQ(queue.next().step, Step::send);
    EXPECT_EQ(queue.next().step, Step::wait);
    EXPECT_TRUE(queue.offer(event(2)));
    EXPECT_FALSE(queue.offer(event(3)));
    EXPECT_EQ(queue.next().announcement->seq, 2);
    EXPECT_EQ(queue.next().announcement->seq, 3);
    EXPECT_EQ(queue.next().step, Step::wait);
}

TEST(ConsoleQueue, CountsWhatWaitsInNumberAndBytes) {
    auto queue = live_at(0);
    queue.offer(event(1, "abc"));
    queue.offer(event(2, "de"));
    EXPECT_EQ(queue.count(), 2u);
    EXPECT_EQ(queue.bytes(), 5u);
    EXPECT_FALSE(queue.overflowed());
    queue.next();
    EXPECT_EQ(queue.count(), 1u);
    EXPECT_EQ(queue.bytes(), 2u);
}

TEST(ConsoleQueue, DropsEverythingAndClosesWhenTooManyWait) {
    auto queue = live_at(0, {.count = 2, .bytes = 1000});
    queue.next();
    queue.offer(event(1));
    queue.offer(event(2));
    queue.offer(event(3));
    EXPECT_TRUE(queue.overflowed());
    EXPECT_EQ(queue.count(), 0u);
    EXPECT_EQ(queue.bytes(), 0u);
    EXPECT_EQ(queue.next().step, Step::resync);
    const auto last = queue.next();
    EXPECT_EQ(last.step, Step::close);
    EXPECT_EQ(last.code, CloseCode::overloaded);
    EXPECT_EQ(queue.next().step, Step::wait);
    EXPECT_FALSE(queue.offer(event(4)));
}

TEST(ConsoleQueue, DropsEverythingAndClosesWhenTooManyBytesWait) {
    auto queue = live_at(0, {.count = 100, .bytes = 10});
    queue.offer(event(1, "123456"));
    queue.offer(event(2, "123456"));
    EXPECT_TRUE(queue.overflowed());
    EXPECT_EQ(queue.bytes(), 0u);
    EXPECT_EQ(queue.next().step, Step::resync);
}

TEST(ConsoleQueue, RefusesANumberThatDoesNotGrow) {
    auto queue = live_at(5);
    EXPECT_THROW(queue.offer(event(5)), std::logic_error);
    queue.offer(event(6));
    EXPECT_THROW(queue.offer(event(6)), std::logic_error);
}

TEST(ConsoleQueue, TakesBackWhatWasDecidedForSomebodyElse) {
    auto queue = live_at(0);
    for (std::int64_t seq = 1; seq <= 4; ++seq) queue.offer(event(seq));
    EXPECT_EQ(queue.next().announcement->seq, 1);
    queue.hold();
    EXPECT_EQ(queue.position(), 1) << "2, 3 and 4 are to be decided again";
    EXPECT_EQ(queue.next().step, Step::wait);
    EXPECT_FALSE(queue.offer(event(5)));
    EXPECT_TRUE(queue.release());
    EXPECT_EQ(queue.next().step, Step::catch_up);
}

TEST(ConsoleQueue, BreaksOffCatchingUpWhenHeld) {
    ConsoleQueue queue{{}, 0};
    queue.next();
    EXPECT_TRUE(queue.advance(1));
    queue.hold();
    EXPECT_FALSE(queue.advance(2));
    EXPECT_EQ(queue.position(), 1);
}

TEST(ConsoleQueue, MergesChangesOfPresenceAndSendsEventsFirst) {
    auto queue = live_at(0);
    queue.next();
    EXPECT_TRUE(queue.presence_changed());
    EXPECT_FALSE(queue.presence_changed());
    queue.offer(event(1));
    EXPECT_EQ(queue.next().step, Step::send);
    EXPECT_EQ(queue.next().step, Step::presence);
    EXPECT_EQ(queue.next().step, Step::wait);
}

TEST(ConsoleQueue, KeepsTheFirstReasonToClose) {
    auto queue = live_at(0);
    queue.offer(event(1));
    queue.close(CloseCode::signed_out);
    EXPECT_FALSE(queue.close(CloseCode::restart));
    EXPECT_EQ(queue.next().code, CloseCode::signed_out);
}

TEST(ConsoleQueue, StartsAnewWhenTheDatabaseWasSetBack) {
    auto queue = live_at(100);
    queue.offer(event(101));
    queue.rewind(40);
    EXPECT_EQ(queue.next().step, Step::resync);
    EXPECT_EQ(queue.next().step, Step::catch_up);
    EXPECT_EQ(queue.position(), 40);
}

}  // namespace
}  // namespace callout::notifications
