#include "server/http/listener.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "server/http/request_id.hpp"
#include "server/http/response_head.hpp"
#include "server/http/transport_problem.hpp"

namespace callout::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

void listen_on(tcp::acceptor& acceptor, const std::string& address, std::uint16_t port) {
    const tcp::endpoint endpoint{asio::ip::make_address(address), port};
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address{true});
    if (endpoint.address() == asio::ip::address_v6::any()) acceptor.set_option(asio::ip::v6_only{false});
    acceptor.bind(endpoint);
    acceptor.listen(tcp::acceptor::max_listen_connections);
}

// The answer fits the empty send buffer of a new socket; a client of TLS just sees the end.
void tell_too_many(tcp::socket& socket, bool over_tls) {
    Error ignored;
    if (!over_tls) {
        const auto id = request_id("");
        const auto response = transport_problem({503, "overloaded"}, id, "");
        std::string bytes;
        write_head({.status = 503,
                    .headers = response.headers,
                    .body_bytes = response.body.size(),
                    .request_id = id,
                    .close = true},
                   bytes);
        bytes += response.body;
        socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer(bytes), ignored);
    }
    socket.shutdown(tcp::socket::shutdown_send, ignored);
}

// Holds the socket until the client has read the answer and closed, for at most a second: closing with its request
// unread would reset the answer away.
asio::awaitable<void> let_go(tcp::socket socket, std::shared_ptr<std::size_t> held) {
    ++*held;
    asio::steady_timer timer{socket.get_executor(), std::chrono::seconds{1}};
    timer.async_wait([&socket](const Error& error) {
        Error ignored;
        if (!error) socket.cancel(ignored);
    });
    std::array<char, 4096> thrown_away;
    for (int i = 0; i < 16; ++i) {
        const auto [error, count] = co_await socket.async_read_some(asio::buffer(thrown_away), as_result);
        if (error) break;
    }
    timer.cancel();
    --*held;
}

}  // namespace

Listener::Listener(asio::io_context& context, Surroundings& surroundings, const std::string& address,
                   std::uint16_t port)
    : context_(context), surroundings_(surroundings), acceptor_(asio::make_strand(context)) {
    try {
        listen_on(acceptor_, address, port);
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error("cannot listen on " + address + " port " + std::to_string(port) + ": " +
                                 error.code().message());
    }
    port_ = acceptor_.local_endpoint().port();
}

void Listener::start() {
    asio::co_spawn(acceptor_.get_executor(), accept(), asio::detached);
}

void Listener::stop() {
    asio::post(acceptor_.get_executor(), [this] {
        Error ignored;
        acceptor_.close(ignored);
    });
}

asio::awaitable<void> Listener::accept() {
    asio::steady_timer pause{acceptor_.get_executor()};
    while (acceptor_.is_open()) {
        auto [error, socket] = co_await acceptor_.async_accept(asio::make_strand(context_), as_result);
        if (!error) {
            take(std::move(socket));
        } else if (acceptor_.is_open() && error != asio::error::connection_aborted) {
            // Out of file descriptors, most likely: others will close theirs.
            spdlog::error("cannot accept a connection: {}", error.message());
            pause.expires_after(std::chrono::milliseconds{100});
            co_await pause.async_wait(as_result);
        }
    }
}

void Listener::take(tcp::socket socket) {
    Error error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return;  // gone already
    socket.set_option(tcp::no_delay{true}, error);
    const auto peer = plain_address(endpoint.address());
    const bool counted = !surroundings_.proxies.contains(peer);
    auto place = surroundings_.connections.admit(counted ? std::optional{peer} : std::nullopt);
    if (place) {
        start_session(surroundings_, std::move(socket), std::move(*place), peer);
        return;
    }
    tell_too_many(socket, surroundings_.tls != nullptr);
    constexpr std::size_t held_at_most = 64;
    if (*refused_held_ >= held_at_most) return;
    const auto executor = acceptor_.get_executor();
    asio::co_spawn(executor, let_go(std::move(socket), refused_held_), asio::detached);
}

}  // namespace callout::http
