// What the transport calls: it hands over only requests that are within every bound and well formed, one at a time for
// a connection, and whatever is thrown here ends as an opaque 500 with the request id, never at the client.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <tl/expected.hpp>

#include "server/http/message.hpp"

namespace callout::http {

// The connection after the transport let go of it: socket (plain or TLS) and the client's handshake. Defined in
// server/http/upgrade.hpp, which includes Beast.
struct Upgrade;

// Runs an upgraded connection until it is closed; the connection ends when it returns. Runs on the connection's strand.
// A stop of the server that passes its deadline emits terminal cancellation on the coroutine.
using StreamHandler = std::function<boost::asio::awaitable<void>(Upgrade)>;

class Application {
public:
    virtual ~Application() = default;

    // Answers one request. Runs on the connection's strand, so it must not block: database work goes through
    // storage::Database. HEAD arrives as GET (the transport leaves the body out), OPTIONS arrives as it is. The
    // transport adds Content-Length, Date, X-Request-Id, the security headers, and Cache-Control: no-store where no
    // Cache-Control is set.
    virtual boost::asio::awaitable<Response> handle(Request request) = 0;

    // Decides about a WebSocket upgrade (a GET whose handshake headers are complete) before anything is answered: an
    // answer that refuses it (401, 404, 503 …), or what then runs the connection and performs the WebSocket accept.
    virtual boost::asio::awaitable<tl::expected<StreamHandler, Response>> open_stream(Request request) = 0;

    // The server stops: every upgraded connection is to be closed (1012) and new ones refused. Called once, from the
    // thread that stops the server, after the server ceased to accept.
    virtual void close_streams() = 0;
};

}  // namespace callout::http
