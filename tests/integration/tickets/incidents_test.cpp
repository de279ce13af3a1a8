// One fault, many tickets, through the API on a real database: one visit, many callbacks; a campaign is only marked.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <barrier>
#include <thread>

#include "tests/integration/tickets/office.hpp"
#include "tests/support/desk_test.hpp"

namespace callout::test {
namespace {

namespace json = boost::json;

class Incidents : public DeskTest {
protected:
    Incidents() : office_{*desk_} {
        auto db = desk_->connect();
        db.execute("INSERT INTO product (id, code, name) VALUES (1, 'WG12', 'WG12')");
        db.execute("INSERT INTO fault (id, code, name) VALUES (1, 'F1', 'F1')");
        db.execute("INSERT INTO customer (id, name, created_at, updated_at) VALUES (2, '李', NOW(3), NOW(3))");
        for (int id = 1; id <= 3; ++id)
            db.execute(
                "INSERT INTO asset (id, serial_number, product_id, customer_id, upstream_asset_id, created_at, "
                "updated_at) VALUES (?, ?, 1, ?, ?, NOW(3), NOW(3))",
                id, std::to_string(id), id == 3 ? 2 : 1, id == 2 ? std::optional{1} : std::nullopt);
        db.commit();
    }

    Reply open(std::int64_t asset_id, std::int64_t customer_id = 1) {
        return office_.open({{"asset_id", asset_id},
                             {"customer_id", customer_id},
                             {"fault_id", 1},
                             {"office_unit_id", office_.office_id}});
    }

    Reply look(const Reply& ticket) { return desk_->send("GET", Office::path(ticket), &office_.agent); }

    Reply group(const Reply& lead, std::vector<Reply> followers) {
        json::array ids;
        for (const auto& follower : followers) ids.push_back(follower.body.at("id"));
        return desk_->send("POST", "/incidents", &office_.dispatcher,
                           {{"kind", "same_fault"},
                            {"title", "机组停机"},
                            {"lead_ticket_id", lead.body.at("id")},
                            {"ticket_ids", ids}});
    }

    // A second caller's repair of the pump, said to be the same fault as `known`.
    Reply open_same_fault(const json::value& known, json::object more = {}, std::string_view key = {}) {
        json::object body{{"kind", "repair"},
                          {"customer_id", 2},
                          {"asset_id", 2},
                          {"description", "也停机了"},
                          {"office_unit_id", office_.office_id},
                          {"same_fault_as", known}};
        for (const auto& [name, value] : more) body[name] = value;
        std::vector<http::Header> headers;
        if (!key.empty()) headers.push_back({"Idempotency-Key", std::string{key}});
        return desk_->send("POST", "/tickets", &office_.agent, body, headers);
    }

    Reply list(const Person& as, std::string_view query = {}) {
        return desk_->send("GET", "/incidents" + std::string{query}, &as);
    }

    static std::vector<std::string> titles(const Reply& list) {
        std::vector<std::string> titles;
        for (const auto& item : list.body.at("items").as_array()) titles.emplace_back(item.at("title").as_string());
        return titles;
    }

    Reply campaign(std::string_view title, const json::array& ticket_ids) {
        return desk_->send("POST", "/incidents", &office_.agent,
                           {{"kind", "campaign"}, {"title", title}, {"ticket_ids", ticket_ids}});
    }

    Reply repaired(const Reply& ticket) {
        auto step = office_.step(look(ticket), "offer", office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}});
        step = office_.step(step, "confirm", office_.dealer, {{"offer_number", 1}});
        step = office_.step(step, "name-technician", office_.dealer, {{"technician_id", office_.technician.id}});
        step = office_.step(step, "depart", office_.technician);
        step = office_.step(step, "arrive", office_.technician);
        return office_.step(step, "finish", office_.technician, {{"description", "修好"}, {"signed_by", "王"}});
    }

    Office office_;
};

