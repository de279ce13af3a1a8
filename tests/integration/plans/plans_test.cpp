#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <chrono>
#include <memory>
#include <thread>

#include "dispatch/rfc3339.hpp"
#include "server/plans/background_planner.hpp"
#include "server/storage/events.hpp"
#include "tests/integration/tickets/office.hpp"

namespace callout::test {
namespace {

namespace json = boost::json;

class PlansTest : public testing::Test {
protected:
    Desk desk_;
    Office office_{desk_};

    PlansTest() {
        desk_.config().planning.search_ms = 50;
        desk_.config().region.timezone = zone_where_it_is_morning();
        auto db = desk_.connect();
        for (const auto dealer : {office_.dealer_id, office_.other_dealer_id}) {
            db.execute("UPDATE organisation_unit SET longitude = 119.1, latitude = 36.7 WHERE id = ?", dealer);
            // Every day alike, so that the day of the test does not matter.
            for (int weekday = 1; weekday <= 7; ++weekday)
                db.execute(
                    "INSERT INTO working_hours (owner_kind, owner_id, weekday, from_minute, until_minute) "
                    "VALUES ('dealer', ?, ?, 0, 1200)",
                    dealer, weekday);
        }
        db.commit();
    }

    // Etc/GMT-3 is three hours ahead of Greenwich.
    static std::string zone_where_it_is_morning() {
        const auto hour = std::chrono::floor<std::chrono::hours>(now().time_since_epoch()).count() % 24;
        auto ahead = (8 - hour + 24) % 24;
        if (ahead > 12) ahead -= 24;
        return ahead == 0 ? "Etc/UTC" : fmt::format("Etc/GMT{:+}", -ahead);
    }

    Reply open_at(double longitude, double latitude) {
        return office_.open({{"office_unit_id", office_.office_id}, {"longitude", longitude}, {"latitude", latitude}});
    }

    Reply confirmed_at(double longitude, double latitude) {
        const auto offered = office_.step(open_at(longitude, latitude), "offer", office_.dispatcher,
                                          {{"dealer_unit_id", office_.dealer_id}});
        return office_.step(offered, "confirm", office_.dealer, {{"offer_number", 1}});
    }

    Reply plan(const Person& as) { return desk_.send("POST", "/plans", &as, {{"office_unit_id", office_.office_id}}); }

    Reply plan() { return plan(office_.dispatcher); }

    Reply accept(const Reply& proposal, json::object body = {}) {
        return desk_.send_with_version("POST", path(proposal) + "/accept", office_.dispatcher, body,
                                       proposal.version());
    }

    static std::string path(const Reply& proposal) {
        return "/plans/" + std::to_string(proposal.body.at("id").as_int64());
    }

    Reply ticket(const Reply& of) { return desk_.send("GET", Office::path(of), &office_.dispatcher); }

    static std::int64_t id_of(const Reply& thing) { return thing.body.at("id").as_int64(); }

    // "7 offer open" for each change.
    static std::string changes_of(const Reply& proposal) {
        std::string text;
        for (const auto& change : proposal.body.at("changes").as_array())
            text +=
                fmt::format("{} {} {}; ", change.at("ticket_id").as_int64(),
                            std::string{change.at("action").as_string()}, std::string{change.at("state").as_string()});
        return text;
    }

    static std::string outcomes_of(const Reply& accepted) {
        std::string text;
        for (const auto& outcome : accepted.body.at("outcomes").as_array())
            text += fmt::format("{} {} {}; ", outcome.at("ticket_id").as_int64(),
                                std::string{outcome.at("outcome").as_string()},
                                std::string{outcome.at("code").as_string()});
        return text;
    }

