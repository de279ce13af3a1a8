#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "server/api/ticket_deadlines.hpp"
#include "tests/integration/tickets/office.hpp"
#include "tests/support/desk_test.hpp"

namespace callout::test {
namespace {

namespace json = boost::json;

class TicketLife : public DeskTest {
protected:
    api::OfferingSettings offering_settings() {
        return {.life_cycle = desk_->services().life_cycle, .timezone = desk_->config().region.timezone};
    }

    TicketLife() : office_{*desk_} {}

    // Kinds of the ticket's events in their order.
    std::vector<std::string> events_of(const Reply& ticket) {
        std::vector<std::string> kinds;
        const auto events = desk_->send("GET", Office::path(ticket) + "/events", &office_.agent);
        for (const auto& event : events.body.at("items").as_array()) kinds.emplace_back(event.at("kind").as_string());
        return kinds;
    }

    Office office_;
};

TEST_F(TicketLife, SaysWhetherTheMachineWasUnderWarrantyWhenItFailed) {
    const auto administrator = desk_->add_person("administrator", {dispatch::Role::administrator});
    const auto product = desk_->send("POST", "/products", &administrator,
                                     {{"code", "WP10"}, {"name", "WP10"}, {"warranty_hours", 2000}});
    const auto engine = [&](std::string_view serial_number, std::string_view until) {
        return desk_
            ->send("POST", "/assets", &office_.agent,
                   {{"serial_number", serial_number},
                    {"product_id", product.body.at("id")},
                    {"customer_id", office_.customer_id},
                    {"warranty_until", until}})
            .body.at("id")
            .as_int64();
    };
    const auto reason = [](const Reply& ticket) { return ticket.body.at("warranty").at("reason"); };
    const auto seen_by = [&](const Person& person, const Reply& ticket) {
        return desk_->send("GET", Office::path(ticket), &person);
    };

    EXPECT_TRUE(office_.open().body.at("warranty").is_null());
    const auto old = engine("SN-1", "2020-06-30");
    EXPECT_EQ(reason(office_.open({{"asset_id", old}})), "date_passed");
    EXPECT_EQ(reason(office_.open({{"asset_id", old}, {"fault_reported_at", "2020-06-30T08:00:00Z"}})), "in_force");

    const auto covered = engine("SN-2", "2190-12-31");
    const auto earlier =
        office_.step(office_.open({{"asset_id", covered}}), "cancel", office_.agent, {{"reason", "customer_withdrew"}});
    const auto offered = office_.step(office_.open({{"asset_id", covered}}), "offer", office_.dispatcher,
                                      {{"dealer_unit_id", office_.dealer_id}});
    // The dealer sees it without seeing customers.
    const auto at_dealer = seen_by(office_.dealer, offered);
    EXPECT_EQ(at_dealer.body.at("warranty").at("until"), "2190-12-31");
    EXPECT_EQ(at_dealer.body.at("warranty"), offered.body.at("warranty"));
    std::this_thread::sleep_for(std::chrono::milliseconds{2});  // the meter is read after the first one ended
    desk_->send("POST", "/assets/" + std::to_string(covered) + "/meter-readings", &office_.agent, {{"hours", 2001}});
    EXPECT_EQ(reason(seen_by(office_.supervisor, offered)), "hours_exceeded");
    EXPECT_EQ(reason(seen_by(office_.supervisor, earlier)), "in_force");
}

TEST_F(TicketLife, GoesFromOpenedToClosed) {
    auto ticket = office_.open();
    ASSERT_EQ(ticket.status, 201) << json::serialize(ticket.body);
    EXPECT_EQ(state_of(ticket), "open");
    ticket =
        office_.step(ticket, "offer", office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}, {"why", "最近"}});
    EXPECT_EQ(state_of(ticket), "offered");
    ticket = office_.step(ticket, "confirm", office_.dealer, {{"offer_number", 1}});
    EXPECT_EQ(state_of(ticket), "confirmed");
    ticket = office_.step(ticket, "name-technician", office_.dealer, {{"technician_id", office_.technician.id}});
    ticket = office_.step(ticket, "depart", office_.technician);
    EXPECT_EQ(state_of(ticket), "en_route");
    ticket = office_.step(ticket, "arrive", office_.technician, {{"longitude", 119.16}, {"latitude", 36.71}});
    EXPECT_EQ(state_of(ticket), "on_site");
    ticket = office_.step(ticket, "finish", office_.technician, {{"description", "更换水泵"}, {"signed_by", "王芳"}});
    EXPECT_EQ(state_of(ticket), "repaired");
    ticket = office_.step(office_.desk.send("GET", Office::path(ticket), &office_.agent), "record-callback",
                          office_.agent, {{"outcome", "reached"}, {"fixed", true}, {"score", 5}});
    EXPECT_EQ(state_of(ticket), "closed");
    EXPECT_EQ(ticket.body.at("score"), json::value(5));
    const auto events = events_of(ticket);
    EXPECT_EQ(events.front(), "ticket.opened");
    EXPECT_EQ(events.back(), "ticket.closed");
    EXPECT_EQ(ticket.body.at("visits").as_array().size(), 1u);
    EXPECT_EQ(ticket.body.at("offers").at(0).at("outcome"), json::value("confirmed"));
}

