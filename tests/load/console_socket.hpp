// A load program's console: a WebSocket read with as little work as possible, so that the machine is left to the
// server.
#pragma once

#include <array>
#include <boost/asio.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace callout::load {

class ConsoleSocket : public std::enable_shared_from_this<ConsoleSocket> {
public:
    // Called with the text of each message.
    using Listener = std::function<void(std::string_view)>;

    ConsoleSocket(boost::asio::any_io_executor executor, const Listener& listener)
        : socket_{executor}, listener_{listener} {}

    // Connects, asks for the upgrade and waits for the answer. Throws when it is refused.
    boost::asio::awaitable<void> open(std::uint16_t port, std::string target, std::string token);

    // Reads until the connection ends; keeps itself alive meanwhile.
    void listen();

    void close() {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

private:
    void take(std::size_t received);
    void pong(std::string_view payload);

    boost::asio::ip::tcp::socket socket_;
    const Listener& listener_;
    std::string pending_;  // the beginning of a frame that is not all there
    std::array<char, 4096> buffer_;
};

}  // namespace callout::load
