#include "server/demo/live.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <queue>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "dispatch/rfc3339.hpp"
#include "server/demo/api_client.hpp"
#include "server/demo/network.hpp"

namespace callout::demo {
namespace {

namespace json = boost::json;
using SteadyClock = std::chrono::steady_clock;

// Something somebody will do with a ticket.
struct Step {
    SteadyClock::time_point due;
    std::int64_t ticket_id = 0;  // 0: open a new one

    bool operator<(const Step& other) const { return due > other.due; }  // the earliest on top
};

// What is to be done, by time; filled by the stream, emptied by the player.
class Agenda {
public:
    void add(Step step) {
        {
            const std::scoped_lock lock{mutex_};
            if (steps_.size() >= limit) return;
            steps_.push(step);
        }
        added_.notify_one();
    }

    // The next step that is due; waits for it, at most a moment, and answers nothing then.
    std::optional<Step> take() {
        std::unique_lock lock{mutex_};
        const auto moment = SteadyClock::now() + std::chrono::milliseconds{200};
        added_.wait_until(lock, steps_.empty() ? moment : std::min(moment, steps_.top().due));
        if (steps_.empty() || steps_.top().due > SteadyClock::now()) return std::nullopt;
        const Step step = steps_.top();
        steps_.pop();
        return step;
    }

private:
    static constexpr std::size_t limit = 10'000;
    std::mutex mutex_;
    std::condition_variable added_;
    std::priority_queue<Step> steps_;
};

class LivePlayer {
public:
    LivePlayer(const LiveOptions& options, Agenda& agenda)
        : options_{options}, agenda_{agenda}, random_{options.seed} {}

    void take_up_open_tickets();
    void act(const Step& step);

private:
    void open_ticket();
    std::optional<std::int64_t> draw_customer(ApiClient& caller);
    void advance(std::int64_t ticket_id);
    void send(ApiClient& person, const json::value& ticket, std::string_view action, const json::value& body);
    void offer(const json::value& ticket);
    void advance_offered(const json::value& ticket);
    void advance_confirmed(const json::value& ticket);
    void visit(const json::value& ticket, std::string_view state);
    void call_back(const json::value& ticket);

    ApiClient& person(const std::string& login);

    ApiClient& agent() { return person(fmt::format("agent{}", 1 + random_() % 8)); }

    ApiClient& dealer_of(const json::value& ticket);

    bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }

    std::string login_of_unit(std::int64_t unit_id, std::string_view role);