TEST_F(TicketLife, KeepsTheSignatureAsItWasDrawnAndNothingElseInItsPlace) {
    const auto ticket = office_.on_site();
    const auto finish = [&](const std::string& signature) {
        return office_.step(ticket, "finish", office_.technician,
                            {{"description", "更换水泵"}, {"signed_by", "王芳"}, {"signature", signature}});
    };
    for (const auto* wrong : {"x", "L10 10", "M1 1C2 2 3 3 4 4", "M1 1\"/><script>", "M1.5 2"}) {
        const auto refused = finish(wrong);
        EXPECT_EQ(refused.status, 422) << wrong;
        EXPECT_EQ(refused.body.at("errors").at(0).at("pointer"), json::value("/signature"));
    }
    EXPECT_EQ(finish("M" + std::string(16'000, '1')).status, 422);
    const auto signed_off = finish("M12 30L14 31M20 20L21 25");
    ASSERT_EQ(signed_off.status, 200) << json::serialize(signed_off.body);
    EXPECT_EQ(signed_off.body.at("visits").at(0).at("signature"), json::value("M12 30L14 31M20 20L21 25"));
}

TEST_F(TicketLife, IsNotFinishedWithNothingSaidAndNobodyWhoSigned) {
    const auto ticket = office_.on_site();
    const auto refused = office_.step(ticket, "finish", office_.technician, {{"signed_by", "  "}});
    EXPECT_EQ(refused.field_errors(), "/description required; /signed_by required");
}

TEST_F(TicketLife, TellsAMissingReasonBesideTheOtherMistakes) {
    const auto ticket = office_.offered();
    const auto refused = office_.step(ticket, "redispatch", office_.dispatcher, {{"dealer_unit_id", "x"}});
    EXPECT_EQ(refused.field_errors(), "/reason reason_required; /dealer_unit_id not_an_integer");
}

TEST_F(TicketLife, ShowsEachPersonWhatHeMayDoNow) {
    const auto ticket = office_.offered();
    const auto actions = [&](const Person& person) {
        const auto seen = desk_->send("GET", Office::path(ticket), &person);
        return json::serialize(seen.body.at("actions"));
    };
    EXPECT_EQ(actions(office_.dealer), R"(["confirm","reject"])");
    EXPECT_NE(actions(office_.dispatcher).find("recall"), std::string::npos);
    EXPECT_EQ(actions(office_.agent).find("confirm"), std::string::npos);
}

TEST_F(TicketLife, IsNotThereForADealerItWasNotOfferedTo) {
    const auto ticket = office_.offered();
    EXPECT_EQ(desk_->send("GET", Office::path(ticket), &office_.other_dealer).status, 404);
    EXPECT_EQ(office_.step(ticket, "confirm", office_.other_dealer, {{"offer_number", 1}}).status, 404);
    EXPECT_EQ(desk_->send("GET", Office::path(ticket), &office_.dealer).status, 200);
    EXPECT_EQ(desk_->send("GET", "/tickets", &office_.other_dealer).body.at("items").as_array().size(), 0u);
    EXPECT_EQ(desk_->send("GET", "/tickets", &office_.dealer).body.at("items").as_array().size(), 1u);
}

TEST_F(TicketLife, RefusesAStaleVersionWithThePresentTicket) {
    const auto ticket = office_.open();
    office_.step(ticket, "offer", office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}});
    const auto stale = office_.step(ticket, "cancel", office_.agent, {{"reason", "customer_withdrew"}});
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(stale.code(), "version_conflict");
    EXPECT_EQ(stale.body.at("current").at("state"), json::value("offered"));
}

TEST_F(TicketLife, RefusesAStepItsStateForbids) {
    const auto ticket = office_.open();
    const auto refused = office_.step(ticket, "confirm", office_.coordinator, {{"offer_number", 1}});
    EXPECT_EQ(refused.status, 404) << "without an office it is none of the coordinator's business";
    const auto again =
        office_.step(office_.offered(), "offer", office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}});
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.code(), "ticket_state_forbids");
}

