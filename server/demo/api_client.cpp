#include "server/demo/api_client.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <optional>

namespace callout::demo {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace json = boost::json;
using asio::ip::tcp;

std::string new_key() {
    std::array<unsigned char, 16> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::string key = "demo-";
    for (const auto byte : bytes) key += fmt::format("{:02x}", byte);
    return key;
}

tcp::socket connect(asio::io_context& io, const std::string& host, std::uint16_t port) {
    tcp::resolver resolver{io};
    tcp::socket socket{io};
    asio::connect(socket, resolver.resolve(host, std::to_string(port)));
    return socket;
}

}  // namespace

struct ApiClient::Connection {
    Connection(const std::string& host, std::uint16_t port) : socket{connect(io, host, port)} {}

    asio::io_context io;
    tcp::socket socket;
    beast::flat_buffer buffer;
};

ApiClient::ApiClient(std::string host, std::uint16_t port) : host_{std::move(host)}, port_{port} {}

ApiClient::~ApiClient() = default;
ApiClient::ApiClient(ApiClient&&) noexcept = default;
ApiClient& ApiClient::operator=(ApiClient&&) noexcept = default;

bool ApiClient::sign_in(std::string login, std::string password) {
    login_ = std::move(login);
    password_ = std::move(password);
    cookie_.clear();
    const json::value body{{"login", login_}, {"password", password_}};
    return exchange({.method = "POST", .target = "/session", .body = body, .version = 0, .key = new_key()}).ok();
}

ApiAnswer ApiClient::get(std::string_view target) {
    return ask({.method = "GET", .target = target, .body = {}, .version = 0, .key = {}});
}

ApiAnswer ApiClient::post(std::string_view target, const json::value& body, std::int64_t version) {
    return ask({.method = "POST", .target = target, .body = body, .version = version, .key = new_key()});
}

ApiAnswer ApiClient::ask(const Request& request) {
    auto answer = exchange(request);
    // Sessions end, and this one plays for weeks.
    if (answer.status == 401 && sign_in(login_, password_)) answer = exchange(request);
    return answer;
}

ApiAnswer ApiClient::exchange(const Request& wanted) {
    namespace http = beast::http;
    http::request<http::string_body> request{http::string_to_verb(wanted.method),
                                             fmt::format("/api/v1{}", wanted.target), 11};
    request.set(http::field::host, fmt::format("{}:{}", host_, port_));
    request.set(http::field::accept_language, "zh");
    if (!cookie_.empty()) request.set(http::field::cookie, cookie_);
    if (!wanted.key.empty()) request.set("Idempotency-Key", wanted.key);
    if (wanted.version > 0) request.set(http::field::if_match, fmt::format("\"{}\"", wanted.version));
    if (!wanted.body.is_null()) {
        request.set(http::field::content_type, "application/json");
        request.body() = json::serialize(wanted.body);
    }
    request.prepare_payload();

    // Whatever goes wrong below leaves no half-read connection behind.
    auto connection = std::move(connection_);
    const bool used_before = connection != nullptr;
    if (!connection) connection = std::make_unique<Connection>(host_, port_);
    http::response<http::string_body> response;
    try {
        http::write(connection->socket, request);
        http::read(connection->socket, connection->buffer, response);
    } catch (const beast::system_error&) {
        // A connection that nobody used for a while was closed by the server: once more, under the same key, so that
        // it happens once also when the first one arrived.
        if (used_before) return exchange(wanted);
        throw;
    }
    if (response.keep_alive()) connection_ = std::move(connection);

    if (const std::string cookie{response[http::field::set_cookie]}; !cookie.empty())
        cookie_ = cookie.substr(0, cookie.find(';'));
    ApiAnswer answer{.status = static_cast<int>(response.result_int()), .body = {}};
    if (!response.body().empty()) answer.body = json::parse(response.body());
    return answer;
}

void ApiClient::listen(std::int64_t after, const std::atomic<bool>& stopping,
                       const std::function<void(const json::object&)>& told) {
    namespace websocket = beast::websocket;
    asio::io_context io;
    websocket::stream<tcp::socket> stream{connect(io, host_, port_)};
    stream.set_option(websocket::stream_base::decorator(
        [this](websocket::request_type& request) { request.set(beast::http::field::cookie, cookie_); }));
    stream.handshake(fmt::format("{}:{}", host_, port_), fmt::format("/api/v1/stream?after={}", after));
    beast::flat_buffer buffer;
    while (!stopping) {
        std::optional<beast::error_code> read;
        stream.async_read(buffer, [&](beast::error_code error, std::size_t) { read = error; });
        while (!read && !stopping) {
            io.restart();
            io.run_one_for(std::chrono::milliseconds{200});
        }
        if (!read) {
            stream.next_layer().close();
            io.restart();
            io.run();
            return;
        }
        if (*read) throw beast::system_error{*read};
        const auto message = json::parse(beast::buffers_to_string(buffer.data()));
        buffer.consume(buffer.size());
        told(message.as_object());
    }
}

}  // namespace callout::demo