    // After so many minutes of a person's life.
    SteadyClock::time_point in_minutes(double low, double high) {
        const double share = static_cast<double>(random_() >> 11) * 0x1.0p-53;
        const std::chrono::duration<double> wait{(low + (high - low) * share) * 60 / options_.speed};
        return SteadyClock::now() + std::chrono::duration_cast<SteadyClock::duration>(wait);
    }

public:
    // When somebody will deal with a ticket that has just come into this state.
    std::optional<Step> next_step(std::int64_t ticket_id, std::string_view state);

private:
    const LiveOptions& options_;
    Agenda& agenda_;
    std::mt19937_64 random_;
    std::uint64_t customers_end_ = 1'000'000;  // customers are drawn below this id
    std::map<std::string, ApiClient> people_;
    std::map<std::pair<std::int64_t, std::string>, std::string> logins_;
};

std::int64_t id_of(const json::value& thing, std::string_view name = "id") {
    const auto& id = thing.at(name);
    return id.is_int64() ? id.get_int64() : 0;
}

ApiClient& LivePlayer::person(const std::string& login) {
    const auto known = people_.find(login);
    if (known != people_.end()) return known->second;
    ApiClient client{options_.host, options_.port};
    if (!client.sign_in(login, options_.password))
        throw std::runtime_error{
            fmt::format("{} of the demo cannot sign in: is this the demo's database and password?", login)};
    return people_.emplace(login, std::move(client)).first->second;
}

std::string LivePlayer::login_of_unit(std::int64_t unit_id, std::string_view role) {
    auto& login = logins_[{unit_id, std::string{role}}];
    if (!login.empty()) return login;
    const auto users = person("admin").get(fmt::format("/users?unit_id={}&role={}&limit=1", unit_id, role));
    if (users.ok() && !users.body.at("items").as_array().empty())
        login = users.body.at("items").at(0).at("login").as_string();
    return login;
}

ApiClient& LivePlayer::dealer_of(const json::value& ticket) {
    return person(login_of_unit(id_of(ticket, "dealer_unit_id"), "dealer"));
}

std::optional<Step> LivePlayer::next_step(std::int64_t ticket_id, std::string_view state) {
    if (state == "open") return Step{in_minutes(1, 10), ticket_id};
    if (state == "offered") return Step{in_minutes(0.5, 4), ticket_id};
    if (state == "confirmed") return Step{in_minutes(1, 10), ticket_id};
    if (state == "en_route") return Step{in_minutes(20, 80), ticket_id};
    if (state == "on_site") return Step{in_minutes(20, 120), ticket_id};
    if (state == "paused") return Step{in_minutes(20, 60), ticket_id};
    if (state == "repaired") return Step{in_minutes(30, 200), ticket_id};
    return std::nullopt;
}

void LivePlayer::take_up_open_tickets() {
    std::string target = "/tickets?open=true&limit=200";
    while (!target.empty()) {
        const auto page = agent().get(target);
        if (!page.ok()) throw std::runtime_error{fmt::format("the list of tickets answered {}", page.status)};
        for (const auto& ticket : page.body.at("items").as_array())
            if (const auto step = next_step(id_of(ticket), std::string_view{ticket.at("state").as_string()}))
                agenda_.add(*step);
        const auto& more = page.body.at("next_cursor");
        target = more.is_string()
                     ? fmt::format("/tickets?open=true&limit=200&cursor={}", std::string_view{more.as_string()})
                     : "";
    }
}

void LivePlayer::act(const Step& step) {
    if (step.ticket_id != 0) return advance(step.ticket_id);
    open_ticket();
    // The next caller: exponentially distributed waits make a Poisson stream of calls.
    std::exponential_distribution<double> minutes{options_.tickets_per_minute};
    const std::chrono::duration<double> wait{minutes(random_) * 60};
    agenda_.add({SteadyClock::now() + std::chrono::duration_cast<SteadyClock::duration>(wait), 0});
}

void LivePlayer::open_ticket() {
    auto& caller = agent();
    const auto customer_id = draw_customer(caller);
    if (!customer_id) return;
    const auto assets = caller.get(fmt::format("/assets?customer_id={}&limit=1", *customer_id));
    const DemoFault* fault = nullptr;
    while (!fault || fault->parent.empty()) fault = &faults()[random_() % faults().size()];
    json::object body{{"kind", "repair"},
                      {"urgency", chance(12) ? "urgent" : "normal"},
                      {"customer_id", *customer_id},
                      {"description", fault->complaint}};
    if (assets.ok() && !assets.body.at("items").as_array().empty())
        body["asset_id"] = id_of(assets.body.at("items").at(0));
    caller.post("/tickets", body);
}

// Nobody knows how many there are. Past the last one a page is empty; from then on nobody is drawn from there.
std::optional<std::int64_t> LivePlayer::draw_customer(ApiClient& caller) {
    while (customers_end_ > 1) {
        const auto after = 1 + random_() % (customers_end_ - 1);
        const auto customers = caller.get(fmt::format("/customers?limit=1&cursor={}", after));
        if (!customers.ok()) break;
        const auto& items = customers.body.at("items").as_array();
        if (!items.empty()) return id_of(items.front());
        customers_end_ = after;
    }
    return std::nullopt;
}

void LivePlayer::advance(std::int64_t ticket_id) {
    const auto answer = person("dispatcher1").get(fmt::format("/tickets/{}", ticket_id));
    if (!answer.ok()) return;
    const auto& ticket = answer.body;
    const std::string_view state{ticket.at("state").as_string()};
    if (ticket.at("kind") != "repair") return;
    if (state == "open") {
        offer(ticket);
    } else if (state == "offered") {
        advance_offered(ticket);
    } else if (state == "confirmed") {
        advance_confirmed(ticket);
    } else if (state == "en_route" || state == "on_site" || state == "paused") {
        visit(ticket, state);
    } else if (state == "repaired") {
        call_back(ticket);
    }
}

// To the first suggested dealer; now and then to the second, and says why; where nobody is suggested, to any of the
// office.
void LivePlayer::offer(const json::value& ticket) {
    auto& dispatcher = person("dispatcher1");
    const auto asked = dispatcher.post(fmt::format("/tickets/{}/suggestions", id_of(ticket)), json::object{});
    if (asked.ok() && !asked.body.at("dealers").as_array().empty()) {
        const auto& dealers = asked.body.at("dealers").as_array();
        const bool second = dealers.size() > 1 && chance(15);
        json::object body{{"dealer_unit_id", id_of(dealers[second ? 1 : 0], "dealer_unit_id")}};
        if (second) body["override_reason"] = "agreed_by_phone";
        return send(dispatcher, ticket, "offer", body);
    }
    const auto dealers = dispatcher.get(fmt::format("/organisation?kind=dealer&under={}&limit=50",
                                                    std::max<std::int64_t>(1, id_of(ticket, "office_unit_id"))));
    const auto& units = dealers.body.at("items").as_array();
    if (units.empty()) return;
    send(dispatcher, ticket, "offer",
         {{"dealer_unit_id", id_of(units[random_() % units.size()])}, {"why", "片区就近"}});
}

void LivePlayer::advance_offered(const json::value& ticket) {
    const auto number = id_of(ticket, "offers_count");
    if (chance(4)) return;  // nobody looks at the screen: the offer expires by itself
    if (chance(7))
        return send(dealer_of(ticket), ticket, "reject", {{"offer_number", number}, {"reason", "no_capacity"}});
    const auto promised = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()) + std::chrono::hours{2};
    send(dealer_of(ticket), ticket, "confirm",
         {{"offer_number", number}, {"promised_arrival_at", to_rfc3339(promised)}});
}

