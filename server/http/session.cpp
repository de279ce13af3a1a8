#include "server/http/session.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <chrono>

#include "server/http/compression.hpp"
#include "server/http/request_head.hpp"
#include "server/http/request_id.hpp"
#include "server/http/request_parser.hpp"
#include "server/http/response_head.hpp"
#include "server/http/target.hpp"
#include "server/http/transport_problem.hpp"
#include "server/http/upgrade.hpp"

namespace callout::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using Error = boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = std::size_t{16} * 1024;
constexpr std::size_t write_piece_bytes = std::size_t{256} * 1024;
constexpr std::size_t write_together_bytes = std::size_t{8} * 1024;
constexpr std::size_t linger_bytes = std::size_t{64} * 1024 * 1024;
constexpr std::size_t worth_compressing_bytes = 1024;
constexpr std::size_t websocket_key_bytes = 24;  // 16 bytes in Base64, RFC 6455 §4.1

std::string_view view(const beast::flat_buffer& buffer) {
    return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

// One request and what is known of it for the answer and the log, filled in as far as reading got.
struct Exchange {
    Request request;
    std::string method = "-";
    std::string logged_path = "-";
    Clock::time_point began = Clock::now();
    BodyBudget::Share body_share;
    bool head_only = false;
    bool http_1_0 = false;
    bool keep_alive = false;
};

struct Answer {
    Response response;
    // The body of a file, shared; else the response's own.
    std::shared_ptr<const std::string> file;
    bool is_page = false;

    std::string_view body() const { return file ? *file : response.body; }
};

// The path for the log when no route named it: what stands deeper may be a token or a phone number.
std::string first_segments(std::string_view path) {
    std::size_t end = 0;
    for (int i = 0; i < 3 && end != std::string_view::npos; ++i) end = path.find('/', end + 1);
    return end == std::string_view::npos ? std::string{path} : std::string{path.substr(0, end)} + "/…";
}

bool is_compressible(std::string_view content_type) {
    return content_type.starts_with("application/json") || content_type.starts_with("application/problem+json") ||
           content_type.starts_with("text/") || content_type.starts_with("application/yaml");
}

void compress(const Request& request, Response& response) {
    if (response.body.size() <= worth_compressing_bytes || !may_have_body(response.status)) return;
    if (!is_compressible(response.header("Content-Type")) || !response.header("Content-Encoding").empty()) return;
    response.headers.push_back({"Vary", "Accept-Encoding"});
    if (!accepts_coding(request.header("Accept-Encoding"), "gzip")) return;
    if (auto compressed = gzip(response.body)) {
        response.body = std::move(*compressed);
        response.headers.push_back({"Content-Encoding", "gzip"});
    }
}

Refusal refusal_of(const Error& error) {
    if (error == beast::http::error::body_limit) return {413, "body_too_large"};
    if (error == beast::http::error::header_limit) return {431, "headers_too_large"};
    return {400, "invalid_framing"};
}

beast::http::request<beast::http::empty_body> handshake_of(const Request& request, const std::string& target) {
    beast::http::request<beast::http::empty_body> handshake{beast::http::verb::get, target, 11};
    for (const auto& header : request.headers) handshake.insert(header.name, header.value);
    return handshake;
}

template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
    static constexpr bool over_tls = std::is_same_v<Stream, TlsStream>;

public:
    Session(Surroundings& surroundings, Stream stream, Connections::Place place, const asio::ip::address& peer)
        : surroundings_(surroundings),
          stream_(std::move(stream)),
          executor_(stream_->get_executor()),
          timer_(executor_),
          peer_(peer),
          place_(std::move(place)) {}

    void start() {
        place_.hold(this->weak_from_this());
        auto ended = [self = this->shared_from_this()](std::exception_ptr failure) {
            self->timer_.cancel();
            if (failure) self->log_failure(failure);
        };
        asio::co_spawn(executor_, run(), asio::bind_cancellation_slot(signal_.slot(), std::move(ended)));
    }

    void finish() override {
        finishing_ = true;
        asio::post(executor_, [self = this->shared_from_this()] {
            if (self->idle_) self->lowest_layer().cancel();
        });
    }

    void abort() override {
        asio::post(executor_,
                   [self = this->shared_from_this()] { self->signal_.emit(asio::cancellation_type::terminal); });
    }

private:
    // A coroutine resumed to find its time is over sees operation_aborted with timed_out_ set. The timer looks at the
    // deadline now and then instead of being set for each operation, which would cost more than the operation.
    void watch_deadline() {
        const auto& limits = surroundings_.limits;
        const auto shortest = std::min({limits.header_time, limits.body_time, limits.idle_time, limits.write_time});
        const auto period = std::clamp<Limits::Time>(shortest / 4, Limits::Time{5}, Limits::Time{1000});
        timer_.expires_after(period);
        timer_.async_wait([weak = this->weak_from_this()](const Error& error) {
            const auto self = weak.lock();
            if (error || !self || !self->stream_) return;
            if (Clock::now() >= self->deadline_) {
                self->timed_out_ = true;
                self->lowest_layer().cancel();
            }
            self->watch_deadline();
        });
    }

    void expect_within(Limits::Time time) {
        deadline_ = Clock::now() + time;
        timed_out_ = false;
    }

    void expect_nothing() { deadline_ = Clock::time_point::max(); }

    tcp::socket& lowest_layer() { return beast::get_lowest_layer(*stream_).socket(); }

    asio::awaitable<void> run() {
        watch_deadline();
        if (!co_await shake_hands()) co_return;
        auto stream_handler = co_await serve();
        if (!stream_handler) {
            co_await close();
            co_return;
        }
        timer_.cancel();
        expect_nothing();
        Upgrade upgrade{std::move(*stream_), std::move(handshake_)};
        stream_.reset();
        handshake_ = {};
        buffer_ = {};
        co_await stream_handler(std::move(upgrade));
    }

    asio::awaitable<bool> shake_hands() {
        if constexpr (over_tls) {
            expect_within(surroundings_.limits.header_time);
            const auto [error] = co_await stream_->async_handshake(asio::ssl::stream_base::server, as_result);
            if (error) spdlog::debug("TLS handshake failed: {}", error.message());
            co_return !error;
        }
        co_return true;
    }

    // Answers requests until the connection is to be closed (an empty function) or goes on as a stream.
    asio::awaitable<StreamHandler> serve() {
        bool first = true;
        while (co_await wait_for_request(first)) {
            first = false;
            Exchange exchange;
            const auto refusal = co_await read_request(exchange);
            if (refusal && refusal->status == 0) break;
            Answer answer;
            if (refusal) {
                refuse(exchange, *refusal, answer);
            } else if (!handshake_.target().empty()) {
                auto opened = co_await open_stream(exchange);
                if (opened) co_return std::move(*opened);
                answer.response = std::move(opened.error());
                exchange.keep_alive = false;
            } else {
                co_await answer_request(exchange, answer);
            }
            if (!co_await write(exchange, answer)) break;
            if (!exchange.keep_alive) {
                lingers_ = refusal.has_value();
                break;
            }
        }
        co_return StreamHandler{};
    }

    // False when the connection ends instead.
    asio::awaitable<bool> wait_for_request(bool first) {
        if (buffer_.size() > 0) co_return true;
        if (finishing_) co_return false;
        if (buffer_.capacity() > 2 * read_bytes) buffer_.shrink_to_fit();
        idle_ = true;
        expect_within(first ? surroundings_.limits.header_time : surroundings_.limits.idle_time);
        const auto error = co_await read_some(read_bytes);
        idle_ = false;
        co_return !error;
    }

    asio::awaitable<Error> read_some(std::size_t bytes) {
        const auto [error, count] = co_await stream_->async_read_some(buffer_.prepare(bytes), as_result);
        buffer_.commit(count);
        co_return error;
    }

    // A failed read in the midst of a request: 408 when time is up, status 0 when the client is gone.
    Refusal refusal_of_read() const { return timed_out_ ? Refusal{408, "request_timeout"} : Refusal{0, ""}; }

    // Nothing when the request is complete.
    asio::awaitable<std::optional<Refusal>> read_request(Exchange& exchange) {
        const auto& limits = surroundings_.limits;
        expect_within(limits.header_time);
        exchange.began = Clock::now();
        const auto head = co_await read_head();
        if (!head) co_return head.error();
        if (const auto refusal = check_head({view(buffer_).data(), *head}, limits)) co_return refusal;

        RequestParser parser{limits};
        Error error;
        buffer_.consume(parser.put(buffer_.data(), error));
        exchange.method = parser.verb() ? parser.method() : "-";
        exchange.request.headers = std::move(parser.request().headers);
        const auto misunderstood = understand(exchange, parser);
        if (error) co_return refusal_of(error);
        if (misunderstood) co_return misunderstood;
        if (const auto refusal = co_await read_body(exchange, parser)) co_return refusal;
        exchange.request.body = std::move(parser.request().body);
        exchange.keep_alive = parser.keep_alive();
        expect_nothing();
        co_return find_handshake(exchange, parser.target());
    }

    asio::awaitable<tl::expected<std::size_t, Refusal>> read_head() {
        const auto& limits = surroundings_.limits;
        while (view(buffer_).starts_with("\r\n")) buffer_.consume(2);  // RFC 9112 §2.2
        HeadScanner scanner;
        for (;;) {
            const auto scanned = scanner.scan(view(buffer_));
            if (!scanned) co_return tl::unexpected{scanned.error()};
            const auto size = scanned->value_or(buffer_.size());
            if (size > limits.header_bytes || (size == limits.header_bytes && !*scanned))
                co_return tl::unexpected{scanner.request_line_complete() ? Refusal{431, "headers_too_large"}
                                                                         : Refusal{414, "uri_too_long"}};
            if (*scanned) co_return **scanned;
            if (co_await read_some(read_bytes)) co_return tl::unexpected{refusal_of_read()};
        }
    }

    // Method, target, peer and id, of which the answer and the log tell even when the request is refused.
    std::optional<Refusal> understand(Exchange& exchange, const RequestParser& parser) {
        auto& request = exchange.request;
        exchange.http_1_0 = parser.http_1_0();
        exchange.head_only = parser.verb() == Verb::head;
        request.request_id = request_id(request.header("X-Request-Id"));
        request.over_tls =
            over_tls || (surroundings_.proxies.contains(peer_) && request.header("X-Forwarded-Proto") == "https");
        request.peer_address = surroundings_.proxies.client(peer_, request.header("X-Forwarded-For")).to_string();
        if (!parser.verb()) return Refusal{501, "method_not_implemented"};
        request.verb = exchange.head_only ? Verb::get : *parser.verb();
        auto target = parse_target(parser.target());
        if (!target) return target.error();
        request.path = std::move(target->path);
        request.query = std::move(target->query);
        exchange.logged_path = first_segments(request.path);
        return std::nullopt;
    }

    asio::awaitable<std::optional<Refusal>> read_body(Exchange& exchange, RequestParser& parser) {
        if (parser.is_done()) co_return std::nullopt;
        const auto& limits = surroundings_.limits;
        const auto length =
            parser.content_length() ? static_cast<std::size_t>(*parser.content_length()) : limits.body_bytes;
        auto share = surroundings_.bodies.take(std::min(length, limits.body_bytes));
        if (!share) co_return Refusal{503, "overloaded"};
        exchange.body_share = std::move(*share);
        expect_within(limits.body_time);
        parser.eager(true);
        if (buffer_.size() == 0 && !exchange.http_1_0 && !exchange.request.header("Expect").empty()) {
            static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            const auto [error, count] = co_await asio::async_write(*stream_, asio::buffer(go_on), as_result);
            if (error) co_return refusal_of_read();
        }
        for (;;) {
            Error error;
            std::size_t used = 0;
            if (buffer_.size() > 0) {
                used = parser.put(buffer_.data(), error);
                buffer_.consume(used);
            }
            if (error && error != beast::http::error::need_more) co_return refusal_of(error);
            if (parser.is_done()) co_return std::nullopt;
            if (used == 0 && buffer_.size() > limits.header_bytes) co_return Refusal{400, "invalid_framing"};
            if (co_await read_some(2 * read_bytes)) co_return refusal_of_read();
        }
    }

    // Keeps what is a WebSocket's handshake; RFC 6455 §4.4 says how another version is refused.
    std::optional<Refusal> find_handshake(const Exchange& exchange, const std::string& target) {
        const auto& request = exchange.request;
        const bool plain = request.verb != Verb::get || exchange.head_only || exchange.http_1_0 || buffer_.size() > 0;
        if (plain || !same_header_name(request.header("Upgrade"), "websocket")) return std::nullopt;
        if (!is_application_path(request.path)) return std::nullopt;
        auto handshake = handshake_of(request, target);
        if (!beast::websocket::is_upgrade(handshake)) return std::nullopt;
        if (request.header("Sec-WebSocket-Version") != "13") return Refusal{426, "websocket_version"};
        if (request.header("Sec-WebSocket-Key").size() != websocket_key_bytes) return Refusal{400, "malformed_header"};
        handshake_ = std::move(handshake);
        return std::nullopt;
    }

    bool is_application_path(std::string_view path) const {
        return std::ranges::any_of(surroundings_.application_paths, [&](const std::string& top) {
            return path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '/');
        });
    }

    void refuse(Exchange& exchange, const Refusal& refusal, Answer& answer) {
        auto& request = exchange.request;
        if (request.request_id.empty()) request.request_id = request_id(request.header("X-Request-Id"));
        answer.response = transport_problem(refusal, request.request_id, request.header("Accept-Language"));
        exchange.keep_alive = false;
    }

    asio::awaitable<void> answer_request(Exchange& exchange, Answer& answer) {
        auto& request = exchange.request;
        const auto accept_encoding = std::string{request.header("Accept-Encoding")};
        if (surroundings_.files.contains(request.path) || !is_application_path(request.path)) {
            answer_file(exchange, answer);
            co_return;
        }
        Request sent_on = std::move(request);
        request = Request{.headers = {{"Accept-Encoding", accept_encoding}},
                          .request_id = sent_on.request_id,
                          .over_tls = sent_on.over_tls};
        answer.response = co_await ask_application(std::move(sent_on));
        if (!answer.response.route.empty()) exchange.logged_path = answer.response.route;
        compress(request, answer.response);
    }

    void answer_file(Exchange& exchange, Answer& answer) {
        const auto& request = exchange.request;
        exchange.logged_path = request.path;
        if (request.verb == Verb::options) {
            answer.response = {204, {{"Allow", "GET, HEAD, OPTIONS"}}, ""};
            return;
        }
        if (request.verb != Verb::get) {
            answer.response =
                transport_problem({405, "method_not_allowed"}, request.request_id, request.header("Accept-Language"));
            answer.response.headers.push_back({"Allow", "GET, HEAD, OPTIONS"});
            return;
        }
        auto file = surroundings_.files.answer(request);
        if (file.status == 404) {
            answer.response =
                transport_problem({404, "not_found"}, request.request_id, request.header("Accept-Language"));
            return;
        }
        answer.response = {file.status, std::move(file.headers), ""};
        answer.file = std::move(file.body);
        answer.is_page = true;
    }

    asio::awaitable<Response> ask_application(Request request) {
        const auto id = request.request_id;
        const auto language = std::string{request.header("Accept-Language")};
        std::exception_ptr failure;
        try {
            co_return co_await surroundings_.application->handle(std::move(request));
        } catch (...) {
            failure = std::current_exception();
        }
        log_failure(failure, id);
        co_return transport_problem({500, "internal_error"}, id, language);
    }

    asio::awaitable<tl::expected<StreamHandler, Response>> open_stream(Exchange& exchange) {
        const auto id = exchange.request.request_id;
        const auto language = std::string{exchange.request.header("Accept-Language")};
        std::exception_ptr failure;
        try {
            auto opened = co_await surroundings_.application->open_stream(std::move(exchange.request));
            spdlog::info("stream {} {}", opened ? "opened" : "refused", id);
            if (!opened) exchange.request.request_id = id;
            co_return opened;
        } catch (...) {
            failure = std::current_exception();
        }
        log_failure(failure, id);
        exchange.request.request_id = id;
        co_return tl::unexpected{transport_problem({500, "internal_error"}, id, language)};
    }

    // False when the client did not take the answer.
    asio::awaitable<bool> write(Exchange& exchange, const Answer& answer) {
        exchange.keep_alive = exchange.keep_alive && !finishing_;
        const auto body = may_have_body(answer.response.status) ? answer.body() : std::string_view{};
        write_head({.status = answer.response.status,
                    .headers = answer.response.headers,
                    .body_bytes = body.size(),
                    .request_id = exchange.request.request_id,
                    .is_page = answer.is_page,
                    .over_tls = exchange.request.over_tls,
                    .close = !exchange.keep_alive,
                    .http_1_0 = exchange.http_1_0},
                   head_);
        const auto sent_body = exchange.head_only ? std::string_view{} : body;
        const auto error = co_await write_bytes(sent_body);
        log_access(exchange, answer, sent_body.size());
        co_return !error;
    }

    // Head and body in one write where the body is short; else piece by piece, each with time of its own. Several
    // buffers of which one is large lose data on Beast 1.81's TLS stream, so that a large piece always goes alone.
    asio::awaitable<Error> write_bytes(std::string_view body) {
        if (body.size() <= write_together_bytes) {
            const std::array<asio::const_buffer, 2> gathered{asio::buffer(head_),
                                                             asio::buffer(body.data(), body.size())};
            expect_within(surroundings_.limits.write_time);
            const auto [error, count] = co_await asio::async_write(*stream_, gathered, as_result);
            expect_nothing();
            co_return error;
        }
        for (std::string_view left{head_}; !left.empty();) {
            const auto piece = left.substr(0, write_piece_bytes);
            expect_within(surroundings_.limits.write_time);
            const auto [error, count] =
                co_await asio::async_write(*stream_, asio::buffer(piece.data(), piece.size()), as_result);
            if (error) co_return error;
            left.remove_prefix(piece.size());
            if (left.empty()) left = std::exchange(body, {});
        }
        expect_nothing();
        co_return Error{};
    }

    // Says goodbye so that the client gets to read the last answer: a close with unread bytes would reset it away.
    asio::awaitable<void> close() {
        if (!lowest_layer().is_open() || timed_out_) co_return;
        expect_within(surroundings_.limits.linger_time);
        Error ignored;
        if constexpr (over_tls) {
            if (lingers_) co_await throw_away_input();
            co_await stream_->async_shutdown(as_result);
        } else {
            lowest_layer().shutdown(tcp::socket::shutdown_send, ignored);
            if (lingers_) co_await throw_away_input();
        }
        lowest_layer().close(ignored);
    }

    asio::awaitable<void> throw_away_input() {
        buffer_.clear();
        for (std::size_t total = 0; total < linger_bytes;) {
            const auto [error, count] = co_await stream_->async_read_some(buffer_.prepare(2 * read_bytes), as_result);
            if (error) break;
            total += count;
        }
    }

    void log_access(const Exchange& exchange, const Answer& answer, std::size_t bytes) const {
        const std::chrono::duration<double, std::milli> took = Clock::now() - exchange.began;
        spdlog::info("{} {} {} {:.1f} ms {} bytes {}", exchange.head_only ? "HEAD" : exchange.method,
                     exchange.logged_path, answer.response.status, took.count(), bytes, exchange.request.request_id);
    }

    void log_failure(const std::exception_ptr& failure, std::string_view id = "-") const {
        try {
            std::rethrow_exception(failure);
        } catch (const boost::system::system_error& error) {
            if (error.code() != asio::error::operation_aborted) spdlog::error("request {}: {}", id, error.what());
        } catch (const std::exception& error) {
            spdlog::error("request {}: {}", id, error.what());
        } catch (...) {
            spdlog::error("request {}: something that is no std::exception was thrown", id);
        }
    }

    Surroundings& surroundings_;
    std::optional<Stream> stream_;  // nothing once it went on as an upgraded one
    const asio::any_io_executor executor_;
    asio::steady_timer timer_;
    Clock::time_point deadline_ = Clock::time_point::max();
    const asio::ip::address peer_;
    asio::cancellation_signal signal_;
    beast::flat_buffer buffer_;
    std::string head_;
    beast::http::request<beast::http::empty_body> handshake_;
    bool timed_out_ = false;
    bool idle_ = false;
    std::atomic<bool> finishing_ = false;  // set from outside the executor: the very next answer says so
    bool lingers_ = false;
    Connections::Place place_;
};

}  // namespace

void start_session(Surroundings& surroundings, tcp::socket socket, Connections::Place place,
                   const asio::ip::address& peer) {
    if (surroundings.tls) {
        TlsStream stream{TcpStream{std::move(socket)}, *surroundings.tls};
        std::make_shared<Session<TlsStream>>(surroundings, std::move(stream), std::move(place), peer)->start();
    } else {
        TcpStream stream{std::move(socket)};
        std::make_shared<Session<TcpStream>>(surroundings, std::move(stream), std::move(place), peer)->start();
    }
}

}  // namespace callout::http