    std::int64_t planned_visits() {
        auto db = desk_.connect();
        return db.query("SELECT COUNT(*) FROM planned_visit").front().get<std::int64_t>(0);
    }
};

TEST_F(PlansTest, an_accepted_plan_names_the_technician_and_offers_what_is_open) {
    const auto confirmed = confirmed_at(119.2, 36.7);
    const auto open = open_at(119.0, 36.6);
    const auto proposal = plan();
    ASSERT_EQ(proposal.status, 201) << proposal.response.body;
    EXPECT_EQ(proposal.body.at("changes").as_array().size(), 2U) << proposal.response.body;
    EXPECT_EQ(proposal.body.at("difference").at("visits").to_number<double>(), 2);
    EXPECT_GT(proposal.body.at("difference").at("road_km").to_number<double>(), 10);
    EXPECT_EQ(proposal.body.at("changes").at(0).at("reasons").at(0).at("code").as_string(), "nobody_has_it");

    const auto accepted = accept(proposal);
    ASSERT_EQ(accepted.status, 200) << accepted.response.body;
    EXPECT_EQ(accepted.body.at("state").as_string(), "accepted");
    EXPECT_EQ(ticket(confirmed).body.at("technician_id").as_int64(), office_.technician.id);
    EXPECT_EQ(state_of(ticket(open)), "offered");
    EXPECT_EQ(planned_visits(), 2);

    // What was accepted stands: planned again, nothing changes.
    const auto again = plan();
    EXPECT_EQ(again.body.at("changes").as_array().size(), 0U) << again.response.body;
}

TEST_F(PlansTest, a_part_may_be_accepted_and_the_rest_later) {
    const auto one = confirmed_at(119.2, 36.7);
    const auto other = confirmed_at(119.0, 36.6);
    const auto proposal = plan();
    const auto half = accept(proposal, {{"ticket_ids", {id_of(one)}}});
    EXPECT_EQ(half.body.at("state").as_string(), "partly_accepted");
    EXPECT_TRUE(ticket(other).body.at("technician_id").is_null());
    const auto whole = accept(half);
    EXPECT_EQ(whole.body.at("state").as_string(), "accepted") << whole.response.body;
    EXPECT_EQ(ticket(other).body.at("technician_id").as_int64(), office_.technician.id);
}

TEST_F(PlansTest, a_ticket_that_has_moved_meanwhile_is_a_conflict_and_the_others_are_applied) {
    const auto cancelled = confirmed_at(119.2, 36.7);
    const auto kept = confirmed_at(119.0, 36.6);
    const auto proposal = plan();
    ASSERT_EQ(office_.step(cancelled, "cancel", office_.agent, {{"reason", "customer_withdrew"}}).status, 200);
    const auto accepted = accept(proposal);
    EXPECT_EQ(accepted.status, 200);
    EXPECT_EQ(accepted.body.at("state").as_string(), "partly_accepted");
    EXPECT_THAT(outcomes_of(accepted),
                testing::HasSubstr(fmt::format("{} conflict version_conflict; ", id_of(cancelled))));
    EXPECT_EQ(ticket(kept).body.at("technician_id").as_int64(), office_.technician.id);
}

TEST_F(PlansTest, what_is_left_out_is_taken_back_and_needs_a_dealer_again) {
    auto db = desk_.connect();
    db.execute("INSERT INTO fault (id, code, name) VALUES (1, 'F1', 'F1')");
    db.execute("INSERT INTO fault_requirement (fault_id, duration_minutes) VALUES (1, 420)");
    db.commit();
    const auto fills_a_day = [&](json::object more) {
        more["fault_id"] = 1;
        more["office_unit_id"] = office_.office_id;
        more["longitude"] = 119.2;
        more["latitude"] = 36.7;
        return office_.open(more);
    };
    auto left_out = office_.step(fills_a_day({}), "offer", office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}});
    left_out = office_.step(left_out, "confirm", office_.dealer,
                            {{"promised_arrival_at", to_rfc3339(now() + std::chrono::hours{1})}});
    left_out = office_.step(left_out, "name-technician", office_.dealer, {{"technician_id", office_.technician.id}});
    ASSERT_EQ(left_out.status, 200) << left_out.response.body;
    const auto urgent = fills_a_day({{"urgency", "urgent"}});

