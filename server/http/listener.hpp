// Takes connections as they come, within the limits; one too many is told so with 503 and closed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "server/http/session.hpp"

namespace callout::http {

class Listener {
public:
    // Listens at once, accepts from start() on. Throws std::runtime_error when the address is taken or none.
    Listener(boost::asio::io_context& context, Surroundings& surroundings, const std::string& address,
             std::uint16_t port);

    void start();
    // From any thread; connections that are accepted already go on.
    void stop();

    std::uint16_t port() const { return port_; }

private:
    boost::asio::awaitable<void> accept();
    void take(boost::asio::ip::tcp::socket socket);

    boost::asio::io_context& context_;
    Surroundings& surroundings_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    // Refused connections whose client may still be reading the refusal; touched on the acceptor's strand alone.
    const std::shared_ptr<std::size_t> refused_held_ = std::make_shared<std::size_t>(0);
};

}  // namespace callout::http