TEST_F(TicketLife, AsksForTheVersionThatWasSeen) {
    const auto ticket = office_.open();
    const auto reply =
        desk_->send("POST", Office::path(ticket) + "/cancel", &office_.agent, {{"reason", "customer_withdrew"}});
    EXPECT_EQ(reply.status, 428);
    EXPECT_EQ(reply.code(), "precondition_required");
}

TEST_F(TicketLife, TakesAChaseWhateverTheVersion) {
    const auto ticket = office_.offered();
    const auto chased = desk_->send("POST", Office::path(ticket) + "/chase", &office_.agent, {{"note", "客户催促"}});
    EXPECT_EQ(chased.status, 200) << json::serialize(chased.body);
    EXPECT_EQ(chased.body.at("chases_count"), json::value(1));
}

// What was typed for a new ticket may turn out to be a chase of an old one.
TEST_F(TicketLife, TakesAChaseAsLongAsADescription) {
    const auto ticket = office_.offered();
    std::string note;
    for (int i = 0; i < 4000; ++i) note += "催";
    const auto path = Office::path(ticket) + "/chase";
    EXPECT_EQ(desk_->send("POST", path, &office_.agent, {{"note", note}}).status, 200);
    EXPECT_EQ(desk_->send("POST", path, &office_.agent, {{"note", note + "催"}}).status, 422);
}

TEST_F(TicketLife, AnswersARepeatedKeyWithTheFirstAnswerAndDoesNothingAgain) {
    const json::value body{{"kind", "repair"}, {"customer_id", office_.customer_id}, {"description", "无法启动"}};
    const std::vector<http::Header> key{{"Idempotency-Key", "one intention"}};
    const std::vector<http::Header> sane_key{{"Idempotency-Key", "one-intention"}};
    EXPECT_EQ(desk_->send("POST", "/tickets", &office_.agent, body, key).status, 400) << "a space is not visible ASCII";
    const auto first = desk_->send("POST", "/tickets", &office_.agent, body, sane_key);
    const auto second = desk_->send("POST", "/tickets", &office_.agent, body, sane_key);
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(first.body, second.body);
    EXPECT_EQ(second.response.header("Idempotency-Replayed"), "true");
    EXPECT_EQ(desk_->send("GET", "/tickets", &office_.agent).body.at("items").as_array().size(), 1u);
}

TEST_F(TicketLife, RefusesARepeatedKeyWithAnotherBody) {
    const std::vector<http::Header> key{{"Idempotency-Key", "one-intention"}};
    json::object body{{"kind", "repair"}, {"customer_id", office_.customer_id}, {"description", "无法启动"}};
    desk_->send("POST", "/tickets", &office_.agent, body, key);
    body["description"] = "异响";
    const auto second = desk_->send("POST", "/tickets", &office_.agent, body, key);
    EXPECT_EQ(second.status, 409);
    EXPECT_EQ(second.code(), "idempotency_key_reused");
}

