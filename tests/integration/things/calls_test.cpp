#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <thread>

#include "server/calls/ring_watch.hpp"
#include "tests/support/desk_test.hpp"

namespace callout {
namespace {

namespace json = boost::json;
using dispatch::Role;
using test::Desk;
using test::Person;
using testing::ElementsAre;

class Calls : public test::DeskTest {
protected:
    static void SetUpTestSuite() {
        DeskTest::SetUpTestSuite();
        desk_->config().telephony.token = "the-telephone-system";
    }

    void SetUp() override {
        desk_->start_over();
        first = desk_->add_person("first", {Role::agent});
        second = desk_->add_person("second", {Role::agent});
        supervisor = desk_->add_person("supervisor", {Role::supervisor});
        auto db = desk_->connect();
        db.execute("UPDATE user_account SET extension = '8001' WHERE id = ?", first.id);
        db.execute("UPDATE user_account SET extension = '8002' WHERE id = ?", second.id);
        db.commit();
    }

    static int report(const json::value& body) {
        const auto reply = desk_->send("POST", "/calls/events/the-telephone-system", nullptr, body);
        if (reply.status == 200) {
            EXPECT_EQ(json::serialize(reply.body), "{}");
        }
        return reply.status;
    }

    static json::object call(std::string_view event, std::string_view from = "13912345678") {
        return {{"event", event},    {"from", from},    {"to", "4008100000"},
                {"direction", "in"}, {"callId", "c-1"}, {"somethingNew", {{"x", 1}}}};
    }

    struct Told {
        std::string kind;
        std::string audience;
        json::object attributes;
    };

    static std::vector<Told> told() {
        std::vector<Told> events;
        for (const auto& row : desk_->connect().query(
                 "SELECT kind, audience_users, attributes FROM event WHERE kind LIKE 'call.%' ORDER BY id"))
            events.push_back(
                {row.get<std::string>(0), row.get<std::string>(1), json::parse(row.get<std::string>(2)).as_object()});
        return events;
    }

    static std::vector<std::string> kinds() {
        std::vector<std::string> kinds;
        for (const auto& event : told()) kinds.push_back(event.kind);
        return kinds;
    }

    json::value logged() { return desk_->send("GET", "/calls", &first).body.at("items").at(0); }

    Person first;
    Person second;
    Person supervisor;
};

TEST_F(Calls, AreReportedOnlyByWhoKnowsTheToken) {
    EXPECT_EQ(desk_->send("POST", "/calls/events/the-telephone-systen", nullptr, call("newCall")).status, 404);
    EXPECT_EQ(desk_->send("POST", "/calls/events/x", nullptr, call("newCall")).status, 404);
    desk_->config().telephony.token.clear();
    EXPECT_EQ(desk_->send("POST", "/calls/events/the-telephone-system", nullptr, call("newCall")).status, 404);
    desk_->config().telephony.token = "the-telephone-system";
    EXPECT_EQ(report(call("newCall")), 200);
}

TEST_F(Calls, RingWhereTheTelephoneSystemSaysWithTheCallerLookedUp) {
    const auto customer =
        desk_->send("POST", "/customers", &first, {{"name", "李雷"}, {"phones", {{{"number", "13912345678"}}}}});
    auto ring = call("newCall");
    ring["user"] = {"8001", "second", "nobody"};
    ring["queue"] = "维修";
    ASSERT_EQ(report(ring), 200);
    const auto events = told();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, "call.ringing");
    EXPECT_EQ(events[0].audience, fmt::format(",{},{},", first.id, second.id));
    EXPECT_EQ(events[0].attributes.at("customer_name"), "李雷");
    EXPECT_EQ(events[0].attributes.at("customer_id"), customer.body.at("id"));
    EXPECT_EQ(events[0].attributes.at("callers").at(0).at("open_tickets_count"), 0);
    EXPECT_EQ(events[0].attributes.at("from_number"), "+8613912345678");
    EXPECT_EQ(events[0].attributes.at("queue"), "维修");
}

TEST_F(Calls, WithTwoCustomersOfOneNumberLeaveTheChoiceToTheAgent) {
    for (const auto* name : {"李雷", "韩梅梅"})
        desk_->send("POST", "/customers", &first, {{"name", name}, {"phones", {{{"number", "13912345678"}}}}});
    ASSERT_EQ(report(call("newCall")), 200);
    const auto events = told();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_TRUE(events[0].attributes.at("customer_id").is_null());
    EXPECT_EQ(events[0].attributes.at("callers").as_array().size(), 2U);
}

TEST_F(Calls, RingAtWhoseNumberWasDialledElseAtEverybodyWhoTakesCalls) {
    auto direct = call("newCall");
    direct["to"] = "8002";
    report(direct);
    auto open = call("newCall");
    open["callId"] = "c-2";
    report(open);
    const auto events = told();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].audience, fmt::format(",{},", second.id));
    for (const auto& agent : {first, second})
        EXPECT_NE(events[1].audience.find(fmt::format(",{},", agent.id)), std::string::npos);
    EXPECT_EQ(events[1].audience.find(fmt::format(",{},", supervisor.id)), std::string::npos);
}

