#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "tests/integration/http/raw_client.hpp"
#include "tests/integration/http/running_server.hpp"

namespace callout::http::test {
namespace {

using namespace std::chrono_literals;

const std::string gate_request = "GET /api/gate HTTP/1.1\r\nHost: desk\r\n\r\n";
const std::string echo_request = "GET /api/echo HTTP/1.1\r\nHost: desk\r\n\r\n";

TEST(Shutdown, LetsARunningRequestFinishAndSaysClose) {
    RunningServer running;
    RawClient client{running.port()};
    client.send(gate_request);
    running.application.wait_for_gate();
    auto stopped = std::async(std::launch::async, [&] { return running.stop(); });
    while (!running.application.streams_closed) std::this_thread::yield();
    running.application.open_gate();
    const auto answer = client.read();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "through");
    EXPECT_EQ(answer->header("connection"), "close");
    EXPECT_TRUE(client.closed());
    EXPECT_TRUE(stopped.get());
}

TEST(Shutdown, ClosesIdleConnectionsAndTakesNoNewOnes) {
    RunningServer running;
    RawClient idle{running.port()};
    RawClient silent{running.port()};
    EXPECT_EQ(idle.ask(echo_request)->status, 200);
    const auto port = running.port();
    EXPECT_TRUE(running.stop());
    EXPECT_TRUE(idle.closed());
    EXPECT_TRUE(running.application.streams_closed);
    // Somebody else on this machine may have the port by now: what counts is that it is not this server who answers.
    const int answered = running.application.requests;
    try {
        RawClient{port}.ask(echo_request);
    } catch (const std::runtime_error&) {
    }
    EXPECT_EQ(running.application.requests, answered);
}

TEST(Shutdown, CutsOffAtTheDeadline) {
    RunningServer running;
    RawClient client{running.port()};
    client.send(gate_request);
    running.application.wait_for_gate();
    EXPECT_FALSE(running.stop(50ms)) << "the gate is still closed";
    EXPECT_FALSE(client.read());
}

TEST(Shutdown, UnderLoadAnswersEveryRequestItTookWhole) {
    RunningServer running;
    std::atomic<int> answered = 0;
    std::vector<std::jthread> clients(8);
    for (auto& one : clients)
        one = std::jthread([&] {
            RawClient client{running.port()};
            while (const auto answer = client.ask(echo_request)) {
                EXPECT_EQ(answer->status, 200);
                ++answered;
                if (answer->header("connection") == "close") return;
            }
        });
    while (answered < 1000) std::this_thread::yield();
    EXPECT_TRUE(running.stop());
}

TEST(Server, TakesAnAddressThatIsFreeAndRefusesOneThatIsNot) {
    RunningServer running;
    ServerOptions options;
    options.port = running.port();
    Server second{options, StaticFiles{}};
    EXPECT_THROW(second.start(running.application), std::runtime_error);
    options.address = "nowhere";
    Server third{options, StaticFiles{}};
    EXPECT_THROW(third.start(running.application), std::runtime_error);
    options.trusted_proxies = {"10.0.0.0/99"};
    EXPECT_THROW((Server{options, StaticFiles{}}), std::invalid_argument);
}

}  // namespace
}  // namespace callout::http::test