void LivePlayer::advance_confirmed(const json::value& ticket) {
    if (id_of(ticket, "technician_id") != 0) return visit(ticket, "confirmed");
    const auto technicians = dealer_of(ticket).get(
        fmt::format("/users?unit_id={}&role=technician&limit=50", id_of(ticket, "dealer_unit_id")));
    if (!technicians.ok() || technicians.body.at("items").as_array().empty()) return;
    const auto& people = technicians.body.at("items").as_array();
    send(dealer_of(ticket), ticket, "name-technician", {{"technician_id", id_of(people[random_() % people.size()])}});
    agenda_.add({in_minutes(5, 30), id_of(ticket)});
}

// The technician's next step: off, there, perhaps a pause, done.
void LivePlayer::visit(const json::value& ticket, std::string_view state) {
    // The dealer's desk reports for its technicians: one sign-in a dealer instead of one a technician.
    auto& reporter = dealer_of(ticket);
    if (state == "confirmed") return send(reporter, ticket, "depart", json::object{});
    if (state == "en_route")
        return send(reporter, ticket, "arrive",
                    {{"longitude", ticket.at("longitude")}, {"latitude", ticket.at("latitude")}, {"accuracy_m", 15}});
    if (state == "paused") return send(reporter, ticket, "resume", json::object{});
    if (chance(15)) return send(reporter, ticket, "pause", {{"reason", "waiting_for_part"}});
    send(reporter, ticket, "finish", {{"description", "更换故障件，试车正常"}, {"signed_by", "客户本人"}});
}

void LivePlayer::call_back(const json::value& ticket) {
    if (chance(12)) {
        send(agent(), ticket, "record-callback", {{"outcome", "unreached"}});
        return agenda_.add({in_minutes(60, 200), id_of(ticket)});
    }
    send(agent(), ticket, "record-callback",
         {{"outcome", "reached"}, {"fixed", !chance(4)}, {"score", chance(70) ? 5 : 4}});
}

void LivePlayer::send(ApiClient& person, const json::value& ticket, std::string_view action, const json::value& body) {
    const auto answer =
        person.post(fmt::format("/tickets/{}/{}", id_of(ticket), action), body, id_of(ticket, "version"));
    // Somebody at a real console may be faster; then the ticket comes up again with its next event.
    if (!answer.ok()) spdlog::debug("demo: {} of ticket {} answered {}", action, id_of(ticket), answer.status);
}

// Hears of every change and puts what follows from it on the agenda.
class Listener {
public:
    Listener(const LiveOptions& options, Agenda& agenda, const std::atomic<bool>& stopping)
        : options_{options}, agenda_{agenda}, stopping_{stopping}, planner_{options, agenda} {}

    void run() {
        while (!stopping_) {
            try {
                if (!console_.signed_in()) console_.sign_in("agent1", options_.password);
                if (last_ < 0) last_ = id_of(console_.get("/session").body, "head");
                console_.listen(last_, stopping_, [this](const json::object& message) { hear(message); });
            } catch (const std::exception& error) {
                spdlog::debug("demo: the stream ended: {}", error.what());
                std::this_thread::sleep_for(std::chrono::milliseconds{500});
            }
        }
    }

private:
    void hear(const json::object& message) {
        const auto& type = message.at("type");
        if (type == "resync") {
            last_ = message.at("head").as_int64();
            planner_.take_up_open_tickets();
        } else if (type == "event") {
            last_ = message.at("seq").as_int64();
            const auto& to = message.at("to_state").as_string();
            if (message.at("from_state").as_string() == to || !message.at("ticket_id").is_int64()) return;
            if (const auto step = planner_.next_step(message.at("ticket_id").as_int64(), std::string_view{to}))
                agenda_.add(*step);
        }
    }

    const LiveOptions& options_;
    Agenda& agenda_;
    const std::atomic<bool>& stopping_;
    LivePlayer planner_;  // of its own: two threads share nothing but the agenda
    ApiClient console_{options_.host, options_.port};
    std::int64_t last_ = -1;
};

}  // namespace

void play_live(const LiveOptions& options, const std::atomic<bool>& stopping) {
    Agenda agenda;
    LivePlayer player{options, agenda};
    LiveOptions of_listener = options;
    of_listener.seed += 1;
    Listener listener{of_listener, agenda, stopping};
    player.take_up_open_tickets();
    agenda.add({SteadyClock::now(), 0});
    const std::jthread hearing{[&] { listener.run(); }};
    while (!stopping) {
        const auto step = agenda.take();
        if (!step) continue;
        try {
            player.act(*step);
        } catch (const std::exception& error) {
            spdlog::warn("demo: {}", error.what());
            std::this_thread::sleep_for(std::chrono::milliseconds{500});
            agenda.add({SteadyClock::now() + std::chrono::seconds{2}, step->ticket_id});
        }
    }
}

}  // namespace callout::demo