TEST_F(Calls, AreTakenBackFromTheOthersWhenOneAnswers) {
    auto ring = call("newCall");
    ring["user"] = {"8001", "8002"};
    report(ring);
    auto answer = call("answer");
    answer["user"] = "8002";
    report(answer);
    report(call("hangup"));
    const auto events = told();
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[1].kind, "call.answered");
    EXPECT_EQ(events[1].audience, fmt::format(",{},{},", first.id, second.id));
    EXPECT_EQ(events[1].attributes.at("answered_by"), second.id);
    EXPECT_EQ(events[1].attributes.at("answered_by_name"), logged().at("answered_by_name"));
    EXPECT_EQ(events[2].kind, "call.ended");
    EXPECT_EQ(logged().at("state"), "ended");
}

TEST_F(Calls, ReportedTwiceAreReportedOnce) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(report(call("newCall")), 200);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(report(call("hangup")), 200);
    EXPECT_THAT(kinds(), ElementsAre("call.ringing", "call.missed"));
    EXPECT_EQ(logged().at("state"), "missed");
}

TEST_F(Calls, NeverRingAfterTheyEnded) {
    report(call("hangup"));
    report(call("newCall"));
    EXPECT_THAT(kinds(), testing::IsEmpty());
    EXPECT_EQ(logged().at("state"), "missed");
    EXPECT_EQ(logged().at("from_number"), "+8613912345678");
    report(call("answer"));
    EXPECT_EQ(logged().at("state"), "ended");
}

TEST_F(Calls, OfNobodyInParticularAreLoggedAsReported) {
    report(call("newCall", "anonymous"));
    EXPECT_EQ(logged().at("from_number"), "anonymous");
    EXPECT_TRUE(logged().at("customer_id").is_null());
    auto nameless = call("newCall", "张三");
    nameless["callId"] = "c-2";
    nameless.erase("to");
    EXPECT_EQ(report(nameless), 200);
    EXPECT_EQ(logged().at("from_number"), "");
}

TEST_F(Calls, AreAcceptedAsAForm) {
    auto request = Desk::request("POST", "/calls/events/the-telephone-system", nullptr, nullptr,
                                 {{"Content-Type", "application/x-www-form-urlencoded"}});
    request.body =
        "event=newCall&from=%2B8613912345678&to=4008100000&direction=in&callId=f-1&user%5B%5D=8001&user%5B%5D=8002&"
        "queue=%E7%BB%B4%E4%BF%AE+%E4%B8%80";
    EXPECT_EQ(desk_->answer(request).status, 200);
    EXPECT_EQ(told().at(0).audience, fmt::format(",{},{},", first.id, second.id));
    EXPECT_EQ(logged().at("queue"), "维修 一");
    request.body = "event=newCall&callId=%FF";
    EXPECT_EQ(desk_->answer(request).status, 400);
    request.body = "event=newCall&callId=%zz";
    EXPECT_EQ(desk_->answer(request).status, 400);
}

TEST_F(Calls, AreReportedInAMediaTypeThatIsKnownWhateverItsCase) {
    const auto status_as = [&](const std::string& type) {
        auto request =
            Desk::request("POST", "/calls/events/the-telephone-system", nullptr, nullptr, {{"Content-Type", type}});
        request.body = "event=newCall&from=13912345678&to=4008100000&direction=in&callId=f-3";
        return desk_->answer(request).status;
    };
    EXPECT_EQ(status_as("Application/X-WWW-Form-URLEncoded; charset=utf-8"), 200);
    EXPECT_EQ(status_as("text/plain"), 415);
}

// As people write it in scripts (curl --data): brackets, spaces and Chinese as they are.
TEST_F(Calls, AreAcceptedAsAFormThatIsHardlyEncoded) {
    auto request = Desk::request("POST", "/calls/events/the-telephone-system", nullptr, nullptr,
                                 {{"Content-Type", "application/x-www-form-urlencoded"}});
    request.body =
        "event=newCall&from=13912345678&to=4008100000&direction=in&callId=f-2&user[]=8001&user[]=8002&queue=维修 一";
    EXPECT_EQ(desk_->answer(request).status, 200);
    EXPECT_EQ(told().at(0).audience, fmt::format(",{},{},", first.id, second.id));
    EXPECT_EQ(logged().at("queue"), "维修 一");
}

