// The real server on a free port, in front of a small application that shows what reached it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>

#include "server/http/server.hpp"

namespace callout::http::test {

// GET or POST /api/echo answers what it got; /api/throw throws; /api/gate answers when the gate is opened; /api/large
// answers ?bytes= bytes of JSON; /api/split tries to put a line break into a header; a stream at /api/v1/stream echoes,
// unless ?refuse=1.
class EchoApplication : public Application {
public:
    boost::asio::awaitable<Response> handle(Request request) override;
    boost::asio::awaitable<tl::expected<StreamHandler, Response>> open_stream(Request request) override;
    void close_streams() override;

    // Until the request at the gate has arrived.
    void wait_for_gate() { at_gate_.get_future().wait(); }

    void open_gate() { gate_open_ = true; }

    std::atomic<bool> streams_closed = false;
    std::atomic<int> requests = 0;

private:
    boost::asio::awaitable<Response> wait_at_gate();

    std::promise<void> at_gate_;
    std::atomic<bool> gate_open_ = false;
};

class RunningServer {
public:
    explicit RunningServer(ServerOptions options = {}, StaticFiles files = {});
    ~RunningServer();

    std::uint16_t port() const { return server.port(); }

    bool stop(std::chrono::milliseconds deadline = std::chrono::seconds{10});

    EchoApplication application;
    Server server;

private:
    bool stopped_ = false;
};

}  // namespace callout::http::test
