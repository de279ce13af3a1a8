// How fast durable tickets are opened over HTTP, beside a bare loop of the database driver on the same database.
//
//     callout_load_create --socket PATH --schema NAME --port N --password P [--seconds S] [--connections N]
//
// Both halves run in turns, so that a machine that slows down slows both; the medians of the turns are printed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/json.hpp>
#include <thread>

#include "server/storage/connection.hpp"
#include "tests/load/http_client.hpp"
#include "tests/load/measure.hpp"

namespace {

using namespace callout;
using load::Latencies;
using load::SteadyClock;
namespace asio = boost::asio;
namespace json = boost::json;

struct Options {
    std::string socket;
    std::string schema = "callout";
    std::string user = "root";
    std::uint16_t port = 0;
    std::string password;
    int seconds = 5;
    int turns = 3;
    int connections = 128;
    int raw_threads = 16;
};

storage::Endpoint endpoint_of(const Options& options) {
    return {.unix_socket = options.socket, .user = options.user, .schema = options.schema};
}

void create_raw_tables(const Options& options) {
    storage::Connection db{endpoint_of(options)};
    for (const auto* table : {"ticket", "event"}) {
        db.execute_text(fmt::format("DROP TABLE IF EXISTS raw_{}", table));
        db.execute_text(fmt::format("CREATE TABLE raw_{} LIKE {}", table, table));
    }
}

// The reference: a ticket row and one event row, committed, as fast as one thread of the driver goes.
std::size_t insert_raw(const Options& options, std::int64_t first_id, SteadyClock::time_point until) {
    storage::Connection db{endpoint_of(options)};
    std::size_t committed = 0;
    for (auto id = first_id; SteadyClock::now() < until; ++id, ++committed) {
        const Instant at = now();
        db.execute(
            "INSERT INTO raw_ticket (id, version, kind, urgency, state, state_since, customer_id, fault_reported_at, "
            "opened_at, description, contact_name, contact_phone, address) "
            "VALUES (?, 1, 'repair', 'normal', 'open', ?, 1, ?, ?, ?, ?, ?, ?)",
            id, at, at, at, "跑半个小时水温就到红线，已经停机", "王芳", "+8613800138000", "潍坊市人民路12号");
        db.execute(
            "INSERT INTO raw_event (kind, ticket_id, ticket_version, to_state, happened_at, recorded_at, source, "
            "actor_id, attributes) VALUES ('ticket.opened', ?, 1, 'open', ?, ?, 'api', 1, ?)",
            id, at, at, R"({"kind": "repair"})");
        db.commit();
    }
    return committed;
}

double raw_per_second(const Options& options, int turn) {
    const auto until = SteadyClock::now() + std::chrono::seconds{options.seconds};
    std::atomic<std::size_t> committed = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < options.raw_threads; ++i)
        threads.emplace_back(
            [&, i] { committed += insert_raw(options, (turn * 1000LL + i + 1) * 10'000'000LL, until); });
    threads.clear();
    return static_cast<double>(committed) / options.seconds;
}

struct Created {
    std::size_t tickets = 0;
    Latencies latencies;
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

asio::awaitable<void> create_tickets(const Options& options, std::string token, std::int64_t customer_id, int number,
                                     SteadyClock::time_point until, Created& created) {
    load::HttpClient client{co_await asio::this_coro::executor, options.port};
    co_await client.connect();
    const auto body = ticket_body(customer_id);
    const auto run = SteadyClock::now().time_since_epoch().count();
    for (int i = 0; SteadyClock::now() < until; ++i) {
        const auto key = fmt::format("load-{}-{}-{}", run, number, i);
        const auto began = SteadyClock::now();
        const auto response = co_await client.post("/api/v1/tickets", token, key, body);
        if (response.status != 201)
            throw std::runtime_error{fmt::format("opening a ticket answered {}: {}", response.status, response.body)};
        created.latencies.add(SteadyClock::now() - began);
        ++created.tickets;
    }
}

Created create_over_http(const Options& options, const std::string& token, std::int64_t customer_id) {
    asio::io_context io{1};
    Created created;
    const auto until = SteadyClock::now() + std::chrono::seconds{options.seconds};
    std::exception_ptr failure;
    for (int i = 0; i < options.connections; ++i)
        asio::co_spawn(io, create_tickets(options, token, customer_id, i, until, created),
                       [&](std::exception_ptr error) {
                           if (error) failure = error;
                       });
    io.run();
    if (failure) std::rethrow_exception(failure);
    return created;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

int run(const Options& options) {
    create_raw_tables(options);
    const auto [token, customer_id] = load::prepare(options.port, options.password);
    std::vector<double> raw;
    std::vector<double> http;
    Latencies latencies;
    fmt::print("{:>5} {:>16} {:>16} {:>7}\n", "turn", "raw commits/s", "HTTP tickets/s", "ratio");
    for (int turn = 0; turn < options.turns; ++turn) {
        raw.push_back(raw_per_second(options, turn));
        auto created = create_over_http(options, token, customer_id);
        http.push_back(static_cast<double>(created.tickets) / options.seconds);
        latencies.add_all(created.latencies);
        fmt::print("{:>5} {:>16.0f} {:>16.0f} {:>7.2f}\n", turn + 1, raw.back(), http.back(), http.back() / raw.back());
    }
    fmt::print(R"({{"bench":"create","tickets_per_s":{:.0f},"raw_commits_per_s":{:.0f},"ratio":{:.3f},)"
               R"("p50_ms":{:.2f},"p99_ms":{:.2f}}})"
               "\n",
               median(http), median(raw), median(http) / median(raw), latencies.quantile_ms(0.5),
               latencies.quantile_ms(0.99));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Measures how fast tickets are opened"};
    Options options;
    app.add_option("--socket", options.socket)->required();
    app.add_option("--schema", options.schema);
    app.add_option("--user", options.user);
    app.add_option("--port", options.port)->required();
    app.add_option("--password", options.password)->required();
    app.add_option("--seconds", options.seconds, "Length of each half of a turn");
    app.add_option("--turns", options.turns);
    app.add_option("--connections", options.connections, "HTTP connections, each with one request under way");
    app.add_option("--raw-threads", options.raw_threads, "Threads of the bare loop, each with its own connection");
    CLI11_PARSE(app, argc, argv);
    return run(options);
}