// The report of the ring was lost, or this telephone system sends none.
TEST_F(Calls, HaveTheirCallerLookedUpWhicheverReportComesFirst) {
    desk_->send("POST", "/customers", &first, {{"name", "李雷"}, {"phones", {{{"number", "13912345678"}}}}});
    auto answer = call("answer");
    answer["user"] = {"8001"};
    ASSERT_EQ(report(answer), 200);
    EXPECT_EQ(told().at(0).attributes.at("customer_name"), "李雷");
    EXPECT_EQ(logged().at("customer_name"), "李雷");
}

TEST_F(Calls, ThatCannotBeReadAreRefusedWithEveryMistake) {
    const auto reply =
        desk_->send("POST", "/calls/events/the-telephone-system", nullptr, {{"event", "dance"}, {"callId", ""}});
    EXPECT_EQ(reply.status, 422);
    EXPECT_EQ(reply.field_errors(), "/event unknown_value; /callId required");
    EXPECT_EQ(report(json::array{1}), 400);
    auto huge = call("newCall", std::string(100'000, '1'));
    huge["queue"] = std::string(5000, 'q');
    EXPECT_EQ(report(huge), 200);
    EXPECT_EQ(logged().at("queue").as_string().size(), 100U);
}

TEST_F(Calls, AreTiedToATicketAndKeepTheirRecording) {
    report(call("newCall"));
    const auto customer = desk_->send("POST", "/customers", &first, {{"name", "李雷"}}).body.at("id").as_int64();
    const auto ticket = desk_->send("POST", "/tickets", &first,
                                    {{"kind", "enquiry"}, {"customer_id", customer}, {"description", "几点开门"}});
    ASSERT_EQ(ticket.status, 201) << json::serialize(ticket.body);
    const auto path = fmt::format("/calls/{}", logged().at("id").as_int64());
    EXPECT_EQ(desk_->send("PATCH", path, &first, {{"ticket_id", 999999}}).field_errors(), "/ticket_id not_found");
    EXPECT_EQ(desk_->send("PATCH", path, &first, {{"recording_url", "javascript:alert(1)"}}).field_errors(),
              "/recording_url not_a_web_address");
    const auto id = ticket.body.at("id").as_int64();
    EXPECT_EQ(desk_->send("PATCH", path, &first, {{"ticket_id", id}, {"recording_url", "https://pbx/r/1.mp3"}}).status,
              200);
    const auto seen = desk_->send("GET", fmt::format("/tickets/{}", id), &first).body;
    EXPECT_EQ(seen.at("calls").at(0).at("recording_url"), "https://pbx/r/1.mp3");
    EXPECT_EQ(desk_->send("GET", fmt::format("/calls?ticket_id={}", id), &first).body.at("items").as_array().size(),
              1U);
    EXPECT_EQ(desk_->send("GET", "/calls?state=ended", &first).body.at("items").as_array().size(), 0U);
    EXPECT_EQ(desk_->send("GET", "/calls", &supervisor).status, 403);
}

TEST_F(Calls, WhoseEndIsNeverReportedAreOverAfterAWhile) {
    report(call("newCall"));
    EXPECT_EQ(calls::end_overdue_rings(desk_->pool(), std::chrono::seconds{60}, now()), 0);
    EXPECT_EQ(calls::end_overdue_rings(desk_->pool(), std::chrono::seconds{60}, now() + std::chrono::minutes{2}), 1);
    EXPECT_EQ(calls::end_overdue_rings(desk_->pool(), std::chrono::seconds{60}, now() + std::chrono::minutes{2}), 0);
    EXPECT_THAT(kinds(), ElementsAre("call.ringing", "call.missed"));
    EXPECT_EQ(logged().at("state"), "missed");
    EXPECT_EQ(logged().at("cause"), "presumed_over");
    auto late = call("answer");
    late["user"] = "8001";
    report(late);
    EXPECT_THAT(kinds(), ElementsAre("call.ringing", "call.missed", "call.answered"));
    EXPECT_EQ(logged().at("state"), "answered");
    EXPECT_EQ(logged().at("cause"), "");
}

TEST_F(Calls, ReportedBySeveralLinesAtOnceAreOneCall) {
    std::vector<std::jthread> lines;
    for (int line = 0; line < 4; ++line)
        lines.emplace_back([] {
            for (const auto* event : {"newCall", "answer", "hangup"}) EXPECT_EQ(report(call(event)), 200);
        });
    lines.clear();
    EXPECT_EQ(logged().at("state"), "ended");
    std::map<std::string, int> times;
    for (const auto& kind : kinds()) EXPECT_EQ(++times[kind], 1) << kind;
}

TEST_F(Calls, CanBeListedByWhomTheyRang) {
    auto ring = call("newCall");
    ring["user"] = {"8001"};
    report(ring);
    EXPECT_EQ(desk_->send("GET", "/calls?mine=true", &first).body.at("items").as_array().size(), 1U);
    EXPECT_EQ(desk_->send("GET", "/calls?mine=true", &second).body.at("items").as_array().size(), 0U);
}

}  // namespace
}  // namespace callout