    const auto proposal = plan();
    EXPECT_EQ(changes_of(proposal), fmt::format("{} offer open; {} leave_out open; ", id_of(urgent), id_of(left_out)));
    const auto accepted = accept(proposal);
    EXPECT_EQ(accepted.body.at("state").as_string(), "accepted") << accepted.response.body;
    const auto open = ticket(left_out);
    EXPECT_EQ(state_of(open), "open");
    EXPECT_TRUE(open.body.at("technician_id").is_null());
    EXPECT_TRUE(open.body.at("promised_arrival_at").is_null());
    EXPECT_EQ(open.body.at("offers").at(0).at("recall_reason").as_string(), "technician_unavailable");
    EXPECT_EQ(ticket(urgent).body.at("dealer_unit_id").as_int64(), office_.dealer_id);

    const auto again = plan();
    EXPECT_EQ(again.body.at("changes").as_array().size(), 0U) << again.response.body;
    EXPECT_EQ(again.body.at("unserved").at(0).at("ticket_id").as_int64(), id_of(left_out));
}

TEST_F(PlansTest, what_nobody_of_the_dealer_can_do_today_is_taken_back_to_be_offered_again) {
    const auto held = office_.step(confirmed_at(119.2, 36.7), "name-technician", office_.dealer,
                                   {{"technician_id", office_.technician.id}});
    ASSERT_EQ(held.status, 200) << held.response.body;
    auto db = desk_.connect();
    // Off today, whatever the zone.
    for (int days = -1; days <= 1; ++days)
        db.execute(
            "INSERT INTO working_exception (owner_kind, owner_id, day, from_minute, until_minute) "
            "VALUES ('technician', ?, UTC_DATE() + INTERVAL ? DAY, 0, 0)",
            office_.technician.id, days);
    db.commit();
    const auto technician = desk_.add_person("his-technician", {dispatch::Role::technician}, office_.other_dealer_id);

    const auto proposal = plan();
    EXPECT_EQ(changes_of(proposal), fmt::format("{} leave_out open; ", id_of(held))) << proposal.response.body;
    EXPECT_EQ(proposal.body.at("changes").at(0).at("from").at("technician_id").as_int64(), office_.technician.id);
    EXPECT_EQ(accept(proposal).body.at("state").as_string(), "accepted");
    EXPECT_EQ(state_of(ticket(held)), "open");
    EXPECT_EQ(ticket(held).body.at("offers").at(0).at("note").as_string(), fmt::format("按排程 #{}", id_of(proposal)));
    const auto again = plan();
    EXPECT_EQ(again.body.at("changes").at(0).at("to").at("technician_id").as_int64(), technician.id)
        << again.response.body;
}

TEST_F(PlansTest, nobody_is_planned_for_more_visits_than_he_may_have_on_a_day) {
    auto db = desk_.connect();
    db.execute("INSERT INTO technician_profile (user_id, visits_a_day) VALUES (?, 1)", office_.technician.id);
    db.commit();
    for (int i = 0; i < 3; ++i) confirmed_at(119.2, 36.7);
    const auto proposal = plan();
    EXPECT_EQ(proposal.body.at("changes").as_array().size(), 1U) << proposal.response.body;
    EXPECT_EQ(proposal.body.at("unserved").at(0).at("obstacle").as_string(), "overloaded");
}

TEST_F(PlansTest, a_visit_that_is_over_counts_among_those_of_its_day) {
    auto db = desk_.connect();
    db.execute("INSERT INTO technician_profile (user_id, visits_a_day) VALUES (?, 1)", office_.technician.id);
    db.commit();
    auto visit = office_.step(confirmed_at(119.2, 36.7), "name-technician", office_.dealer,
                              {{"technician_id", office_.technician.id}});
    for (const auto* step : {"depart", "arrive"}) visit = office_.step(visit, step, office_.technician);
    visit = office_.step(visit, "finish", office_.technician, {{"description", "更换水泵"}, {"signed_by", "王芳"}});
    ASSERT_EQ(state_of(visit), "repaired") << visit.response.body;
    confirmed_at(119.2, 36.7);
    EXPECT_EQ(plan().body.at("unserved").at(0).at("obstacle").as_string(), "overloaded");
}

