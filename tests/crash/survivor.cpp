#include "tests/crash/survivor.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <functional>

namespace callout::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace json = boost::json;
using asio::ip::tcp;

// A breath between attempts while nobody answers; how long changes nothing but the load.
void breathe() {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
}

// A peer that was killed does not always say so: no wait of a survivor is longer than this.
constexpr std::chrono::seconds patience{20};

void connect(asio::io_context& io, beast::tcp_stream& stream, int port) {
    stream.expires_after(patience);
    beast::error_code outcome = asio::error::would_block;
    const tcp::endpoint server{asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)};
    stream.async_connect(server, [&](beast::error_code error) { outcome = error; });
    io.run();
    io.restart();
    if (outcome) throw beast::system_error{outcome};
}

}  // namespace

HttpAnswer request(int port, const std::string& method, const std::string& target, const std::string& body,
                   const std::vector<std::pair<std::string, std::string>>& headers) {
    asio::io_context io;
    beast::tcp_stream stream{io};
    connect(io, stream, port);
    beast::http::request<beast::http::string_body> message{beast::http::string_to_verb(method), target, 11, body};
    message.set(beast::http::field::host, fmt::format("127.0.0.1:{}", port));
    if (!body.empty()) message.set(beast::http::field::content_type, "application/json");
    for (const auto& [name, value] : headers) message.set(name, value);
    message.prepare_payload();

    beast::flat_buffer buffer;
    beast::http::response<beast::http::string_body> response;
    beast::error_code outcome;
    stream.expires_after(patience);
    beast::http::async_write(stream, message, [&](beast::error_code written, std::size_t) {
        outcome = written;
        if (!written)
            beast::http::async_read(stream, buffer, response,
                                    [&](beast::error_code read, std::size_t) { outcome = read; });
    });
    io.run();
    if (outcome) throw beast::system_error{outcome};
    const std::string cookie{response[beast::http::field::set_cookie]};
    return {static_cast<int>(response.result_int()), response.body(), cookie.substr(0, cookie.find(';'))};
}

Opener::Opener(const std::atomic<int>& port, std::string token, std::int64_t customer_id, int number)
    : port_{port}, token_{std::move(token)}, customer_id_{customer_id}, number_{number}, thread_{[this] { work(); }} {}

void Opener::stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
}

std::vector<std::int64_t> Opener::acknowledged() const {
    const std::scoped_lock lock{mutex_};
    return acknowledged_;
}

void Opener::work() {
    for (int i = 0; !stopping_; ++i) {
        const json::object body{{"kind", "repair"},
                                {"customer_id", customer_id_},
                                {"description", fmt::format("{} 号，第 {} 单", number_, i)}};
        open_ticket(fmt::format("survivor-{}-{}", number_, i), json::serialize(body));
    }
}

void Opener::open_ticket(const std::string& key, const std::string& body) {
    // Until it is answered nobody knows whether it happened: the same key asks again, also while stopping.
    for (const auto give_up = std::chrono::steady_clock::now() + 2 * patience;
         std::chrono::steady_clock::now() < give_up; breathe()) {
        try {
            const auto answer = request(port_, "POST", "/api/v1/tickets", body,
                                        {{"Authorization", "Bearer " + token_}, {"Idempotency-Key", key}});
            if (answer.status != 201) continue;
            const std::scoped_lock lock{mutex_};
            acknowledged_.push_back(json::parse(answer.body).at("id").as_int64());
            return;
        } catch (const std::exception&) {
            // Refused or broken: it is being restarted.
        }
    }
}

Console::Console(const std::atomic<int>& port, std::string cookie)
    : port_{port}, cookie_{std::move(cookie)}, thread_{[this] { work(); }} {}

void Console::stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
}

std::vector<std::string> Console::complaints() const {
    const std::scoped_lock lock{mutex_};
    return complaints_;
}

std::set<std::int64_t> Console::opened_tickets() const {
    const std::scoped_lock lock{mutex_};
    return opened_tickets_;
}

void Console::work() {
    for (; !stopping_; breathe()) {
        try {
            listen();
        } catch (const std::exception&) {
            // Refused or broken: it is being restarted.
        }
    }
}

void Console::listen() {
    asio::io_context io;
    beast::websocket::stream<beast::tcp_stream> stream{io};
    connect(io, beast::get_lowest_layer(stream), port_);
    beast::get_lowest_layer(stream).expires_never();
    auto timeouts = beast::websocket::stream_base::timeout::suggested(beast::role_type::client);
    stream.set_option(timeouts);
    stream.set_option(beast::websocket::stream_base::decorator(
        [this](beast::websocket::request_type& upgrade) { upgrade.set(beast::http::field::cookie, cookie_); }));
    beast::flat_buffer buffer;
    std::function<void()> read = [&] {
        stream.async_read(buffer, [&](beast::error_code error, std::size_t) {
            if (error) return io.stop();
            take(beast::buffers_to_string(buffer.data()));
            buffer.consume(buffer.size());
            read();
        });
    };
    stream.async_handshake(fmt::format("127.0.0.1:{}", port_.load()),
                           fmt::format("/api/v1/stream?after={}", last_seq_.load()), [&](beast::error_code error) {
                               // Beast lets the time limit of a declined handshake run on: not stopped, the
                               // console would sit through all of it before it tried again.
                               if (error) return io.stop();
                               ++connections_;
                               read();
                           });
    while (!stopping_ && !io.stopped()) io.run_for(std::chrono::milliseconds{100});
}

void Console::take(const std::string& frame) {
    const auto message = json::parse(frame).as_object();
    const std::scoped_lock lock{mutex_};
    if (message.at("type") == "resync") complaints_.push_back("resync: " + frame);
    if (message.at("type") != "event") return;
    const auto seq = message.at("seq").as_int64();
    if (seq != last_seq_ + 1) complaints_.push_back(fmt::format("{} came after {}", seq, last_seq_.load()));
    last_seq_ = seq;
    if (message.at("kind") == "ticket.opened") opened_tickets_.insert(message.at("ticket_id").as_int64());
}

}  // namespace callout::test
