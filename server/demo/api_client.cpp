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

bool ApiClient::sign_in(std::string_view login, std::string_view password) {
    return post("/session", {{"login", login}, {"password", password}}).ok();
}

ApiAnswer ApiClient::get(std::string_view target) {
    return exchange("GET", target, nullptr, 0);
}

ApiAnswer ApiClient::post(std::string_view target, const json::value& body, std::int64_t version) {
    return exchange("POST", target, body, version);
}

ApiAnswer ApiClient::exchange(std::string_view method, std::string_view target, const json::value& body,
                              std::int64_t version) {
    namespace http = beast::http;
    http::request<http::string_body> request{http::string_to_verb(method), fmt::format("/api/v1{}", target), 11};
    request.set(http::field::host, fmt::format("{}:{}", host_, port_));
    request.set(http::field::accept_language, "zh");
    if (!cookie_.empty()) request.set(http::field::cookie, cookie_);
    if (method != "GET") request.set("Idempotency-Key", new_key());
    if (version > 0) request.set(http::field::if_match, fmt::format("\"{}\"", version));
    if (!body.is_null()) {
        request.set(http::field::content_type, "application/json");
        request.body() = json::serialize(body);
    }
    request.prepare_payload();

    // Whatever goes wrong below leaves no half-read connection behind.
    auto connection = connection_ ? std::move(connection_) : std::make_unique<Connection>(host_, port_);
    http::write(connection->socket, request);
    http::response<http::string_body> response;
    http::read(connection->socket, connection->buffer, response);
    if (response.keep_alive()) connection_ = std::move(connection);

    if (const std::string cookie{response[http::field::set_cookie]}; !cookie.empty())
        cookie_ = cookie.substr(0, cookie.find(';'));
    ApiAnswer answer{.status = static_cast<int>(response.result_int())};
    if (!response.body().empty()) answer.body = json::parse(response.body());
    return answer;
}

void ApiClient::listen(std::int64_t after, const std::function<bool(const json::object&)>& told) {
    namespace websocket = beast::websocket;
    asio::io_context io;
    websocket::stream<tcp::socket> stream{connect(io, host_, port_)};
    stream.set_option(websocket::stream_base::decorator(
        [this](websocket::request_type& request) { request.set(beast::http::field::cookie, cookie_); }));
    stream.handshake(fmt::format("{}:{}", host_, port_), fmt::format("/api/v1/stream?after={}", after));
    beast::flat_buffer buffer;
    while (true) {
        stream.read(buffer);
        const auto message = json::parse(beast::buffers_to_string(buffer.data()));
        buffer.consume(buffer.size());
        if (!told(message.as_object())) return stream.close(websocket::close_code::normal);
    }
}

}  // namespace callout::demo