TEST_F(PlansTest, why_no_dealer_may_have_a_ticket_is_told_as_when_it_is_suggested) {
    auto db = desk_.connect();
    for (const auto dealer : {office_.dealer_id, office_.other_dealer_id})
        db.execute("INSERT INTO dealer_territory (dealer_id, region_code) VALUES (?, '510000')", dealer);
    const auto elsewhere = open_at(119.2, 36.7);
    db.execute("UPDATE customer SET region_code = '650100'");
    db.commit();
    const auto unserved = plan().body.at("unserved").at(0).as_object();
    EXPECT_EQ(unserved.at("obstacle").as_string(), "outside_territory");
    EXPECT_EQ(unserved.at("what").as_string(), "650100");
}

TEST_F(PlansTest, accepting_nothing_or_what_is_decided_decides_nothing) {
    confirmed_at(119.2, 36.7);
    const auto proposal = plan();
    const auto none = accept(proposal, {{"ticket_ids", json::array{}}});
    EXPECT_EQ(none.status, 422) << none.response.body;
    EXPECT_EQ(none.body.at("errors").at(0).at("code").as_string(), "too_few");
    const auto accepted = accept(proposal);
    ASSERT_EQ(accepted.status, 200) << accepted.response.body;
    const auto again = accept(accepted);
    EXPECT_EQ(again.status, 200) << again.response.body;
    EXPECT_EQ(again.version(), accepted.version());
    EXPECT_EQ(again.body.at("outcomes").as_array().size(), 0U);
}

TEST_F(PlansTest, who_was_planned_for_one_dealer_does_not_have_it_when_another_is_asked) {
    auto asked = open_at(119.2, 36.7);
    accept(plan());
    asked = office_.step(ticket(asked), "reject", office_.dealer, {{"offer_number", 1}, {"reason", "no_capacity"}});
    asked = office_.step(asked, "offer", office_.dispatcher, {{"dealer_unit_id", office_.other_dealer_id}});
    ASSERT_EQ(state_of(asked), "offered") << asked.response.body;
    const auto technician = desk_.add_person("his-technician", {dispatch::Role::technician}, office_.other_dealer_id);
    const auto proposal = plan();
    const auto& change = proposal.body.at("changes").at(0);
    EXPECT_EQ(change.at("to").at("technician_id").as_int64(), technician.id) << proposal.response.body;
    EXPECT_EQ(change.at("reasons").at(0).at("code").as_string(), "nobody_has_it");
}

