// A load program's console: a WebSocket read with as little work as possible, so that the machine is left to the
// server.
#pragma once

#include <boost/asio.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace callout::load {

class ConsoleSocket {
public:
    // Called with the text of each message.
    using Listener = std::function<void(std::string_view)>;

    explicit ConsoleSocket(boost::asio::any_io_executor executor) : socket_{executor} {}

    ConsoleSocket(const ConsoleSocket&) = delete;
    ConsoleSocket& operator=(const ConsoleSocket&) = delete;
    ~ConsoleSocket();

    // Connects, asks for the upgrade and waits for the answer. Throws when it is refused.
    boost::asio::awaitable<void> open(std::uint16_t port, std::string target, std::string token);

    // Opened: from now on whoever polls its descriptor() calls read() when there is something.
    void leave_asio() { descriptor_ = socket_.release(); }

    int descriptor() const { return descriptor_; }

    // One read, never waits. False: the connection has ended.
    bool read(const Listener& listener);

private:
    void take(std::string_view bytes, const Listener& listener);
    void pong(std::string_view payload) const;

    boost::asio::ip::tcp::socket socket_;
    int descriptor_ = -1;
    std::string pending_;  // the beginning of a frame that is not all there
};

}  // namespace callout::load
