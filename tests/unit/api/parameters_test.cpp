#include "server/api/parameters.hpp"

#include <gtest/gtest.h>

#include "dispatch/tickets/kinds.hpp"

namespace callout::api {
namespace {

http::Request request_with(std::vector<std::pair<std::string, std::string>> query) {
    http::Request request;
    request.query = std::move(query);
    return request;
}

TEST(Parameters, ReadRepeatedAndCommaSeparatedChoices) {
    const auto request = request_with({{"state", "open,offered"}, {"state", "closed"}});
    Parameters parameters{request};
    using dispatch::TicketState;
    EXPECT_EQ(parameters.choices<TicketState>("state"),
              (std::vector{TicketState::open, TicketState::offered, TicketState::closed}));
    EXPECT_FALSE(parameters.problem().has_value());
}

TEST(Parameters, TellEveryMistakeAtOnce) {
    const auto request = request_with({{"limit", "201"}, {"cursor", "x"}, {"stat", "open"}});
    Parameters parameters{request};
    parameters.page();
    const auto problem = parameters.problem();
    ASSERT_TRUE(problem.has_value());
    EXPECT_EQ(problem->status, 422);
    std::vector<std::string> found;
    for (const auto& error : problem->errors) found.push_back(error.pointer + " " + error.code);
    EXPECT_EQ(found,
              (std::vector<std::string>{"?cursor not_an_integer", "?limit out_of_range", "?stat unknown_parameter"}));
}

TEST(Parameters, GiveAPageOfFiftyWhenNothingIsSaid) {
    const auto request = request_with({});
    Parameters parameters{request};
    const auto page = parameters.page();
    EXPECT_FALSE(page.cursor.has_value());
    EXPECT_EQ(page.limit, 50);
}

}  // namespace
}  // namespace callout::api
