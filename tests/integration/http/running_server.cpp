#include "tests/integration/http/running_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/json.hpp>
#include <stdexcept>

#include "server/http/upgrade.hpp"

namespace callout::http::test {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
namespace websocket = boost::beast::websocket;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

std::string echo(const Request& request) {
    json::object seen{{"verb", to_string(request.verb)},      {"path", request.path},
                      {"peer", request.peer_address},         {"request_id", request.request_id},
                      {"over_tls", request.over_tls},         {"body_bytes", request.body.size()},
                      {"trailer", request.header("X-Trail")}, {"body", request.body.substr(0, 1000)}};
    json::object query;
    for (const auto& [name, value] : request.query) query[name] = value;
    seen["query"] = std::move(query);
    return json::serialize(seen);
}

template <class Stream>
asio::awaitable<void> echo_stream(Stream stream,
                                  boost::beast::http::request<boost::beast::http::empty_body> handshake) {
    websocket::stream<Stream, false> socket{std::move(stream)};
    const auto [refused] = co_await socket.async_accept(handshake, as_result);
    boost::beast::flat_buffer buffer;
    for (bool open = !refused; open;) {
        const auto [error, count] = co_await socket.async_read(buffer, as_result);
        if (error) co_return;
        const auto [failed, written] = co_await socket.async_write(buffer.data(), as_result);
        open = !failed;
        buffer.consume(count);
    }
}

asio::awaitable<void> run_stream(Upgrade upgrade) {
    if (auto* plain = std::get_if<TcpStream>(&upgrade.stream))
        co_await echo_stream(std::move(*plain), std::move(upgrade.handshake));
    else
        co_await echo_stream(std::move(std::get<TlsStream>(upgrade.stream)), std::move(upgrade.handshake));
}

}  // namespace

asio::awaitable<Response> EchoApplication::handle(Request request) {
    ++requests;
    if (request.path == "/api/throw") throw std::runtime_error("a secret of the database");
    if (request.path == "/api/gate") co_return co_await wait_at_gate();
    Response response{200, {{"Content-Type", "application/json"}}, ""};
    if (request.path == "/api/split") response.headers.push_back({"X-Split", "a\r\nX-Injected: b"});
    if (request.path == "/api/large")
        response.body = '"' + std::string(std::stoul(std::string{request.parameter("bytes")}), 'x') + '"';
    else
        response.body = echo(request);
    co_return response;
}

asio::awaitable<Response> EchoApplication::wait_at_gate() {
    at_gate_.set_value();
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (!gate_open_) {
        timer.expires_after(std::chrono::milliseconds{2});
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return Response{200, {{"Content-Type", "text/plain"}}, "through"};
}

asio::awaitable<tl::expected<StreamHandler, Response>> EchoApplication::open_stream(Request request) {
    if (!request.parameter("refuse").empty()) co_return tl::unexpected{Response{401, {}, "no"}};
    if (!request.parameter("throw").empty()) throw std::runtime_error("a secret of the database");
    co_return StreamHandler{run_stream};
}

void EchoApplication::close_streams() {
    streams_closed = true;
}

RunningServer::RunningServer(ServerOptions options, StaticFiles files)
    : server(
          [&options] {
              options.port = 0;
              return std::move(options);
          }(),
          std::move(files)) {
    server.start(application);
}

RunningServer::~RunningServer() {
    application.open_gate();
    if (!stopped_) stop(std::chrono::milliseconds{0});
}

bool RunningServer::stop(std::chrono::milliseconds deadline) {
    stopped_ = true;
    return server.stop(deadline);
}

}  // namespace callout::http::test