TEST_F(PlansTest, who_declined_before_a_visit_that_did_not_repair_is_asked_again_by_plan_and_suggestion) {
    const auto visitor = desk_.add_person("visitor", {dispatch::Role::technician}, office_.other_dealer_id);
    const auto offer_to = [&](const Reply& before, std::int64_t dealer_unit_id) {
        return office_.step(before, "offer", office_.dispatcher, {{"dealer_unit_id", dealer_unit_id}, {"why", "近"}});
    };
    const auto reject = [&](const Reply& before, const Person& as, int offer) {
        const auto rejected = office_.step(before, "reject", as, {{"offer_number", offer}, {"reason", "no_capacity"}});
        return ticket(rejected);
    };
    auto asked = reject(offer_to(open_at(119.2, 36.7), office_.dealer_id), office_.dealer, 1);
    asked =
        office_.step(offer_to(asked, office_.other_dealer_id), "confirm", office_.other_dealer, {{"offer_number", 2}});
    asked = office_.step(asked, "name-technician", office_.other_dealer, {{"technician_id", visitor.id}});
    asked = office_.step(office_.step(asked, "depart", visitor), "arrive", visitor);
    asked = office_.step(asked, "leave-unrepaired", visitor, {{"reason", "part_missing"}});
    ASSERT_EQ(asked.status, 200) << asked.response.body;
    // He is the only one who has declined since.
    asked = reject(offer_to(ticket(asked), office_.other_dealer_id), office_.other_dealer, 3);

    const auto suggested = desk_.send("POST", Office::path(asked) + "/suggestions", &office_.agent);
    ASSERT_EQ(suggested.body.at("technicians").as_array().size(), 1U) << suggested.response.body;
    EXPECT_EQ(suggested.body.at("technicians").at(0).at("technician_id").as_int64(), office_.technician.id);
    const auto proposal = plan();
    ASSERT_EQ(changes_of(proposal), fmt::format("{} offer open; ", id_of(asked))) << proposal.response.body;
    EXPECT_EQ(proposal.body.at("changes").at(0).at("to").at("technician_id").as_int64(), office_.technician.id);
}

TEST_F(PlansTest, a_newer_proposal_takes_the_place_of_an_open_one) {
    confirmed_at(119.2, 36.7);
    const auto proposal = plan();
    ASSERT_EQ(plan().status, 201);
    const auto reread = desk_.send("GET", path(proposal), &office_.dispatcher);
    EXPECT_EQ(reread.body.at("state").as_string(), "superseded");
    const auto late = accept(reread);
    EXPECT_EQ(late.status, 409);
    EXPECT_EQ(late.code(), "plan_superseded");
    EXPECT_EQ(accept(proposal).status, 412);
    const auto list =
        desk_.send("GET", fmt::format("/plans?office_unit_id={}&state=open", office_.office_id), &office_.dispatcher);
    EXPECT_EQ(list.body.at("items").as_array().size(), 1U);
}

TEST_F(PlansTest, whom_nobody_can_serve_is_told_with_the_reason_and_the_rest_is_planned) {
    const auto nowhere = office_.open({{"office_unit_id", office_.office_id}});
    const auto somewhere = open_at(119.2, 36.7);
    const auto proposal = plan();
    ASSERT_EQ(proposal.body.at("unserved").as_array().size(), 1U);
    EXPECT_EQ(proposal.body.at("unserved").at(0).at("ticket_id").as_int64(), id_of(nowhere));
    EXPECT_EQ(proposal.body.at("unserved").at(0).at("obstacle").as_string(), "site_missing");
    EXPECT_EQ(changes_of(proposal), fmt::format("{} offer open; ", id_of(somewhere)));
}

TEST_F(PlansTest, an_office_is_planned_by_its_own_people) {
    const auto elsewhere = desk_.add_unit(dispatch::UnitKind::office, "south");
    const auto stranger = desk_.add_person("stranger", {dispatch::Role::coordinator}, elsewhere);
    confirmed_at(119.2, 36.7);
    const auto proposal = plan(office_.coordinator);
    EXPECT_EQ(proposal.status, 201);
    EXPECT_EQ(desk_.send("GET", path(proposal), &stranger).status, 404);
    EXPECT_EQ(plan(stranger).status, 422);
    EXPECT_EQ(desk_.send("GET", "/plans", &stranger).body.at("items").as_array().size(), 0U);
    EXPECT_EQ(desk_.send("GET", path(proposal), &office_.coordinator).status, 200);
    EXPECT_EQ(desk_.send("GET", "/plans", &office_.coordinator).body.at("items").as_array().size(), 1U);
}

// As the sequencer does.
void number_all(Desk& desk) {
    auto db = desk.connect();
    const auto events = storage::events_without_seq(db, 500);
    ASSERT_TRUE(storage::number_events(db, events, storage::last_seq(db) + 1));
    db.commit();
}

