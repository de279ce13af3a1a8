// How long an event takes from its commit to a thousand consoles, and what a connected console costs, beside a bare
// Beast broadcast of the same bytes to as many sockets.
//
//     callout_load_push --port N --pid PID --password P [--consoles N] [--rate N] [--seconds S] [--connected N]
//
// A ticket's event is on its way from the commit on, which lies between the begin of its transaction, as the server
// marks it, and the answer to the request. Both are measured from; p50_ms and p99_ms of the last line count from the
// begin, so they contain writing the ticket as well.
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json.hpp>
#include <charconv>
#include <csignal>
#include <deque>
#include <fstream>
#include <memory>
#include <thread>
#include <unordered_map>

#include "dispatch/rfc3339.hpp"
#include "tests/load/console_socket.hpp"
#include "tests/load/http_client.hpp"
#include "tests/load/measure.hpp"

namespace {

using namespace callout;
using load::Latencies;
using load::SteadyClock;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace json = boost::json;
using asio::use_awaitable;

struct Options {
    std::uint16_t port = 0;
    int pid = 0;
    std::string password;
    int consoles = 1000;
    int rate = 100;
    int seconds = 10;
    int connected = 10'000;
};

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::int64_t resident_bytes(int pid) {
    std::ifstream status{fmt::format("/proc/{}/status", pid)};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stoll(line.substr(6)) * 1024;
    throw std::runtime_error{"the server is gone"};
}

// The number after `"name":`; -1 when it is not there.
std::int64_t number_in(std::string_view text, std::string_view name) {
    const auto at = text.find(name);
    if (at == std::string_view::npos) return -1;
    std::int64_t value = -1;
    std::from_chars(text.data() + at + name.size(), text.data() + text.size(), value);
    return value;
}

struct Arrival {
    std::int64_t ticket_id;
    SteadyClock::time_point at;
};

// Consoles on a thread of their own, and what reached them. They poll without Asio, which asks each socket twice a
// message: the processors are to be left to the server.
class Consoles {
public:
    Consoles(std::uint16_t port, std::string token) : port_{port}, token_{std::move(token)} {
        arrivals_.reserve(4'000'000);
        if (poll_ < 0) throw std::runtime_error{"epoll"};
    }

    Consoles(const Consoles&) = delete;
    Consoles& operator=(const Consoles&) = delete;

    ~Consoles() {
        pause();
        ::close(poll_);
    }

    // Opens so many more, a few at a time.
    void open(int count) {
        pause();
        asio::io_context io{1};
        std::exception_ptr failure;
        int left = count;
        for (int i = 0; i < 32; ++i)
            asio::co_spawn(io, open_some(io, left), [&](std::exception_ptr error) {
                if (error) failure = error;
            });
        io.run();
        if (failure) std::rethrow_exception(failure);
        listen();
    }

    void close() {
        pause();
        sockets_.clear();
    }

    std::vector<Arrival> take_arrivals() {
        pause();
        auto arrivals = std::exchange(arrivals_, {});
        listen();
        return arrivals;
    }

    std::size_t text_bytes() const { return text_bytes_; }

private:
    void listen() {
        thread_ = std::jthread{[this](const std::stop_token& stop) { poll(stop); }};
    }

    void pause() { thread_ = {}; }

    asio::awaitable<void> open_some(asio::io_context& io, int& left) {
        while (left > 0) {
            --left;
            auto socket = std::make_unique<load::ConsoleSocket>(io.get_executor());
            co_await socket->open(port_, "/api/v1/stream", token_);
            epoll_event readable{.events = EPOLLIN, .data = {.ptr = socket.get()}};
            socket->leave_asio();
            if (::epoll_ctl(poll_, EPOLL_CTL_ADD, socket->descriptor(), &readable) != 0)
                throw std::runtime_error{"epoll_ctl"};
            sockets_.push_back(std::move(socket));
        }
    }

    void poll(const std::stop_token& stop) {
        std::array<epoll_event, 256> ready;
        while (!stop.stop_requested()) {
            const int count = ::epoll_wait(poll_, ready.data(), static_cast<int>(ready.size()), 50);
            for (int i = 0; i < count; ++i) {
                auto& socket = *static_cast<load::ConsoleSocket*>(ready.at(static_cast<std::size_t>(i)).data.ptr);
                if (!socket.read(listener_)) ::epoll_ctl(poll_, EPOLL_CTL_DEL, socket.descriptor(), nullptr);
            }
        }
    }

    void take(std::string_view text) {
        if (!text.starts_with(R"({"type":"event")")) return;
        text_bytes_ = text.size();
        arrivals_.push_back({number_in(text, R"("ticket_id":)"), SteadyClock::now()});
    }