TEST_F(TicketLife, AnswersARepeatedStepWithTheFirstAnswerAlthoughTheVersionMoved) {
    const auto ticket = office_.open();
    const std::vector<http::Header> headers{{"Idempotency-Key", "offer-once"}, {"If-Match", "\"1\""}};
    const json::value body{{"dealer_unit_id", office_.dealer_id}};
    const auto first = desk_->send("POST", Office::path(ticket) + "/offer", &office_.dispatcher, body, headers);
    const auto second = desk_->send("POST", Office::path(ticket) + "/offer", &office_.dispatcher, body, headers);
    EXPECT_EQ(first.status, 200) << json::serialize(first.body);
    EXPECT_EQ(second.status, 200);
    EXPECT_EQ(first.body, second.body);
}

TEST_F(TicketLife, IsAnsweredWhenItIsOpenedAsItIsReadLater) {
    for (const char* kind : {"repair", "enquiry", "complaint"}) {
        const auto opened = office_.open(
            {{"kind", kind}, {"contact_phone", "13800138000"}, {"longitude", 119.16}, {"latitude", 36.71}});
        ASSERT_EQ(opened.status, 201) << json::serialize(opened.body);
        EXPECT_EQ(opened.body, desk_->send("GET", Office::path(opened), &office_.agent).body);
    }
}

TEST_F(TicketLife, MakesACustomerOfACallerNobodyKnows) {
    const auto opened = desk_->send("POST", "/tickets", &office_.agent,
                                    {{"kind", "repair"},
                                     {"description", "不出水"},
                                     {"customer",
                                      {{"name", "赵六"},
                                       {"address", "青岛市海尔路1号"},
                                       {"phones", json::array{json::object{{"number", "13900139000"}}}}}}});
    ASSERT_EQ(opened.status, 201) << json::serialize(opened.body);
    EXPECT_EQ(opened.body, desk_->send("GET", Office::path(opened), &office_.agent).body);
    EXPECT_EQ(opened.body.at("address"), json::value("青岛市海尔路1号"));
    const auto known = desk_->send("GET", "/customers?phone_tail=9000", &office_.agent);
    ASSERT_EQ(known.body.at("items").as_array().size(), 1u) << json::serialize(known.body);
    EXPECT_EQ(known.body.at("items").at(0).at("id"), opened.body.at("customer_id"));
}

TEST_F(TicketLife, NamesWhatIsWrongWithANewCustomer) {
    const auto reply = desk_->send("POST", "/tickets", &office_.agent,
                                   {{"kind", "repair"},
                                    {"description", "不出水"},
                                    {"customer_id", office_.customer_id},
                                    {"customer", {{"phones", json::array{json::object{{"number", "1234"}}}}}}});
    EXPECT_EQ(reply.status, 422);
    const auto errors = reply.field_errors();
    for (const auto* expected :
         {"/customer_id either_or", "/customer/name required", "/customer/phones/0/number phone_"})
        EXPECT_NE(errors.find(expected), std::string::npos) << expected << " in " << errors;
}

TEST_F(TicketLife, ForgetsItsPlaceWhenTheAgentTakesItBack) {
    const auto opened = office_.open({{"longitude", 119.16}, {"latitude", 36.71}});
    const auto edited = desk_->send_with_version("PATCH", Office::path(opened), office_.agent,
                                                 {{"longitude", nullptr}, {"latitude", nullptr}}, opened.version());
    ASSERT_EQ(edited.status, 200) << json::serialize(edited.body);
    EXPECT_EQ(edited.body.at("longitude"), json::value(nullptr));
}

TEST_F(TicketLife, MovesToTheOfficeThatTheAgentNames) {
    const auto opened = office_.open();
    const auto edited = desk_->send_with_version("PATCH", Office::path(opened), office_.agent,
                                                 {{"office_unit_id", office_.office_id}}, opened.version());
    ASSERT_EQ(edited.status, 200) << json::serialize(edited.body);
    EXPECT_EQ(edited.body.at("office_unit_id"), json::value(office_.office_id));
}

