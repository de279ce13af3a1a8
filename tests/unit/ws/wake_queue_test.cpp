#include "server/ws/wake_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <memory>
#include <thread>
#include <vector>

namespace callout::ws {
namespace {

namespace asio = boost::asio;

class Counter : public WakeQueue::Sleeper {
public:
    explicit Counter(asio::io_context& io) : strand_{asio::make_strand(io)} {}

    const asio::any_io_executor& executor() const override { return executor_; }

    void woken() override {
        EXPECT_TRUE(strand_.running_in_this_thread());
        ++runs_;
    }

    int runs() const { return runs_; }

private:
    asio::strand<asio::io_context::executor_type> strand_;
    const asio::any_io_executor executor_ = strand_;
    std::atomic<int> runs_ = 0;
};

std::vector<std::shared_ptr<Counter>> make_counters(asio::io_context& io, int count) {
    std::vector<std::shared_ptr<Counter>> counters;
    for (int i = 0; i < count; ++i) counters.push_back(std::make_shared<Counter>(io));
    return counters;
}

TEST(WakeQueue, RunsNobodyWithinWake) {
    asio::io_context io;
    WakeQueue queue;
    const auto counter = std::make_shared<Counter>(io);
    queue.wake(counter);
    EXPECT_EQ(counter->runs(), 0);
    io.run();
    EXPECT_EQ(counter->runs(), 1);
}

TEST(WakeQueue, RunsEachAsOftenAsHeWasWokenWhileTwoThreadsWakeAndTwoRun) {
    constexpr int rounds = 50;
    asio::io_context io;
    WakeQueue queue;
    const auto counters = make_counters(io, 333);
    {
        const auto wake_all = [&] {
            for (int round = 0; round < rounds; ++round)
                for (const auto& counter : counters) queue.wake(counter);
        };
        auto work = asio::make_work_guard(io);
        const std::jthread first_runner{[&] { io.run(); }};
        const std::jthread second_runner{[&] { io.run(); }};
        std::jthread first_waker{wake_all};
        std::jthread second_waker{wake_all};
        first_waker.join();
        second_waker.join();
        work.reset();
    }
    for (const auto& counter : counters) EXPECT_EQ(counter->runs(), 2 * rounds);
}

TEST(WakeQueue, LeavesNobodyBehindWhenOthersAreGone) {
    asio::io_context io;
    WakeQueue queue;
    auto going = make_counters(io, 100);
    const auto staying = make_counters(io, 100);
    const std::weak_ptr<Counter> gone = std::make_shared<Counter>(io);
    queue.wake(gone);
    for (std::size_t i = 0; i < going.size(); ++i) {
        queue.wake(going[i]);
        queue.wake(staying[i]);
    }
    going.clear();
    io.run();
    for (const auto& counter : staying) EXPECT_EQ(counter->runs(), 1);
}

}  // namespace
}  // namespace callout::ws