TEST_F(Incidents, CandidatesComeWithKindScoreAndReasons) {
    const auto generator = open(1);
    const auto pump = open(2);
    const auto elsewhere = open(3, 2);
    const auto found = desk_->send("GET", Office::path(generator) + "/same-fault", &office_.agent);
    ASSERT_EQ(found.status, 200) << found.response.body;
    const auto& items = found.body.at("items").as_array();
    ASSERT_EQ(items.size(), 2u) << found.response.body;
    EXPECT_EQ(items[0].at("ticket").at("id"), pump.body.at("id"));
    EXPECT_EQ(items[0].at("kind"), json::value("same_fault"));
    EXPECT_EQ(items[0].at("reasons"), (json::array{"upstream_asset", "same_fault", "same_product", "same_hours"}));
    EXPECT_EQ(items[1].at("ticket").at("id"), elsewhere.body.at("id"));
    EXPECT_EQ(items[1].at("kind"), json::value("campaign"));
}

TEST_F(Incidents, OneVisitAndManyCallbacks) {
    const auto lead = open(1);
    const auto first = open(2);
    const auto second = open(2);
    const auto incident = group(lead, {first, second});
    ASSERT_EQ(incident.status, 201) << incident.response.body;
    EXPECT_EQ(incident.body.at("tickets").as_array().size(), 3u);
    EXPECT_EQ(look(first).body.at("lead_ticket_id"), lead.body.at("id"));
    EXPECT_EQ(look(lead).body.at("incident_id"), incident.body.at("id"));
    const auto refused =
        office_.step(look(first), "offer", office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}});
    EXPECT_EQ(refused.code(), "follows_lead");

    ASSERT_EQ(state_of(repaired(lead)), "repaired");
    for (const auto* follower : {&first, &second}) {
        const auto now_repaired = look(*follower);
        EXPECT_EQ(state_of(now_repaired), "repaired");
        EXPECT_TRUE(now_repaired.body.at("visits").as_array().empty());
        const auto closed = office_.step(now_repaired, "record-callback", office_.agent,
                                         {{"outcome", "reached"}, {"fixed", true}, {"score", 5}});
        EXPECT_EQ(state_of(closed), "closed") << closed.response.body;
    }
}

TEST_F(Incidents, WhoIsNotHelpedIsDispatchedForHimself) {
    const auto lead = open(1);
    const auto follower = open(2);
    group(lead, {follower});
    repaired(lead);
    const auto reopened =
        office_.step(look(follower), "record-callback", office_.agent, {{"outcome", "reached"}, {"fixed", false}});
    EXPECT_EQ(state_of(reopened), "open");
    EXPECT_TRUE(reopened.body.at("lead_ticket_id").is_null());
    EXPECT_TRUE(reopened.body.at("incident_id").is_null());
    const auto offered = office_.step(reopened, "offer", office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}});
    EXPECT_EQ(state_of(offered), "offered");
}

TEST_F(Incidents, WhoWasNotHelpedIsJoinedLikeAnyOther) {
    const auto lead = open(1);
    const auto follower = open(2);
    const auto incident = group(lead, {follower});
    repaired(lead);
    office_.step(look(follower), "record-callback", office_.agent, {{"outcome", "reached"}, {"fixed", false}});

    // The machine is still broken, says a second caller: both are another fault than the one that was repaired.
    const auto second = open_same_fault(follower.body.at("id"));
    ASSERT_EQ(second.status, 201) << second.response.body;
    EXPECT_EQ(second.body.at("lead_ticket_id"), follower.body.at("id"));
    EXPECT_NE(second.body.at("incident_id"), incident.body.at("id"));

    // The lead was not helped either: it can be followed again.
    office_.step(look(lead), "record-callback", office_.agent, {{"outcome", "reached"}, {"fixed", false}});
    const auto third = open_same_fault(lead.body.at("id"));
    EXPECT_EQ(third.body.at("lead_ticket_id"), lead.body.at("id")) << third.response.body;
    EXPECT_EQ(third.body.at("incident_id"), incident.body.at("id"));
}

TEST_F(Incidents, FollowersAreLetGoWhenTheLeadIsCancelledAndMayLeaveByThemselves) {
    const auto lead = open(1);
    const auto first = open(2);
    const auto second = open(2);
    group(lead, {first, second});
    const auto left = office_.step(look(first), "leave-incident", office_.dispatcher, {{"note", "另一故障"}});
    ASSERT_EQ(left.status, 200) << left.response.body;
    EXPECT_TRUE(left.body.at("incident_id").is_null());
    office_.step(look(lead), "cancel", office_.agent, {{"reason", "wrong_entry"}});
    EXPECT_EQ(state_of(look(second)), "open");
    EXPECT_TRUE(look(second).body.at("lead_ticket_id").is_null());
}