TEST_F(TicketLife, TellsEveryWrongFieldOfANewTicketAtOnce) {
    const auto reply = desk_->send("POST", "/tickets", &office_.agent,
                                   {{"kind", "repare"},
                                    {"customer_id", 999},
                                    {"asset_id", "x"},
                                    {"contact_phone", "12"},
                                    {"longitude", 200},
                                    {"colour", "red"}});
    EXPECT_EQ(reply.status, 422);
    const auto errors = reply.field_errors();
    for (const auto* expected : {"/kind unknown_value", "/customer_id not_found", "/asset_id not_an_integer",
                                 "/description required", "/longitude out_of_range", "/colour unknown_field"})
        EXPECT_NE(errors.find(expected), std::string::npos) << expected << " in " << errors;
    EXPECT_NE(errors.find("/contact_phone phone_"), std::string::npos) << errors;
}

TEST_F(TicketLife, ComesThroughAChannelThatIsKnown) {
    const auto refused = office_.open({{"channel", "smoke signals"}});
    EXPECT_EQ(refused.field_errors(), "/channel unknown_value");
}

TEST_F(TicketLife, KeepsEmojiAndRareCharacters) {
    const auto ticket = office_.open({{"description", "𠮷先生：🚜 不动了"}});
    EXPECT_EQ(desk_->send("GET", Office::path(ticket), &office_.agent).body.at("description"),
              json::value("𠮷先生：🚜 不动了"));
}

TEST_F(TicketLife, ShowsTheAgentOpenTicketsOfTheSameCallerAssetOrSite) {
    const auto first = office_.open({{"contact_phone", "13800138000"}, {"longitude", 119.16}, {"latitude", 36.71}});
    ASSERT_EQ(first.status, 201) << json::serialize(first.body);
    const auto similar =
        desk_->send("POST", "/tickets/similar", &office_.agent,
                    {{"contact_phone", "138 0013 8000"}, {"longitude", 119.161}, {"latitude", 36.7101}});
    ASSERT_EQ(similar.status, 200) << json::serialize(similar.body);
    ASSERT_EQ(similar.body.at("items").as_array().size(), 1u) << json::serialize(similar.body);
    const auto& item = similar.body.at("items").at(0);
    EXPECT_EQ(item.at("ticket").at("id"), first.body.at("id"));
    EXPECT_EQ(json::serialize(item.at("reasons")), R"(["same_caller","same_site"])");
}

TEST_F(TicketLife, LooksForSimilarOnesAnewAlthoughTheRequestIsTheSame) {
    const json::value caller{{"contact_phone", "13900139000"}};
    const std::vector<http::Header> key{{"Idempotency-Key", "asked-while-typing"}};
    const auto found = [&] {
        return desk_->send("POST", "/tickets/similar", &office_.agent, caller, key).body.at("items").as_array().size();
    };
    EXPECT_EQ(found(), 0u);
    office_.open({{"contact_phone", "13900139000"}});
    EXPECT_EQ(found(), 1u);
}

TEST_F(TicketLife, ReturnsToOpenWhenAnOfferExpiresAndSaysWhoWasAsked) {
    const auto ticket = office_.offered();
    const auto id = ticket.body.at("id").as_int64();
    auto db = desk_->connect();
    const Instant late = now() + std::chrono::hours{1};
    EXPECT_TRUE(api::fire_deadline(db, offering_settings(), id, dispatch::DeadlineKind::offer_expiry, late));
    db.commit();
    const auto expired = desk_->send("GET", Office::path(ticket), &office_.agent);
    EXPECT_EQ(state_of(expired), "open");
    EXPECT_EQ(expired.body.at("offers").at(0).at("outcome"), json::value("expired"));
    EXPECT_EQ(expired.body.at("offers").at(0).at("dealer_unit_id"), json::value(office_.dealer_id));
    EXPECT_EQ(db.query("SELECT 1 FROM deadline WHERE ticket_id = ?", id).size(), 0u);
}

