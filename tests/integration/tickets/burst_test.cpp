// Many tickets opened at once share transactions; nobody notices but the clock.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <set>

#include "tests/integration/tickets/office.hpp"
#include "tests/support/desk_test.hpp"

namespace callout::test {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

class Burst : public DeskTest {
protected:
    Burst() : office_{*desk_} {}

    http::Request opening(const std::string& key, std::string_view description) {
        const json::object body{{"kind", "repair"}, {"customer_id", office_.customer_id}, {"description", description}};
        return Desk::request("POST", "/tickets", &office_.agent, body, {{"Idempotency-Key", key}});
    }

    // All of them before the first is answered; the answers in the order of the requests.
    std::vector<http::Response> send_at_once(std::vector<http::Request> requests) {
        asio::io_context io;
        std::vector<http::Response> responses(requests.size());
        for (std::size_t i = 0; i < requests.size(); ++i)
            asio::co_spawn(io, desk_->gateway().handle(std::move(requests[i])),
                           [&responses, i](const std::exception_ptr& error, http::Response response) {
                               ASSERT_FALSE(error);
                               responses[i] = std::move(response);
                           });
        io.run();
        return responses;
    }

    std::int64_t count(std::string_view what) {
        return desk_->connect().query(fmt::format("SELECT COUNT(*) FROM {}", what)).front().get<std::int64_t>(0);
    }

    Office office_;
};

TEST_F(Burst, OpensEachTicketOnceWithItsEvent) {
    std::vector<http::Request> requests;
    for (int i = 0; i < 100; ++i) requests.push_back(opening(fmt::format("key-{}", i), fmt::format("第 {} 单", i)));
    const auto responses = send_at_once(std::move(requests));
    std::set<std::int64_t> ids;
    for (int i = 0; i < 100; ++i) {
        const auto& response = responses[static_cast<std::size_t>(i)];
        ASSERT_EQ(response.status, 201) << response.body;
        const auto ticket = json::parse(response.body);
        EXPECT_EQ(ticket.at("description"), json::value(fmt::format("第 {} 单", i)));
        ids.insert(ticket.at("id").as_int64());
    }
    EXPECT_EQ(ids.size(), 100U);
    EXPECT_EQ(count("ticket"), 100);
    EXPECT_EQ(count("event WHERE kind = 'ticket.opened'"), 100);
}

TEST_F(Burst, RefusesTheBadOnesAndOpensTheOthers) {
    std::vector<http::Request> requests;
    for (int i = 0; i < 40; ++i) requests.push_back(opening(fmt::format("key-{}", i), i % 10 == 3 ? "" : "水温过高"));
    const auto responses = send_at_once(std::move(requests));
    for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(responses[i].status, i % 10 == 3 ? 422 : 201) << responses[i].body;
    EXPECT_EQ(count("ticket"), 36);
}

TEST_F(Burst, AnswersOneKeySentManyTimesAtOnceWithOneTicket) {
    std::vector<http::Request> requests;
    for (int i = 0; i < 20; ++i) requests.push_back(opening("the-same", "水温过高"));
    const auto responses = send_at_once(std::move(requests));
    for (const auto& response : responses) {
        EXPECT_EQ(response.status, 201) << response.body;
        EXPECT_EQ(response.body, responses.front().body);
    }
    EXPECT_EQ(count("ticket"), 1);
}

TEST_F(Burst, RefusesAKeyWithAnotherBodyWhicheverComesFirst) {
    const auto responses = send_at_once({opening("the-same", "水温过高"), opening("the-same", "不出水")});
    EXPECT_EQ(std::multiset<int>({responses[0].status, responses[1].status}), (std::multiset<int>{201, 409}));
    EXPECT_EQ(count("ticket"), 1);
}

}  // namespace
}  // namespace callout::test