TEST_F(Incidents, FollowersAreLetGoWhenTheLeadLeaves) {
    const auto lead = open(1);
    const auto follower = open(2);
    const auto incident = group(lead, {follower});
    ASSERT_EQ(office_.step(look(lead), "leave-incident", office_.dispatcher).status, 200);
    EXPECT_TRUE(look(follower).body.at("lead_ticket_id").is_null());
    EXPECT_TRUE(look(follower).body.at("incident_id").is_null());
    const auto path = "/incidents/" + std::to_string(incident.body.at("id").as_int64());
    EXPECT_EQ(desk_->send("GET", path, &office_.agent).status, 404) << "nobody is left in it";
    EXPECT_TRUE(titles(list(office_.agent)).empty());
}

TEST_F(Incidents, ACampaignIsMarkedAndEachIsDispatchedByItself) {
    const auto one = open(1);
    const auto other = open(3, 2);
    const auto campaign = desk_->send(
        "POST", "/incidents", &office_.agent,
        {{"kind", "campaign"}, {"title", "WG12 批次"}, {"ticket_ids", {one.body.at("id"), other.body.at("id")}}});
    ASSERT_EQ(campaign.status, 201) << campaign.response.body;
    const auto offered = office_.step(look(one), "offer", office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}});
    EXPECT_EQ(state_of(offered), "offered");
    EXPECT_EQ(offered.body.at("incident_id"), campaign.body.at("id"));
}

TEST_F(Incidents, WhatCannotBeGroupedIsSaidByName) {
    const auto lead = open(1);
    const auto follower = open(2);
    const auto refused = [&](json::object change) {
        json::object body{{"kind", "same_fault"},
                          {"title", "x"},
                          {"lead_ticket_id", lead.body.at("id")},
                          {"ticket_ids", {follower.body.at("id")}}};
        for (const auto& [name, value] : change) body[name] = value;
        return desk_->send("POST", "/incidents", &office_.agent, body).field_errors();
    };
    EXPECT_EQ(refused({{"lead_ticket_id", nullptr}}), "/lead_ticket_id required");
    EXPECT_EQ(refused({{"kind", "campaign"}}), "/lead_ticket_id campaign_has_no_lead");
    EXPECT_EQ(refused({{"ticket_ids", json::array{}}}), "/ticket_ids too_few");
    EXPECT_EQ(refused({{"ticket_ids", {follower.body.at("id"), follower.body.at("id")}}}), "/ticket_ids repeated");
    EXPECT_EQ(refused({{"ticket_ids", {4711}}}), "/ticket_ids/0 not_found");
    EXPECT_EQ(refused({{"ticket_ids", {lead.body.at("id")}}}), "/ticket_ids/0 lead_is_itself");
    office_.step(follower, "offer", office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}});
    EXPECT_EQ(refused({}), "/ticket_ids/0 ticket_state_forbids");
    EXPECT_TRUE(look(lead).body.at("incident_id").is_null()) << "nothing is half done";
    EXPECT_EQ(desk_->send("GET", "/incidents/1", &office_.agent).status, 404);
}

TEST_F(Incidents, TicketsCanBeAddedUntilTheLeadIsRepaired) {
    const auto lead = open(1);
    const auto incident = group(lead, {open(2)});
    const auto late = open(2);
    const auto path = "/incidents/" + std::to_string(incident.body.at("id").as_int64()) + "/tickets";
    const json::object body{{"ticket_ids", {late.body.at("id")}}};
    EXPECT_EQ(desk_->send("POST", path, &office_.agent, body).status, 200);
    EXPECT_EQ(desk_->send("POST", path, &office_.agent, body).field_errors(), "/ticket_ids/0 already_in_incident");
    repaired(lead);
    EXPECT_EQ(desk_->send("POST", path, &office_.agent, {{"ticket_ids", {open(2).body.at("id")}}}).code(), "lead_over");
}