TEST_F(TicketLife, TellsALateDealerThatTheOfferIsOver) {
    const auto ticket = office_.offered();
    auto db = desk_->connect();
    api::fire_deadline(db, offering_settings(), ticket.body.at("id").as_int64(), dispatch::DeadlineKind::offer_expiry,
                       now() + std::chrono::hours{1});
    db.commit();
    const auto late = desk_->send_with_version("POST", Office::path(ticket) + "/confirm", office_.dealer,
                                               {{"offer_number", 1}}, ticket.version() + 1);
    EXPECT_EQ(late.status, 409) << json::serialize(late.body);
    EXPECT_EQ(late.code(), "offer_expired");
}

TEST_F(TicketLife, CountsTheBoardAsItsEventsSay) {
    office_.open();
    office_.offered();
    auto db = desk_->connect();
    const auto counts = [&] { return json::serialize(desk_->send("GET", "/board", &office_.agent).body.at("counts")); };
    // Nothing is numbered yet: a console that starts at number 0 will be told of every ticket.
    EXPECT_EQ(desk_->send("GET", "/board", &office_.agent).body.at("seq"), json::value(0));
    EXPECT_EQ(counts().find("\"offered\":1"), std::string::npos) << counts();
    db.execute("UPDATE event SET seq = id");
    db.commit();
    EXPECT_EQ(counts(), R"({"offered":1,"open":1})");
}

TEST_F(TicketLife, MergesAndUnmerges) {
    const auto kept = office_.open();
    const auto merged = office_.step(office_.open(), "merge", office_.agent, {{"into_id", kept.body.at("id")}});
    EXPECT_EQ(state_of(merged), "merged");
    const auto keeper = desk_->send("GET", Office::path(kept), &office_.agent);
    EXPECT_EQ(json::serialize(keeper.body.at("merged_ticket_ids")),
              "[" + std::to_string(merged.body.at("id").as_int64()) + "]");
    EXPECT_EQ(state_of(office_.step(merged, "unmerge", office_.agent)), "open");
}

TEST_F(TicketLife, HidesTheCallersNumberUntilTheJobIsTaken) {
    const auto opened = office_.open({{"contact_phone", "13800138000"}});
    const auto offered = office_.step(opened, "offer", office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}});
    const auto phone = [&](const Person& person) {
        return std::string{desk_->send("GET", Office::path(opened), &person).body.at("contact_phone").as_string()};
    };
    EXPECT_EQ(phone(office_.agent), "+8613800138000");
    EXPECT_EQ(phone(office_.dealer), "+86138****8000");
    office_.step(offered, "confirm", office_.dealer, {{"offer_number", 1}});
    EXPECT_EQ(phone(office_.dealer), "+8613800138000");
}

TEST_F(TicketLife, KeepsInternalNotesFromDealers) {
    const auto ticket = office_.offered();
    desk_->send("POST", Office::path(ticket) + "/note", &office_.agent, {{"note", "客户情绪激动"}});
    const auto kinds = [&](const Person& person) {
        return json::serialize(desk_->send("GET", Office::path(ticket) + "/events", &person).body);
    };
    EXPECT_NE(kinds(office_.dispatcher).find("客户情绪激动"), std::string::npos);
    EXPECT_EQ(kinds(office_.dealer).find("客户情绪激动"), std::string::npos);
}

TEST_F(TicketLife, PagesThroughAListWithoutGapsOrRepeats) {
    for (int i = 0; i < 7; ++i) office_.open({{"urgency", i % 3 == 0 ? "urgent" : "normal"}});
    for (const auto* order : {"newest", "urgency"}) {
        std::vector<std::int64_t> seen;
        std::string cursor;
        do {
            const auto page = desk_->send(
                "GET", std::string{"/tickets?limit=3&order="} + order + (cursor.empty() ? "" : "&cursor=" + cursor),
                &office_.agent);
            ASSERT_EQ(page.status, 200) << json::serialize(page.body);
            for (const auto& item : page.body.at("items").as_array()) seen.push_back(item.at("id").as_int64());
            cursor = page.body.at("next_cursor").is_null() ? "" : std::string{page.body.at("next_cursor").as_string()};
        } while (!cursor.empty());
        EXPECT_EQ(seen.size(), 7u) << order;
        std::ranges::sort(seen);
        EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end()) << order;
    }
}

}  // namespace
}  // namespace callout::test
