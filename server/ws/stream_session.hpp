// One console's WebSocket: says hello, catches up, then tells each event once, in order, until one side ends it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "notifications/hub.hpp"
#include "server/storage/database.hpp"
#include "server/ws/wake_queue.hpp"

namespace callout::http {
struct Upgrade;
}

namespace callout::ws {

// What a stream begins with. Database, hub and wakes outlive it.
struct StreamOpening {
    storage::Database& database;
    notifications::Hub& hub;
    WakeQueue& wakes;
    std::chrono::seconds ping_interval;
    notifications::Viewer viewer;
    std::optional<std::int64_t> after;  // missing: from now on
    std::int64_t seen_head = 0;         // the hub's head from before the viewer was asked for
    std::function<void(const notifications::ConsolePtr&)> opened;
    std::function<void(const notifications::ConsolePtr&)> left;
};

// Accepts the handshake and runs the connection to its end.
boost::asio::awaitable<void> run_stream(std::shared_ptr<StreamOpening> opening, http::Upgrade upgrade);

}  // namespace callout::ws