TEST_F(Incidents, AreListedTheNewestFirstPageByPageWithTheirCounts) {
    const auto one = open(1);
    const auto other = open(3, 2);
    group(one, {open(2)});
    campaign("WG12 批次", {other.body.at("id")});
    office_.step(look(other), "cancel", office_.agent, {{"reason", "wrong_entry"}});

    const auto all = list(office_.supervisor);
    ASSERT_EQ(all.status, 200) << all.response.body;
    EXPECT_EQ(titles(all), (std::vector<std::string>{"WG12 批次", "机组停机"}));
    const auto& newest = all.body.at("items").at(0);
    EXPECT_EQ(newest.at("tickets_count"), json::value(1));
    EXPECT_EQ(newest.at("open_tickets_count"), json::value(0));
    EXPECT_EQ(newest.at("created_by_name"), json::value("agent"));
    EXPECT_EQ(all.body.at("items").at(1).at("tickets_count"), json::value(2));

    const auto first_page = list(office_.agent, "?limit=1");
    EXPECT_EQ(titles(first_page), std::vector<std::string>{"WG12 批次"});
    const auto cursor = std::string{first_page.body.at("next_cursor").as_string()};
    const auto last_page = list(office_.agent, "?limit=1&cursor=" + cursor);
    EXPECT_EQ(titles(last_page), std::vector<std::string>{"机组停机"});
    EXPECT_TRUE(last_page.body.at("next_cursor").is_null());
}

TEST_F(Incidents, AreFoundByKindTitleAndWhetherAnythingIsStillOpen) {
    const auto other = open(3, 2);
    group(open(1), {open(2)});
    campaign("WG12 批次", {other.body.at("id")});
    office_.step(look(other), "cancel", office_.agent, {{"reason", "wrong_entry"}});
    const std::vector<std::string> fault{"机组停机"};
    const std::vector<std::string> batch{"WG12 批次"};
    EXPECT_EQ(titles(list(office_.agent, "?kind=campaign")), batch);
    EXPECT_EQ(titles(list(office_.agent, "?q=停机")), fault);
    EXPECT_EQ(titles(list(office_.agent, "?q=%")), std::vector<std::string>{}) << "a sign of LIKE is a sign";
    EXPECT_EQ(titles(list(office_.agent, "?open=true")), fault);
    EXPECT_EQ(titles(list(office_.agent, "?open=false")), batch);
    EXPECT_EQ(list(office_.agent, "?kind=fault").field_errors(), "?kind unknown_value");
}

TEST_F(Incidents, AreListedToWhoSeesATicketOfThemAndCountOnlyThose) {
    const auto lead = open(1);
    const auto incident = group(lead, {open(2)});
    office_.step(look(lead), "offer", office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}});
    const auto to_dealer = list(office_.dealer);
    ASSERT_EQ(titles(to_dealer).size(), 1u) << to_dealer.response.body;
    EXPECT_EQ(to_dealer.body.at("items").at(0).at("tickets_count"), json::value(1)) << "the follower is not his";
    EXPECT_EQ(titles(list(office_.other_dealer)), std::vector<std::string>{});
    const auto path = "/incidents/" + std::to_string(incident.body.at("id").as_int64());
    EXPECT_EQ(desk_->send("GET", path, &office_.other_dealer).status, 404);
}