    const std::uint16_t port_;
    const std::string token_;
    const int poll_ = ::epoll_create1(EPOLL_CLOEXEC);
    const load::ConsoleSocket::Listener listener_{[this](std::string_view text) { take(text); }};
    std::vector<std::unique_ptr<load::ConsoleSocket>> sockets_;
    std::vector<Arrival> arrivals_;
    std::size_t text_bytes_ = 0;
    std::jthread thread_;
};

struct Opened {
    SteadyClock::time_point sent;
    // When its transaction began, by the server's own mark: a little before the commit, never after it.
    SteadyClock::time_point recorded;
    SteadyClock::time_point answered;
};

// Beside the coroutine: g++ 12 cannot build initialiser lists of literals inside one.
std::string ticket_body(std::int64_t customer_id) {
    return json::serialize(json::object{{"kind", "repair"},
                                        {"customer_id", customer_id},
                                        {"description", "跑半个小时水温就到红线，已经停机"},
                                        {"contact_name", "王芳"},
                                        {"contact_phone", "+8613800138000"},
                                        {"address", "潍坊市人民路12号"}});
}

class Opener {
public:
    Opener(const Options& options, const load::Prepared& prepared)
        : options_{options}, prepared_{prepared}, begin_{SteadyClock::now()} {}

    // Opens rate tickets a second, each at its own time however long the one before took.
    std::unordered_map<std::int64_t, Opened> run() {
        asio::io_context io{1};
        std::exception_ptr failure;
        for (int i = 0; i < connections; ++i)
            asio::co_spawn(io, open_tickets(i), [&](std::exception_ptr error) {
                if (error) failure = error;
            });
        io.run();
        if (failure) std::rethrow_exception(failure);
        return std::move(opened_);
    }

private:
    static constexpr int connections = 16;

    asio::awaitable<void> open_tickets(int first) {
        const auto executor = co_await asio::this_coro::executor;
        load::HttpClient client{executor, options_.port};
        co_await client.connect();
        const auto body = ticket_body(prepared_.customer_id);
        asio::steady_timer timer{executor};
        for (int i = first; i < options_.rate * options_.seconds; i += connections) {
            timer.expires_at(begin_ + std::chrono::microseconds{1'000'000LL * i / options_.rate});
            co_await timer.async_wait(use_awaitable);
            const auto key = fmt::format("push-{}-{}", begin_.time_since_epoch().count(), i);
            const auto sent = SteadyClock::now();
            const auto response = co_await client.post("/api/v1/tickets", prepared_.token, key, body);
            if (response.status != 201)
                throw std::runtime_error{
                    fmt::format("opening a ticket answered {}: {}", response.status, response.body)};
            const auto answered = SteadyClock::now();
            const auto ticket = json::parse(response.body);
            const auto opened_at = parse_rfc3339(std::string_view{ticket.at("opened_at").as_string()}).value();
            opened_[ticket.at("id").as_int64()] = {sent, std::max(sent, answered - (now() - opened_at)), answered};
        }
    }

    const Options& options_;
    const load::Prepared& prepared_;
    const SteadyClock::time_point begin_;
    std::unordered_map<std::int64_t, Opened> opened_;
};

// The reference: a process of its own that sends texts of this size to everybody who connected, at this rate, as
// plainly as Beast allows. The text holds the time it was sent at.
class Broadcast {
public:
    explicit Broadcast(int expected) : expected_{expected} {}

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    void run(int rate, int seconds, std::size_t text_bytes) {
        asio::co_spawn(io_, accept(), asio::detached);
        asio::co_spawn(io_, broadcast(rate, seconds, text_bytes), asio::detached);
        io_.run();
    }

private:
    struct Peer {
        explicit Peer(asio::ip::tcp::socket socket) : stream{std::move(socket)} {}

        beast::websocket::stream<beast::tcp_stream, false> stream;
        std::deque<std::shared_ptr<const std::string>> queue;
    };

    asio::awaitable<void> accept() {
        while (static_cast<int>(peers_.size()) < expected_) {
            auto peer = std::make_shared<Peer>(co_await acceptor_.async_accept(use_awaitable));
            peer->stream.auto_fragment(false);
            co_await peer->stream.async_accept(use_awaitable);
            peers_.push_back(std::move(peer));
        }
    }

    asio::awaitable<void> broadcast(int rate, int seconds, std::size_t text_bytes) {
        asio::steady_timer timer{io_};
        while (static_cast<int>(peers_.size()) < expected_) {
            timer.expires_after(std::chrono::milliseconds{20});
            co_await timer.async_wait(use_awaitable);
        }
        const auto begin = SteadyClock::now() + std::chrono::milliseconds{200};
        for (int i = 0; i < rate * seconds; ++i) {
            timer.expires_at(begin + std::chrono::microseconds{1'000'000LL * i / rate});
            co_await timer.async_wait(use_awaitable);
            auto text =
                fmt::format(R"({{"type":"event","ticket_id":{})", SteadyClock::now().time_since_epoch().count());
            if (text.size() < text_bytes) text.append(text_bytes - text.size(), ' ');
            send(std::make_shared<const std::string>(std::move(text)));
        }
    }

    void send(const std::shared_ptr<const std::string>& text) {
        for (const auto& peer : peers_) {
            peer->queue.push_back(text);
            if (peer->queue.size() == 1) write(peer);
        }
    }

