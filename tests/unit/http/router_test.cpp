#include "server/http/router.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace callout::http {
namespace {

using Table = Router<std::string>;

Table tickets() {
    Table table;
    table.add(Verb::get, "/api/v1/tickets/{id}", "ticket");
    table.add(Verb::get, "/api/v1/tickets", "tickets");
    table.add(Verb::post, "/api/v1/tickets", "open");
    table.add(Verb::get, "/api/v1/tickets/mine", "mine");
    table.add(Verb::post, "/api/v1/tickets/{ticket_id}/offers/{offer_id}/confirm", "confirm");
    return table;
}

std::string target_of(const Table& table, Verb verb, std::string_view path) {
    const auto outcome = table.match(verb, path);
    const auto* match = std::get_if<Table::Match>(&outcome);
    return match ? *match->target : "";
}

std::string allowed_of(const Table& table, Verb verb, std::string_view path) {
    const auto outcome = table.match(verb, path);
    const auto* refused = std::get_if<MethodNotAllowed>(&outcome);
    return refused ? allow_header(refused->allowed) : "";
}

TEST(Router, FindsTheTargetOfVerbAndPath) {
    const auto table = tickets();
    EXPECT_EQ(target_of(table, Verb::get, "/api/v1/tickets"), "tickets");
    EXPECT_EQ(target_of(table, Verb::post, "/api/v1/tickets"), "open");
}

TEST(Router, NamesTheParametersAsThePatternDoes) {
    const auto table = tickets();
    const auto outcome = table.match(Verb::post, "/api/v1/tickets/17/offers/4/confirm");
    const auto* match = std::get_if<Table::Match>(&outcome);
    ASSERT_TRUE(match);
    EXPECT_EQ(*match->target, "confirm");
    EXPECT_EQ(match->parameters, (PathParameters{{"ticket_id", "17"}, {"offer_id", "4"}}));
}

TEST(Router, PrefersALiteralWhateverTheOrderOfAdding) {
    EXPECT_EQ(target_of(tickets(), Verb::get, "/api/v1/tickets/mine"), "mine");
    EXPECT_EQ(target_of(tickets(), Verb::get, "/api/v1/tickets/17"), "ticket");
}

TEST(Router, TakesAParameterWhenTheLiteralLeadsNowhere) {
    EXPECT_EQ(target_of(tickets(), Verb::post, "/api/v1/tickets/mine/offers/4/confirm"), "confirm");
}

TEST(Router, TellsUnknownPathsFromUnknownVerbs) {
    const auto table = tickets();
    for (const auto* path : {"/", "", "tickets", "/api/v1/ticket", "/api/v1/tickets/", "/api/v1/tickets/17/",
                             "/api/v1/tickets/17/offers", "/api/v1//tickets", "/api/v1"})
        EXPECT_TRUE(std::holds_alternative<NotFound>(table.match(Verb::get, path))) << path;
    EXPECT_EQ(allowed_of(table, Verb::del, "/api/v1/tickets"), "GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(allowed_of(table, Verb::get, "/api/v1/tickets/17/offers/4/confirm"), "POST, OPTIONS");
}

TEST(Router, AnswersHeadWithTheTargetOfGet) {
    EXPECT_EQ(target_of(tickets(), Verb::head, "/api/v1/tickets/17"), "ticket");
    EXPECT_EQ(allowed_of(tickets(), Verb::head, "/api/v1/tickets/17/offers/4/confirm"), "POST, OPTIONS");
}

TEST(Router, AnswersOptionsWithTheAllowedVerbs) {
    EXPECT_EQ(allowed_of(tickets(), Verb::options, "/api/v1/tickets/17"), "GET, HEAD, OPTIONS");
}

TEST(Router, RefusesMalformedAndDoubledPatterns) {
    Table table = tickets();
    EXPECT_THROW(table.add(Verb::get, "/api/v1/tickets/{other}", "again"), std::logic_error);
    EXPECT_THROW(table.add(Verb::get, "tickets", "relative"), std::logic_error);
    EXPECT_THROW(table.add(Verb::get, "/tickets/{id", "open brace"), std::logic_error);
    EXPECT_THROW(table.add(Verb::get, "/tickets/x{id}", "part of a segment"), std::logic_error);
    EXPECT_THROW(table.add(Verb::get, "/tickets//x", "empty segment"), std::logic_error);
}

}  // namespace
}  // namespace callout::http
