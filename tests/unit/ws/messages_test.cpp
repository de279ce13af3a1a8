#include "server/ws/messages.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace callout::ws {
namespace {

namespace json = boost::json;

TEST(EventMessage, HasNumbersWhereTheContractHasNumbers) {
    notifications::Event event;
    event.seq = 7;
    event.kind = "ticket.opened";
    event.ticket_id = 12;
    event.ticket_version = 1;
    event.to_state = "open";
    event.source = "console";
    event.actor_id = 3;
    event.actor_name = "杨伟";
    const auto message = json::parse(event_message(event)).as_object();
    EXPECT_EQ(message.at("type"), "event");
    EXPECT_EQ(message.at("seq"), 7);
    EXPECT_EQ(message.at("ticket_id"), 12);
    EXPECT_EQ(message.at("ticket_version"), 1);
    EXPECT_EQ(message.at("actor"), (json::value{{"id", 3}, {"name", "杨伟"}}));
    EXPECT_TRUE(message.at("attributes").is_object());
}

TEST(EventMessage, HasNullWhereThereIsNoTicketAndNoActor) {
    notifications::Event event;
    event.kind = "user.changed";
    const auto message = json::parse(event_message(event)).as_object();
    EXPECT_TRUE(message.at("ticket_id").is_null());
    EXPECT_TRUE(message.at("ticket_version").is_null());
    EXPECT_TRUE(message.at("actor").is_null());
}

TEST(PresenceMessage, NamesPeople) {
    const auto message = json::parse(presence_message({.ticket_id = 5, .people = {{1, "杨伟", true}}})).as_object();
    EXPECT_EQ(message.at("ticket_id"), 5);
    ASSERT_EQ(message.at("people").as_array().size(), 1U);
    EXPECT_EQ(message.at("people").at(0).at("typing"), true);
}

TEST(OwnPresence, IsReadOnlyFromExactlySuchAMessage) {
    const auto presence = parse_own_presence(R"({"type":"presence","ticket_id":4,"typing":true})");
    ASSERT_TRUE(presence);
    EXPECT_EQ(presence->ticket_id, 4);
    EXPECT_TRUE(presence->typing);
    for (const auto* wrong :
         {"", "[]", "{}", R"({"type":"presence"})", R"({"type":"presence","ticket_id":-4,"typing":true})",
          R"({"type":"presence","ticket_id":"4","typing":true})"})
        EXPECT_FALSE(parse_own_presence(wrong)) << wrong;
}

}  // namespace
}  // namespace callout::ws