    static void write(const std::shared_ptr<Peer>& peer) {
        peer->stream.async_write(asio::buffer(*peer->queue.front()), [peer](beast::error_code error, std::size_t) {
            peer->queue.pop_front();
            if (!error && !peer->queue.empty()) write(peer);
        });
    }

    asio::io_context io_{1};
    asio::ip::tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
    const int expected_;
    std::vector<std::shared_ptr<Peer>> peers_;
};

Latencies measure_reference(const Options& options, std::size_t text_bytes) {
    int pipe_ends[2];
    if (::pipe(pipe_ends) != 0) throw std::runtime_error{"pipe"};
    const auto child = ::fork();
    if (child == 0) {
        Broadcast reference{options.consoles};
        const auto port = reference.port();
        if (::write(pipe_ends[1], &port, sizeof port) != sizeof port) ::_exit(1);
        reference.run(options.rate, options.seconds, text_bytes);
        ::_exit(0);
    }
    std::uint16_t port = 0;
    if (::read(pipe_ends[0], &port, sizeof port) != sizeof port) throw std::runtime_error{"no reference"};
    Consoles consoles{port, ""};
    consoles.open(options.consoles);
    int status = 0;
    std::this_thread::sleep_for(std::chrono::seconds{options.seconds + 1});
    const auto arrivals = consoles.take_arrivals();
    consoles.close();
    ::kill(child, SIGTERM);
    ::waitpid(child, &status, 0);
    Latencies latencies;
    for (const auto& arrival : arrivals)
        latencies.add(arrival.at.time_since_epoch() - std::chrono::nanoseconds{arrival.ticket_id});
    return latencies;
}

void print(std::string_view what, Latencies& latencies) {
    fmt::print("{:<44} {:>9} {:>9.2f} {:>9.2f}\n", what, latencies.count(), latencies.quantile_ms(0.5),
               latencies.quantile_ms(0.99));
}

int run(const Options& options) {
    raise_descriptor_limit();
    const auto prepared = load::prepare(options.port, options.password);
    const auto resident_before = resident_bytes(options.pid);
    Consoles consoles{options.port, prepared.token};
    consoles.open(options.consoles);

    Opener opener{options, prepared};
    const auto opened = opener.run();
    std::this_thread::sleep_for(std::chrono::seconds{1});
    const auto arrivals = consoles.take_arrivals();

    Latencies from_sending;
    Latencies from_recording;
    Latencies from_answer;
    for (const auto& arrival : arrivals) {
        const auto ticket = opened.find(arrival.ticket_id);
        if (ticket == opened.end()) continue;
        from_sending.add(arrival.at - ticket->second.sent);
        from_recording.add(arrival.at - ticket->second.recorded);
        from_answer.add(std::max(SteadyClock::duration{0}, arrival.at - ticket->second.answered));
    }
    const auto expected = opened.size() * static_cast<std::size_t>(options.consoles);
    const auto lost = expected - std::min(expected, from_sending.count());

    consoles.open(std::max(0, options.connected - options.consoles));
    std::this_thread::sleep_for(std::chrono::seconds{1});
    const auto per_console = (resident_bytes(options.pid) - resident_before) / std::max(options.connected, 1);
    const auto text_bytes = consoles.text_bytes();
    consoles.close();

    auto reference = measure_reference(options, text_bytes);
    fmt::print("{} consoles, {} tickets/s for {} s, {} bytes an event; {} of {} messages missing\n", options.consoles,
               options.rate, options.seconds, text_bytes, lost, expected);
    fmt::print("{:<44} {:>9} {:>9} {:>9}\n", "", "messages", "p50 ms", "p99 ms");
    print("request sent -> console", from_sending);
    print("transaction begun -> console", from_recording);
    print("request answered -> console", from_answer);
    print("reference: Beast broadcast of the same bytes", reference);
    fmt::print("{} consoles connected: {} bytes resident each\n", options.connected, per_console);
    fmt::print(
        R"({{"bench":"push","consoles":{},"events_per_s":{},"p50_ms":{:.2f},"p99_ms":{:.2f},)"
        R"("request_p99_ms":{:.2f},"answered_p99_ms":{:.2f},"rss_per_console_bytes":{},"missing":{},"reference_p50_ms":{:.2f},"reference_p99_ms":{:.2f}}})"
        "\n",
        options.consoles, options.rate, from_recording.quantile_ms(0.5), from_recording.quantile_ms(0.99),
        from_sending.quantile_ms(0.99), from_answer.quantile_ms(0.99), per_console, lost, reference.quantile_ms(0.5),
        reference.quantile_ms(0.99));
    return lost == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Measures how fast consoles see what was committed"};
    Options options;
    app.add_option("--port", options.port)->required();
    app.add_option("--pid", options.pid, "Of the server, to read its memory")->required();
    app.add_option("--password", options.password)->required();
    app.add_option("--consoles", options.consoles);
    app.add_option("--rate", options.rate, "Tickets a second");
    app.add_option("--seconds", options.seconds);
    app.add_option("--connected", options.connected, "Consoles connected when memory is measured");
    CLI11_PARSE(app, argc, argv);
    return run(options);
}
