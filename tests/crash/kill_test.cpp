// Server and database are killed with -9 under load, again and again; what was acknowledged is there, once, and a
// console that reconnects is told everything, once, in order.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <thread>

#include "tests/crash/survivor.hpp"
#include "tests/support/comes_true.hpp"
#include "tests/support/program.hpp"

namespace callout::test {
namespace {

namespace json = boost::json;

constexpr int openers = 4;

int kills() {
    const char* wanted = std::getenv("CALLOUT_TEST_KILLS");
    return wanted ? std::atoi(wanted) : 50;
}

unsigned seed() {
    const char* wanted = std::getenv("CALLOUT_TEST_SEED");
    return wanted ? static_cast<unsigned>(std::atoi(wanted)) : std::random_device{}();
}

class Kill : public testing::Test {
protected:
    Kill() {
        // A small network, so that the first start is quick; the accounts' password comes from its file.
        const auto file = (data_.path() / "sign-ins.txt").string();
        const auto outcome =
            run_callout({"seed-demo", "--size", "tiny", "--data", data_.path().string(), "--credentials", file});
        if (outcome.code != 0) throw std::runtime_error{outcome.errors};
        std::ifstream in{file};
        for (std::string line; std::getline(in, line);)
            if (line.find("administrator") != std::string::npos || line.find(" agent ") != std::string::npos)
                password_ = line.substr(line.rfind(' ') + 1);
        start();
    }

    void start() {
        server_ = std::make_unique<RunningCallout>(data_.path());
        port_ = server_->port();
    }

    // Waits for a database that is just being started again; 0 and below would be whole groups of processes.
    pid_t running_database() const {
        pid_t pid = 0;
        const bool runs = comes_true([&] {
            pid = database_pid(data_.path());
            return pid > 1;
        });
        if (!runs) throw std::runtime_error{"the database has no pid file"};
        return pid;
    }

    HttpAnswer sign_in(const std::string& login) {
        return request(port_, "POST", "/api/v1/session",
                       json::serialize(json::object{{"login", login}, {"password", password_}}), {});
    }

    // A bearer token of an agent, so that the load needs no cookie.
    std::string token_of_agent() {
        const auto user_id = json::parse(sign_in("agent1").body).at("user").at("id").as_int64();
        const auto answer = request(port_, "POST", fmt::format("/api/v1/users/{}/tokens", user_id),
                                    R"({"name": "crash test"})", {{"Cookie", sign_in("admin").cookie}});
        return std::string{json::parse(answer.body).at("token").as_string()};
    }

    std::vector<std::int64_t> all_ticket_ids(const std::string& cookie) {
        std::vector<std::int64_t> ids;
        std::string cursor;
        do {
            const auto page =
                json::parse(request(port_, "GET", "/api/v1/tickets?limit=200" + cursor, "", {{"Cookie", cookie}}).body);
            for (const auto& item : page.at("items").as_array()) ids.push_back(item.at("id").as_int64());
            const auto& next = page.at("next_cursor");
            cursor = next.is_null() ? "" : "&cursor=" + std::string{next.as_string()};
        } while (!cursor.empty());
        return ids;
    }

    TemporaryDirectory data_;
    std::string password_;
    std::atomic<int> port_ = 0;
    std::unique_ptr<RunningCallout> server_;
};

TEST_F(Kill, LosesNoAcknowledgedTicketAndNoEvent) {
    const auto used_seed = seed();
    RecordProperty("seed", static_cast<int>(used_seed));
    std::mt19937 random{used_seed};
    const auto cookie = sign_in("agent1").cookie;
    const auto token = token_of_agent();
    const auto before = all_ticket_ids(cookie);
    const std::int64_t customer_id = 1;

    Console console{port_, cookie};
    std::vector<std::unique_ptr<Opener>> load;
    load.reserve(openers);
    for (int i = 0; i < openers; ++i) load.push_back(std::make_unique<Opener>(port_, token, customer_id, i));
    const auto acknowledged = [&] {
        std::vector<std::int64_t> all;
        for (const auto& opener : load) {
            const auto its = opener->acknowledged();
            all.insert(all.end(), its.begin(), its.end());
        }
        return all;
    };

    int server_kills = 0;
    for (int kill = 0; kill < kills(); ++kill) {
        // Not before the load goes again, and then at a moment nobody chose.
        const auto so_far = acknowledged().size();
        ASSERT_TRUE(comes_true([&] { return acknowledged().size() > so_far + 5; }))
            << "no ticket after kill " << kill << ", seed " << used_seed << "\n"
            << server_->output();
        std::this_thread::sleep_for(std::chrono::milliseconds{random() % 150});
        if (random() % 2 == 0) {
            server_->kill();
            ++server_kills;
            start();
        } else {
            ::kill(running_database(), SIGKILL);
        }
    }
    for (auto& opener : load) opener->stop();

    const auto promised = acknowledged();
    auto there = all_ticket_ids(cookie);
    std::ranges::sort(there);
    EXPECT_EQ(std::ranges::adjacent_find(there), there.end());
    for (const auto id : promised)
        EXPECT_TRUE(std::ranges::binary_search(there, id)) << "ticket " << id << " was acknowledged and is lost";
    // Each opener's every key became exactly one ticket.
    EXPECT_EQ(there.size() - before.size(), promised.size()) << "seed " << used_seed;

    const auto told = [&] {
        const auto opened = console.opened_tickets();
        return std::ranges::all_of(promised, [&](auto id) { return opened.contains(id); });
    };
    EXPECT_TRUE(comes_true(told)) << "the console was not told of every ticket; it is at " << console.last_seq();
    console.stop();
    EXPECT_EQ(console.complaints(), std::vector<std::string>{}) << "seed " << used_seed;
    // It was there for most of it; a console that sat the kills out would have shown nothing.
    EXPECT_GT(console.connections(), server_kills / 2);
    fmt::print("{} kills, {} tickets acknowledged, {} connections of the console, last number {}, seed {}\n", kills(),
               promised.size(), console.connections(), console.last_seq(), used_seed);
}

}  // namespace
}  // namespace callout::test