TEST_F(Incidents, ALargeOneShowsItsNewestTicketsWithTheLeadAndCountsThemAll) {
    const auto lead = open(1);
    const auto incident_id = group(lead, {open(2)}).body.at("id").as_int64();
    const auto last = std::int64_t{100'000};
    const auto dealers = fmt::format("/1/{}/{}/", office_.office_id, office_.dealer_id);
    auto db = desk_->connect();
    for (auto id = last - 204; id <= last; ++id)
        db.execute(
            "INSERT INTO ticket (id, version, kind, urgency, state, state_since, customer_id, office_path, "
            "dealer_path, incident_id, fault_reported_at, opened_at, description) "
            "SELECT ?, 1, 'repair', 'normal', ?, NOW(3), 1, office_path, ?, ?, NOW(3), NOW(3), '停机' "
            "FROM ticket WHERE id = ?",
            id, id % 5 == 0 ? "closed" : "open", id == last - 204 || id == last ? dealers : "", incident_id,
            lead.body.at("id").as_int64());
    db.commit();
    const auto path = fmt::format("/incidents/{}", incident_id);
    const auto shown = desk_->send("GET", path, &office_.agent);
    ASSERT_EQ(shown.status, 200) << shown.response.body;
    EXPECT_EQ(shown.body.at("tickets_count"), json::value(207));
    EXPECT_EQ(shown.body.at("open_tickets_count"), json::value(207 - 41));
    const auto& tickets = shown.body.at("tickets").as_array();
    ASSERT_EQ(tickets.size(), 200u);
    EXPECT_EQ(tickets.front().at("id"), lead.body.at("id"));
    EXPECT_EQ(tickets[1].at("id"), json::value(last - 198));
    EXPECT_EQ(tickets.back().at("id"), json::value(last));

    const auto to_dealer = desk_->send("GET", path, &office_.dealer);
    EXPECT_EQ(to_dealer.body.at("tickets_count"), json::value(2)) << to_dealer.response.body;
    EXPECT_EQ(to_dealer.body.at("tickets").as_array().size(), 2u);

    const auto page = [&](std::string_view query, const Person& who) {
        return desk_->send("GET", fmt::format("/tickets?incident_id={}{}", incident_id, query), &who);
    };
    EXPECT_EQ(page("&limit=200", office_.agent).body.at("items").as_array().size(), 200u);
    EXPECT_EQ(page("&open=false&limit=200", office_.agent).body.at("items").as_array().size(), 41u);
    EXPECT_EQ(page("", office_.dealer).body.at("items").as_array().size(), 2u);
    EXPECT_EQ(page("", office_.other_dealer).body.at("items").as_array().size(), 0u);
    EXPECT_EQ(desk_->send("GET", "/tickets?incident_id=x", &office_.agent).field_errors(),
              "?incident_id not_an_integer");
}

TEST_F(Incidents, BeforeSavingWhatMayBeTheSameFaultIsShown) {
    const auto generator = open(1);
    open(3, 2);
    const auto found =
        desk_->send("POST", "/tickets/similar", &office_.agent, {{"customer_id", 2}, {"asset_id", 2}, {"fault_id", 1}});
    ASSERT_EQ(found.status, 200) << found.response.body;
    const auto& items = found.body.at("same_fault").as_array();
    ASSERT_EQ(items.size(), 1u) << found.response.body << "another machine of his own is no campaign";
    EXPECT_EQ(items[0].at("ticket").at("id"), generator.body.at("id"));
    EXPECT_EQ(items[0].at("reasons"), (json::array{"upstream_asset", "same_fault", "same_product", "same_hours"}));
    const auto hidden = desk_->send("POST", "/tickets/similar", &office_.dealer, {{"asset_id", 2}, {"fault_id", 1}});
    EXPECT_TRUE(hidden.body.at("same_fault").as_array().empty()) << "what was never offered to him";
}

TEST_F(Incidents, ASecondCallerJoinsTheKnownFaultInTheTransactionThatOpensHisTicket) {
    const auto lead = open(1);
    const auto second = open_same_fault(lead.body.at("id"));
    ASSERT_EQ(second.status, 201) << second.response.body;
    EXPECT_EQ(second.body.at("lead_ticket_id"), lead.body.at("id"));
    EXPECT_EQ(second.body, look(second).body);
    const auto incident =
        desk_->send("GET", "/incidents/" + std::to_string(second.body.at("incident_id").as_int64()), &office_.agent);
    EXPECT_EQ(incident.body.at("lead_ticket_id"), lead.body.at("id"));
    EXPECT_EQ(incident.body.at("title"), json::value("F1 · WG12 · 潍坊市人民路12号"));
    EXPECT_EQ(incident.body.at("tickets").as_array().size(), 2u);

    // A third one names the second: it follows the same lead, in the same incident.
    const auto third = open_same_fault(second.body.at("id"));
    ASSERT_EQ(third.status, 201) << third.response.body;
    EXPECT_EQ(third.body.at("incident_id"), second.body.at("incident_id"));
    EXPECT_EQ(third.body.at("lead_ticket_id"), lead.body.at("id"));

    repaired(lead);
    for (const auto* follower : {&second, &third}) EXPECT_EQ(state_of(look(*follower)), "repaired");
}

TEST_F(Incidents, TwoWhoSayAtOnceThatTheyAreTheSameFaultFollowOneLead) {
    const auto lead = open(1);
    Reply one;
    Reply other;
    {
        std::barrier start{2};
        const std::jthread caller{[&] {
            start.arrive_and_wait();
            one = open_same_fault(lead.body.at("id"));
        }};
        start.arrive_and_wait();
        other = open_same_fault(lead.body.at("id"));
    }
    for (const auto* joined : {&one, &other}) {
        ASSERT_EQ(joined->status, 201) << joined->response.body;
        EXPECT_EQ(joined->body.at("lead_ticket_id"), lead.body.at("id"));
    }
    EXPECT_EQ(one.body.at("incident_id"), other.body.at("incident_id"));
}

TEST_F(Incidents, AFollowerIsNotOfferedByItselfThoughTheOfficeOffersByItself) {
    desk_->send_with_version("PUT", "/organisation/" + std::to_string(office_.office_id) + "/offering-policy",
                             office_.coordinator, {{"automatic", true}}, 0);
    const auto second = open_same_fault(open(1).body.at("id"));
    EXPECT_EQ(state_of(second), "open");
    EXPECT_TRUE(second.body.at("offers").as_array().empty());
}

TEST_F(Incidents, ATicketSaidTwiceUnderOneKeyJoinsOnce) {
    const auto lead = open(1);
    const auto second = open_same_fault(lead.body.at("id"), {}, "same-fault-1");
    ASSERT_EQ(second.status, 201) << second.response.body;
    const auto again = open_same_fault(lead.body.at("id"), {}, "same-fault-1");
    EXPECT_EQ(again.body, second.body);
    EXPECT_EQ(list(office_.agent).body.at("items").at(0).at("tickets_count"), json::value(2));
}

TEST_F(Incidents, WhatIsNoSameFaultIsSaidAtItsFieldAndNoTicketIsOpened) {
    const auto lead = open(1);
    const auto cancelled = office_.step(open(2), "cancel", office_.agent, {{"reason", "wrong_entry"}}).body.at("id");
    const auto enquiry = office_.open({{"kind", "enquiry"}, {"office_unit_id", office_.office_id}}).body.at("id");
    const auto done = repaired(open(2)).body.at("id");
    const auto marked = open(3, 2).body.at("id");
    campaign("WG12 批次", {marked});
    const auto refused = [&](const json::value& known, json::object more = {}) {
        const auto reply = open_same_fault(known, std::move(more));
        EXPECT_TRUE(!reply.body.as_object().contains("current") || reply.body.at("current").is_null());
        return reply.field_errors();
    };
    EXPECT_EQ(refused(4711), "/same_fault_as not_found");
    EXPECT_EQ(refused("x"), "/same_fault_as not_an_integer");
    EXPECT_EQ(refused(cancelled), "/same_fault_as lead_over");
    EXPECT_EQ(refused(enquiry), "/same_fault_as lead_over");
    EXPECT_EQ(refused(done), "/same_fault_as lead_over");
    EXPECT_EQ(refused(marked), "/same_fault_as campaign_has_no_lead");
    const auto similar =
        desk_->send("POST", "/tickets/similar", &office_.agent, {{"customer_id", 2}, {"asset_id", 3}, {"fault_id", 1}});
    EXPECT_EQ(similar.body.at("same_fault").at(0).at("ticket").at("id"), marked) << similar.response.body;
    EXPECT_EQ(similar.body.at("same_fault").at(0).at("incident_kind"), json::value("campaign"));
    EXPECT_EQ(refused(lead.body.at("id"), {{"kind", "enquiry"}}), "/same_fault_as ticket_kind_forbids");
    EXPECT_TRUE(look(lead).body.at("incident_id").is_null());
    EXPECT_EQ(titles(list(office_.agent)), std::vector<std::string>{"WG12 批次"}) << "nothing is half done";
    const auto tickets = desk_->send("GET", "/tickets?customer_id=2", &office_.agent);
    EXPECT_EQ(tickets.body.at("items").as_array().size(), 1u) << tickets.response.body;
}

}  // namespace
}  // namespace callout::test