TEST_F(PlansTest, the_background_planner_proposes_after_an_event_and_not_oftener_than_it_may) {
    auto clock = now();
    int told = 0;
    plans::BackgroundPlanner planner{plans::BackgroundPlanner::WithoutThread{},
                                     desk_.pool(),
                                     {.timezone = desk_.config().region.timezone,
                                      .search_time = std::chrono::milliseconds{20},
                                      .interval = std::chrono::seconds{60}},
                                     [&] { ++told; },
                                     [&] { return clock; }};
    EXPECT_EQ(planner.run_once(), 0);
    confirmed_at(119.2, 36.7);
    number_all(desk_);
    EXPECT_EQ(planner.run_once(), 1);
    EXPECT_EQ(told, 1);
    const auto list = desk_.send("GET", "/plans", &office_.dispatcher);
    ASSERT_EQ(list.body.at("items").as_array().size(), 1U);
    EXPECT_TRUE(list.body.at("items").at(0).at("created_by").is_null());

    confirmed_at(119.0, 36.6);
    number_all(desk_);
    EXPECT_EQ(planner.run_once(), 0) << "the interval is not over";
    clock += std::chrono::seconds{61};
    EXPECT_EQ(planner.run_once(), 1);
    EXPECT_EQ(planner.run_once(), 0) << "nothing has happened";

    const auto asked_for = plan();
    confirmed_at(119.1, 36.8);
    number_all(desk_);
    clock += std::chrono::seconds{61};
    EXPECT_EQ(planner.run_once(), 0) << "somebody is looking at it";
    EXPECT_EQ(accept(asked_for).status, 200);
}

// As another Callout on the same database: connections of its own, and a planner whose clock the test turns.
class Node {
public:
    Node(Desk& desk, const Instant& clock)
        : database_{desk.pool().endpoint(), {.connections = 1}},
          planner_{plans::BackgroundPlanner::WithoutThread{},
                   database_,
                   {.timezone = desk.config().region.timezone,
                    .search_time = std::chrono::milliseconds{20},
                    .interval = std::chrono::seconds{60}},
                   [] {},
                   [&] { return clock; }} {
        planner_.run_once();  // events from now on
    }

    int run_once() { return planner_.run_once(); }

private:
    storage::Database database_;
    plans::BackgroundPlanner planner_;
};

TEST_F(PlansTest, of_two_nodes_one_plans_an_office_and_the_other_when_that_has_died) {
    auto clock = now();
    auto one = std::make_unique<Node>(desk_, clock);
    Node other{desk_, clock};
    confirmed_at(119.2, 36.7);
    number_all(desk_);
    EXPECT_EQ(one->run_once(), 1);
    EXPECT_EQ(other.run_once(), 0) << "it is planned";

    clock += std::chrono::seconds{61};
    confirmed_at(119.0, 36.6);
    number_all(desk_);
    EXPECT_EQ(other.run_once(), 0) << "the lease is the other's";
    one.reset();
    clock += std::chrono::seconds{30};
    EXPECT_EQ(other.run_once(), 0) << "nobody knows yet that it has died";
    clock += std::chrono::seconds{60};
    EXPECT_EQ(other.run_once(), 1);
}

TEST_F(PlansTest, two_nodes_that_hear_of_something_at_the_same_moment_make_one_proposal) {
    auto clock = now();
    Node one{desk_, clock};
    Node other{desk_, clock};
    for (int round = 0; round < 5; ++round) {
        confirmed_at(119.2, 36.7);
        number_all(desk_);
        clock += std::chrono::minutes{5};
        int made_by_other = 0;
        int made = 0;
        {
            std::barrier start{2};
            const std::jthread beside{[&] {
                start.arrive_and_wait();
                made_by_other = other.run_once();
            }};
            start.arrive_and_wait();
            made = one.run_once();
        }
        EXPECT_EQ(made + made_by_other, 1) << "round " << round;
    }
}

}  // namespace
}  // namespace callout::test
