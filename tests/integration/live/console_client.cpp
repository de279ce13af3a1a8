#include "tests/integration/live/console_client.hpp"

#include <fmt/format.h>

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <boost/json.hpp>

namespace callout::test {

namespace asio = boost::asio;
namespace beast = boost::beast;

struct ConsoleClient::Connection {
    asio::io_context context;
    beast::websocket::stream<beast::tcp_stream> stream{context};
    beast::flat_buffer buffer;
    int status = 0;
    int close_code = 0;

    // Runs what was begun, for ten seconds at most.
    void run() {
        context.restart();
        context.run_for(std::chrono::seconds{10});
    }
};

ConsoleClient::ConsoleClient(std::uint16_t port, const std::string& cookie, std::optional<std::int64_t> after)
    : connection_{std::make_unique<Connection>()} {
    auto& stream = connection_->stream;
    stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
    stream.set_option(beast::websocket::stream_base::decorator(
        [&](beast::websocket::request_type& request) { request.set(beast::http::field::cookie, cookie); }));
    const auto target = after ? fmt::format("/api/v1/stream?after={}", *after) : std::string{"/api/v1/stream"};
    beast::websocket::response_type response;
    beast::error_code error;
    stream.handshake(response, fmt::format("127.0.0.1:{}", port), target, error);
    connection_->status = static_cast<int>(response.result_int());
}

ConsoleClient::~ConsoleClient() = default;
ConsoleClient::ConsoleClient(ConsoleClient&&) noexcept = default;
ConsoleClient& ConsoleClient::operator=(ConsoleClient&&) noexcept = default;

int ConsoleClient::status() const {
    return connection_->status;
}

std::optional<boost::json::object> ConsoleClient::next() {
    std::optional<boost::json::object> message;
    auto& [context, stream, buffer, status, close_code] = *connection_;
    stream.async_read(buffer, [&, connection = connection_.get()](beast::error_code error, std::size_t) {
        if (error) {
            connection->close_code = connection->stream.reason().code;
            return;
        }
        message = boost::json::parse(beast::buffers_to_string(connection->buffer.data())).as_object();
        connection->buffer.clear();
    });
    connection_->run();
    return message;
}

std::vector<std::int64_t> ConsoleClient::events_until(std::int64_t last) {
    std::vector<std::int64_t> events;
    while (events.empty() || events.back() < last) {
        const auto message = next();
        if (!message) break;
        if (message->at("type") == "event") events.push_back(message->at("seq").as_int64());
    }
    return events;
}

int ConsoleClient::close_code() const {
    return connection_->close_code;
}

void ConsoleClient::say(const std::string& text) {
    connection_->stream.write(asio::buffer(text));
}

}  // namespace callout::test
