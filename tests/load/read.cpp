// How long the desk's reading takes beside years of history: what agents, coordinators, dealers and technicians ask
// for, at a steady rate, whether the answers keep up or not.
//
//     callout_load_read fill --data DIR --tickets N
//     callout_load_read play --socket PATH --port N --password P [--rate N] [--seconds S]
//
// A request's time counts from the moment it was meant to be sent, so that one slow answer is also charged with the
// requests that had to wait behind it. The moments are drawn at random: people do not ask in step.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <boost/json.hpp>
#include <cmath>
#include <map>

#include "dispatch/enum_names.hpp"
#include "dispatch/planning/random.hpp"
#include "server/storage/private_mariadb.hpp"
#include "tests/load/http_client.hpp"
#include "tests/load/long_history.hpp"
#include "tests/load/measure.hpp"

namespace {

using namespace callout;
using load::Latencies;
using load::SteadyClock;
using planning::Random;
using storage::Connection;
namespace asio = boost::asio;
namespace json = boost::json;

struct Options {
    std::string data;
    std::int64_t tickets = 1'000'000;

    std::string socket;
    std::uint16_t port = 0;
    std::string password;
    int rate = 300;
    int seconds = 30;
    int warm_up_seconds = 10;
    int connections = 64;
    std::uint64_t seed = 1;
    std::vector<std::string> only;
    bool by_name = false;
};

int fill(const Options& options) {
    storage::PrivateMariadb database{
        {.data_directory = options.data, .buffer_pool_mib = 4096, .redo_log_mib = 2048, .on_death = {}}};
    const auto endpoint = database.start();
    if (!endpoint) throw std::runtime_error{endpoint.error().message};
    Connection db{*endpoint, std::chrono::hours{1}};
    load::grow_history(db, options.tickets);
    return 0;
}

// ---- who asks

enum class Who : std::uint8_t { agent, coordinator, dealer, technician };

constexpr auto enum_names(Who) {
    return std::to_array<std::string_view>({"agent", "coordinator", "dealer", "technician"});
}

// A ticket with what somebody knows who asks about it.
struct Known {
    std::int64_t ticket_id = 0;
    std::int64_t customer_id = 0;
    std::int64_t asset_id = 0;
    std::int64_t fault_id = 0;
    std::string phone;
    double longitude = 0;
    double latitude = 0;
};

struct Person {
    std::string token;
    // That he may see: what is open, and some of what ever was.
    std::vector<Known> open;
    std::vector<Known> past;
};

using People = std::array<std::vector<Person>, value_count<Who>>;

std::vector<Known> read_known(Connection& db, const std::string& where) {
    std::vector<Known> known;
    for (const auto& row :
         db.query("SELECT id, customer_id, COALESCE(asset_id, 0) AS asset_id, "
                  "COALESCE(fault_id, 0) AS fault_id, contact_phone, longitude, latitude FROM ticket WHERE " +
                  where))
        known.push_back({.ticket_id = row.get<std::int64_t>("id"),
                         .customer_id = row.get<std::int64_t>("customer_id"),
                         .asset_id = row.get<std::int64_t>("asset_id"),
                         .fault_id = row.get<std::int64_t>("fault_id"),
                         .phone = row.get<std::string>("contact_phone"),
                         .longitude = row.get<double>("longitude"),
                         .latitude = row.get<double>("latitude")});
    return known;
}

// What a role sees, as a condition on tickets.
std::string seen_by(Who who, std::int64_t user_id, const std::string& path) {
    switch (who) {
        case Who::agent:
            return "TRUE";
        case Who::coordinator:
            return fmt::format("office_path = '{}'", path);
        case Who::dealer:
            return fmt::format("dealer_path = '{}'", path);
        case Who::technician:
            break;
    }
    return fmt::format("technician_id = {}", user_id);
}

// As many as sit at the desk, and a handful of everybody else.
People find_people(Connection& db, const Options& options) {
    constexpr std::array<int, value_count<Who>> how_many{8, 2, 4, 8};
    const std::string open = "state NOT IN ('closed', 'cancelled', 'merged')";
    const auto newest = db.query("SELECT MAX(id) FROM ticket").front().get<std::int64_t>(0);
    People people;
    std::map<std::string, Person> by_view;  // agents all see the same
    std::vector<std::int64_t> user_ids;
    for (std::size_t who = 0; who < people.size(); ++who)
        for (const auto& row :
             db.query("SELECT r.user_id, o.path FROM user_role r JOIN user_account u ON u.id = r.user_id "
                      "JOIN organisation_unit o ON o.id = u.unit_id WHERE r.role = ? ORDER BY r.user_id LIMIT ?",
                      to_string(static_cast<Who>(who)), how_many.at(who))) {
            const auto user_id = row.get<std::int64_t>(0);
            const auto seen = seen_by(static_cast<Who>(who), user_id, row.get<std::string>(1));
            auto& view = by_view[seen];
            if (view.past.empty()) {
                view.open = read_known(db, fmt::format("{} AND {} LIMIT 2000", seen, open));
                // One in so many over all the years, without an order: a prime number meets every round of the history.
                view.past =
                    read_known(db, fmt::format("id % {} = 0 AND {} LIMIT 20000", newest > 500'000 ? 97 : 11, seen));
            }
            Person person = view;
            user_ids.push_back(user_id);
            people.at(who).push_back(std::move(person));
        }
    const auto tokens = load::make_tokens(options.port, options.password, user_ids);
    auto token = tokens.begin();
    for (auto& same : people)
        for (auto& person : same) person.token = *token++;
    return people;
}

// ---- what is asked

enum class What : std::uint8_t {
    board,
    board_column,
    changed_tickets,
    ticket,
    ticket_events,
    tickets,
    tickets_in_state,
    tickets_further,
    own_visits,
    caller,
    caller_by_name,
    customer,
    customer_tickets,
    customer_assets,
    similar
};

constexpr auto enum_names(What) {
    return std::to_array<std::string_view>({"board", "board_column", "changed_tickets", "ticket", "ticket_events",
                                            "tickets", "tickets_in_state", "tickets_further", "own_visits", "caller",
                                            "caller_by_name", "customer", "customer_tickets", "customer_assets",
                                            "similar"});
}

struct Share {
    Who who;
    What what;
    int weight;
};

// A desk's day: boards that are opened and follow the events, tickets that are looked at, callers who are looked up
// while the agent types, lists.
constexpr auto mix = std::to_array<Share>({
    {Who::agent, What::board, 6},
    {Who::agent, What::board_column, 18},
    {Who::agent, What::changed_tickets, 6},
    {Who::agent, What::ticket, 12},
    {Who::agent, What::ticket_events, 12},
    {Who::agent, What::tickets, 2},
    {Who::agent, What::tickets_in_state, 3},
    {Who::agent, What::tickets_further, 2},
    {Who::agent, What::caller, 7},
    {Who::agent, What::customer, 4},
    {Who::agent, What::customer_tickets, 4},
    {Who::agent, What::customer_assets, 3},
    {Who::agent, What::similar, 6},
    {Who::coordinator, What::board, 2},
    {Who::coordinator, What::board_column, 4},
    {Who::coordinator, What::tickets, 1},
    {Who::coordinator, What::tickets_in_state, 1},
    {Who::coordinator, What::caller, 1},
    {Who::coordinator, What::customer, 1},
    {Who::coordinator, What::customer_assets, 1},
    {Who::dealer, What::board, 2},
    {Who::dealer, What::board_column, 4},
    {Who::dealer, What::ticket, 2},
    {Who::dealer, What::ticket_events, 2},
    {Who::dealer, What::tickets, 1},
    {Who::dealer, What::tickets_in_state, 1},
    {Who::dealer, What::tickets_further, 1},
    {Who::technician, What::own_visits, 3},
    {Who::technician, What::ticket, 1},
    {Who::technician, What::ticket_events, 1},
    {Who::technician, What::tickets, 1},
    {Who::technician, What::tickets_in_state, 1},
});

// Waits for the full-text search: asked for only when the command says so.
constexpr Share by_name{Who::agent, What::caller_by_name, 1};

struct Request {
    Share share;
    std::string text;
};

template <class T>
const T& one_of(const std::vector<T>& values, Random& random) {
    return values.at(static_cast<std::size_t>(random.below(static_cast<int>(values.size()))));
}

// What is looked at is mostly open; a quarter is of the past.
const Known& ticket_of(const Person& person, Random& random) {
    const bool past = person.open.empty() || random.below(4) == 0;
    return one_of(past ? person.past : person.open, random);
}

std::string column_of_the_board(Random& random) {
    // As web/src/board/columns.ts has them.
    static const std::vector<std::string> columns{"open",      "offered",
                                                  "confirmed", "en_route,on_site,paused",
                                                  "repaired",  "answered,investigating,resolved,followed_up"};
    return fmt::format("/tickets?state={}&limit=60&order=urgency", one_of(columns, random));
}

std::string changed_tickets(const Person& person, Random& random) {
    std::string ids;
    for (int i = 0; i < 8; ++i) ids += fmt::format("{}{}", i == 0 ? "" : ",", one_of(person.open, random).ticket_id);
    return fmt::format("/tickets?id={}&limit=200", ids);
}

std::string tickets_in_state(Random& random) {
    static const std::vector<std::string> filters{"state=closed",           "state=cancelled",
                                                  "state=closed,cancelled", "state=open,offered",
                                                  "urgency=urgent",         "state=closed&urgency=urgent"};
    return fmt::format("/tickets?limit=50&{}", one_of(filters, random));
}

std::string target_of(What what, const Person& person, Random& random) {
    const auto known = ticket_of(person, random);
    switch (what) {
        case What::board:
            return "/board";
        case What::board_column:
            return column_of_the_board(random);
        case What::changed_tickets:
            return changed_tickets(person, random);
        case What::ticket:
            return fmt::format("/tickets/{}", known.ticket_id);
        case What::ticket_events:
            return fmt::format("/tickets/{}/events?limit=200", known.ticket_id);
        case What::tickets:
            return "/tickets?limit=50";
        case What::tickets_in_state:
            return tickets_in_state(random);
        case What::tickets_further:
            return fmt::format("/tickets?limit=50&cursor={}", one_of(person.past, random).ticket_id);
        case What::own_visits:
            return "/tickets?technician_id=me&state=confirmed,en_route,on_site,paused&limit=100&order=urgency";
        case What::caller:
            return fmt::format("/customers?phone_tail={}&limit=8",
                               known.phone.substr(known.phone.size() - 8 + static_cast<std::size_t>(random.below(5))));
        case What::caller_by_name:
            return "/customers?q=%E7%8E%8B%E5%BB%BA%E5%9B%BD&limit=8";  // 王建国
        case What::customer:
            return fmt::format("/customers/{}", known.customer_id);
        case What::customer_tickets:
            return fmt::format("/tickets?customer_id={}&limit=20", known.customer_id);
        case What::customer_assets:
            return fmt::format("/assets?customer_id={}&limit=50", known.customer_id);
        case What::similar:
            return "/tickets/similar";
    }
    return {};
}

std::string similar_body(const Known& known) {
    json::object body{{"customer_id", known.customer_id},
                      {"contact_phone", known.phone},
                      {"longitude", known.longitude},
                      {"latitude", known.latitude}};
    if (known.asset_id != 0) body["asset_id"] = known.asset_id;
    if (known.fault_id != 0) body["fault_id"] = known.fault_id;
    return json::serialize(body);
}

// As a browser sends it: an answer may come compressed.
Request make_request(const Share& share, const People& people, std::uint16_t port, Random& random) {
    const auto& person = one_of(people.at(static_cast<std::size_t>(share.who)), random);
    const auto target = target_of(share.what, person, random);
    const auto body = share.what == What::similar ? similar_body(ticket_of(person, random)) : std::string{};
    auto text = fmt::format(
        "{} /api/v1{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\nAccept-Encoding: gzip, deflate, "
        "br\r\n",
        body.empty() ? "GET" : "POST", target, port, person.token);
    if (!body.empty()) text += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
    return {share, text + "\r\n" + body};
}

// ---- the load

struct Planned {
    SteadyClock::duration at{};
    Request request;
};

std::vector<Planned> plan(const Options& options, const People& people, int seconds, Random& random) {
    std::vector<Share> shares;
    for (const auto& share : mix)
        if (options.only.empty() || std::ranges::find(options.only, to_string(share.what)) != options.only.end())
            shares.insert(shares.end(), static_cast<std::size_t>(share.weight), share);
    if (options.by_name) shares.push_back(by_name);
    std::vector<Planned> planned;
    double at = 0;
    while (true) {
        at += -std::log(1 - random.unit()) / options.rate;
        if (at >= seconds) return planned;
        planned.push_back({std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>{at}),
                           make_request(one_of(shares, random), people, options.port, random)});
    }
}

using Measured = std::map<std::pair<Who, What>, Latencies>;

class Load {
public:
    Load(const Options& options, std::vector<Planned> planned)
        : options_{options}, planned_{std::move(planned)}, began_{SteadyClock::now()} {}

    Measured run() {
        asio::io_context io{1};
        std::exception_ptr failure;
        for (int i = 0; i < options_.connections; ++i)
            asio::co_spawn(io, ask(), [&](std::exception_ptr error) {
                if (error) failure = error;
            });
        io.run();
        if (failure) std::rethrow_exception(failure);
        return std::move(measured_);
    }

private:
    // One connection: takes the next request that nobody has, when its moment has come.
    asio::awaitable<void> ask() {
        load::HttpClient client{co_await asio::this_coro::executor, options_.port};
        co_await client.connect();
        asio::steady_timer timer{co_await asio::this_coro::executor};
        while (next_ < planned_.size()) {
            const auto& [at, request] = planned_[next_++];
            timer.expires_at(began_ + at);
            co_await timer.async_wait(asio::use_awaitable);
            const auto response = co_await client.exchange(request.text);
            if (response.status != 200)
                throw std::runtime_error{fmt::format("{} answered {}: {}",
                                                     request.text.substr(0, request.text.find('\r')), response.status,
                                                     response.body)};
            measured_[{request.share.who, request.share.what}].add(SteadyClock::now() - (began_ + at));
        }
    }

    const Options& options_;
    const std::vector<Planned> planned_;
    const SteadyClock::time_point began_;
    std::size_t next_ = 0;
    Measured measured_;
};

void print_row(std::string_view name, Latencies& latencies) {
    fmt::print("{:<30} {:>8} {:>8.2f} {:>8.2f} {:>8.2f} {:>8.2f}\n", name, latencies.count(),
               latencies.quantile_ms(0.5), latencies.quantile_ms(0.9), latencies.quantile_ms(0.99),
               latencies.quantile_ms(1));
}

int play(const Options& options) {
    Connection db{{.unix_socket = options.socket, .user = "root", .schema = "callout"}};
    const auto tickets = db.query("SELECT COUNT(*) FROM ticket").front().get<std::int64_t>(0);
    const auto people = find_people(db, options);
    Random random{options.seed};
    Load{options, plan(options, people, options.warm_up_seconds, random)}.run();
    auto measured = Load{options, plan(options, people, options.seconds, random)}.run();

    Latencies all;
    std::string by_request;
    fmt::print("{:<30} {:>8} {:>8} {:>8} {:>8} {:>8}\n", fmt::format("{} tickets, ms", tickets), "requests", "p50",
               "p90", "p99", "most");
    for (auto& [share, latencies] : measured) {
        const auto name = fmt::format("{} {}", to_string(share.first), to_string(share.second));
        print_row(name, latencies);
        by_request += fmt::format(R"({}"{}":{{"p50_ms":{:.2f},"p99_ms":{:.2f}}})", by_request.empty() ? "" : ",", name,
                                  latencies.quantile_ms(0.5), latencies.quantile_ms(0.99));
        all.add_all(latencies);
    }
    print_row("all", all);
    fmt::print(R"({{"tickets":{},"rate":{},"p50_ms":{:.2f},"p99_ms":{:.2f},"by_request":{{{}}}}})"
               "\n",
               tickets, options.rate, all.quantile_ms(0.5), all.quantile_ms(0.99), by_request);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Measures reading beside years of history"};
    app.require_subcommand(1);
    Options options;
    auto* fill_command = app.add_subcommand("fill", "Grow the demo in a data directory that nobody runs on");
    fill_command->add_option("--data", options.data)->required();
    fill_command->add_option("--tickets", options.tickets);
    auto* play_command = app.add_subcommand("play", "Ask a running server");
    play_command->add_option("--socket", options.socket)->required();
    play_command->add_option("--port", options.port)->required();
    play_command->add_option("--password", options.password)->required();
    play_command->add_option("--rate", options.rate, "Requests a second")->check(CLI::Range(1, 100'000));
    play_command->add_option("--seconds", options.seconds)->check(CLI::Range(1, 3600));
    play_command->add_option("--warm-up-seconds", options.warm_up_seconds, "The same, not counted")
        ->check(CLI::Range(0, 3600));
    play_command->add_option("--connections", options.connections)->check(CLI::Range(1, 1000));
    play_command->add_option("--seed", options.seed, "Of what is asked when");
    play_command->add_option("--only", options.only, "Of what is asked for only these, e.g. board ticket caller")
        ->check(CLI::IsMember(std::vector<std::string>(names_of<What>.begin(), names_of<What>.end())));
    play_command->add_flag("--by-name", options.by_name, "Also callers looked up by a piece of their name");
    CLI11_PARSE(app, argc, argv);
    return fill_command->parsed() ? fill(options) : play(options);
}
