// Suggestions, the reason for passing over the first, and the offering policy, through the API on a real database.
#include "server/api/suggestions.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <thread>

#include "dispatch/rfc3339.hpp"
#include "server/api/ticket_deadlines.hpp"
#include "server/demo/network.hpp"
#include "server/storage/plan_proposals.hpp"
#include "tests/integration/tickets/office.hpp"
#include "tests/support/desk_test.hpp"

namespace callout::test {
namespace {

namespace json = boost::json;

class Suggested : public DeskTest {
protected:
    Suggested() : office_{*desk_} {
        administrator_ = desk_->add_person("administrator", {dispatch::Role::administrator});
        far_ = desk_->add_person("far", {dispatch::Role::technician}, office_.other_dealer_id);
        write_profile(office_.technician, 104.06, 30.66);
        write_profile(far_, 104.06, 30.90);
    }

    // Works around the clock, so that the test does not depend on the hour it runs at.
    void write_profile(const Person& technician, double longitude, double latitude, json::object more = {}) {
        json::array hours;
        for (int weekday = 1; weekday <= 7; ++weekday)
            hours.push_back({{"weekday", weekday}, {"from", "00:00"}, {"until", "24:00"}});
        json::object body{{"home_longitude", longitude}, {"home_latitude", latitude}, {"weekly_hours", hours}};
        for (const auto& [name, value] : more) body[name] = value;
        const auto path = fmt::format("/technicians/{}", technician.id);
        const auto before = desk_->send("GET", path, &administrator_);
        const auto reply = desk_->send_with_version("PUT", path, administrator_, body, before.version());
        ASSERT_EQ(reply.status, 200) << reply.response.body;
    }

    Reply open(json::object more = {}) {
        json::object body{{"longitude", 104.06}, {"latitude", 30.67}, {"office_unit_id", office_.office_id}};
        for (const auto& [name, value] : more) body[name] = value;
        auto reply = office_.open(body);
        EXPECT_EQ(reply.status, 201) << reply.response.body;
        return reply;
    }

    Reply ask(const Reply& ticket, const json::value& body = nullptr) {
        return desk_->send("POST", Office::path(ticket) + "/suggestions", &office_.agent, body);
    }

    Reply look(const Reply& ticket) { return desk_->send("GET", Office::path(ticket), &office_.dispatcher); }

    void let_the_office_offer(bool automatic = true) {
        const auto path = fmt::format("/organisation/{}/offering-policy", office_.office_id);
        const auto before = desk_->send("GET", path, &office_.coordinator);
        const auto reply =
            desk_->send_with_version("PUT", path, office_.coordinator, {{"automatic", automatic}}, before.version());
        ASSERT_EQ(reply.status, 200) << reply.response.body;
    }

    bool expire(storage::Connection& db, const Reply& ticket, Instant at) {
        return api::fire_deadline(
            db, {.life_cycle = desk_->services().life_cycle, .timezone = desk_->config().region.timezone},
            ticket.body.at("id").as_int64(), dispatch::DeadlineKind::offer_expiry, at);
    }

    static std::int64_t id_of(const Reply& ticket) { return ticket.body.at("id").as_int64(); }

    // As if asked at another moment than now.
    planning::Suggestions ask_at(const Reply& ticket, const storage::WorkforceClock& clock) {
        auto db = desk_->connect();
        const auto stored = storage::find_ticket(db, id_of(ticket)).value();
        return api::suggestions::suggest_for(
                   db, stored, clock,
                   {.technician_ids = {office_.technician.id}, .dealer_unit_ids = {office_.dealer_id}})
            .suggestions;
    }

    planning::Suggestions ask_at(const Reply& ticket, Instant now) {
        return ask_at(ticket, storage::WorkforceClock{.now = now});
    }

    // What he was suggested with; fails when he was not.
    planning::Suggestion of_technician(const planning::Suggestions& suggested) const {
        const auto found =
            std::ranges::find(suggested.technicians, office_.technician.id, &planning::Suggestion::technician_id);
        if (found != suggested.technicians.end()) return *found;
        ADD_FAILURE() << "he is not among them";
        return {};
    }

    static double value_of(const planning::Suggestion& suggestion, planning::ReasonCode code) {
        const auto found = std::ranges::find(suggestion.reasons, code, &planning::Reason::code);
        return found == suggestion.reasons.end() ? -1 : found->value;
    }

    static double visits_that_day(const planning::Suggestion& suggestion) {
        return value_of(suggestion, planning::ReasonCode::visits_that_day);
    }

    // A dispatcher has accepted that the technician comes then.
    void plan(const Reply& ticket, Instant arrival) {
        auto db = desk_->connect();
        storage::save_planned_visit(db, {.ticket_id = id_of(ticket),
                                         .technician_id = office_.technician.id,
                                         .day = storage::to_sql(arrival).substr(0, 10),
                                         .leaves_at = arrival - std::chrono::minutes{20},
                                         .arrives_at = arrival,
                                         .ends_at = arrival + std::chrono::minutes{60},
                                         .accepted_at = now()});
        db.commit();
    }

    Reply offered() {
        return office_.step(open(), "offer", office_.dispatcher,
                            {{"dealer_unit_id", office_.dealer_id}, {"why", "近"}});
    }

    Reply named(std::optional<Instant> promised = std::nullopt) {
        json::object answer{{"offer_number", 1}};
        if (promised) answer["promised_arrival_at"] = to_rfc3339(*promised);
        const auto confirmed = office_.step(offered(), "confirm", office_.dealer, answer);
        const auto reply =
            office_.step(confirmed, "name-technician", office_.dealer, {{"technician_id", office_.technician.id}});
        EXPECT_EQ(reply.status, 200) << reply.response.body;
        return reply;
    }

    // The next one that has not begun, so that nothing of the test is promised in the past; hours are UTC.
    static Instant next_friday() {
        const auto tomorrow = std::chrono::floor<std::chrono::days>(now()) + std::chrono::days{1};
        return tomorrow + (std::chrono::Friday - std::chrono::weekday{tomorrow});
    }

    // Monday to Friday, eight to five.
    void work_in_the_week(std::int64_t visits_a_day) {
        json::array hours;
        for (int weekday = 1; weekday <= 5; ++weekday)
            hours.push_back({{"weekday", weekday}, {"from", "08:00"}, {"until", "17:00"}});
        write_profile(office_.technician, 104.06, 30.66, {{"visits_a_day", visits_a_day}, {"weekly_hours", hours}});
    }

    std::int64_t dealer_of(const Reply& ticket) { return look(ticket).body.at("dealer_unit_id").as_int64(); }

    Office office_;
    Person administrator_, far_;
};

TEST_F(Suggested, TheNearestIsFirstWithReasonsThatAddUp) {
    const auto reply = ask(open());
    ASSERT_EQ(reply.status, 200) << reply.response.body;
    const auto& technicians = reply.body.at("technicians").as_array();
    ASSERT_EQ(technicians.size(), 2u) << reply.response.body;
    EXPECT_EQ(technicians[0].at("technician_id"), json::value(office_.technician.id));
    EXPECT_EQ(technicians[1].at("technician_name"), json::value("far"));
    for (const auto& suggestion : technicians) {
        double sum = 0;
        for (const auto& reason : suggestion.at("reasons").as_array()) sum += reason.at("cost_min").to_number<double>();
        EXPECT_NEAR(sum, suggestion.at("cost_min").to_number<double>(), 0.5);
    }
    EXPECT_EQ(reply.body.at("dealers").at(0).at("dealer_unit_id"), json::value(office_.dealer_id));
    EXPECT_TRUE(reply.body.at("nobody").is_null());
}

TEST_F(Suggested, WhyNotSaysWhatIsMissingOrTheRank) {
    const auto fault = desk_->send("POST", "/faults", &administrator_, {{"code", "F1"}, {"name", "高压油泵"}});
    const auto fault_id = fault.body.at("id").as_int64();
    const auto requirement =
        desk_->send_with_version("PUT", fmt::format("/faults/{}/requirement", fault_id), administrator_,
                                 {{"duration_min", 90},
                                  {"skills", {"common_rail"}},
                                  {"parts", json::array{{{"number", "P1"}, {"quantity", 2}}}}},
                                 0);
    ASSERT_EQ(requirement.status, 200) << requirement.response.body;
    write_profile(office_.technician, 104.06, 30.66, {{"skills", {"common_rail"}}});
    const auto ticket = open({{"fault_id", fault_id}});
    const json::object question{{"why_not",
                                 {{"technician_ids", {office_.technician.id, far_.id, 4711}},
                                  {"dealer_unit_ids", json::array{office_.other_dealer_id}}}}};
    auto reply = ask(ticket, question);
    ASSERT_EQ(reply.status, 200) << reply.response.body;
    EXPECT_EQ(reply.body.at("nobody"), (json::object{{"obstacle", "part_missing"}, {"what", "P1"}}));
    EXPECT_EQ(reply.body.at("why_not").at(1).at("hindrance"),
              (json::object{{"obstacle", "skill_missing"}, {"what", "common_rail"}}));
    EXPECT_EQ(reply.body.at("why_not").at(2).at("known"), json::value(false));
    EXPECT_EQ(reply.body.at("why_not").at(3).at("hindrance").at("obstacle"), json::value("skill_missing"));

    write_profile(office_.technician, 104.06, 30.66,
                  {{"skills", {"common_rail"}}, {"parts", json::array{{{"number", "P1"}, {"quantity", 2}}}}});
    reply = ask(ticket, question);
    EXPECT_EQ(reply.body.at("why_not").at(0).at("rank"), json::value(1)) << reply.response.body;
}

TEST_F(Suggested, AFaultGoesBackToWhatTheOneAboveItAsksFor) {
    const auto add_fault = [&](json::object body) {
        return desk_->send("POST", "/faults", &administrator_, body).body.at("id").as_int64();
    };
    const auto above = add_fault({{"code", "F1"}, {"name", "燃油系统"}});
    const auto below = add_fault({{"code", "F2"}, {"name", "喷油器"}, {"parent_id", above}});
    const auto path = fmt::format("/faults/{}/requirement", below);
    const auto put = [&](std::int64_t fault, std::string_view skill, std::int64_t version) {
        return desk_->send_with_version("PUT", fmt::format("/faults/{}/requirement", fault), administrator_,
                                        {{"duration_min", 60}, {"skills", {skill}}}, version);
    };
    const auto erase = [&](std::int64_t version) {
        return desk_->send_with_version("DELETE", path, administrator_, nullptr, version);
    };
    ASSERT_EQ(put(above, "diesel", 0).status, 200);
    EXPECT_EQ(erase(0).status, 404);
    ASSERT_EQ(put(below, "common_rail", 0).version(), 1);
    ASSERT_EQ(put(below, "turbo", 1).version(), 2);
    const auto ticket = open({{"fault_id", below}});
    EXPECT_EQ(ask(ticket).body.at("nobody").at("what"), json::value("turbo"));

    const auto stale = erase(1);
    EXPECT_EQ(stale.status, 412) << stale.response.body;
    EXPECT_EQ(stale.body.at("current").at("skills"), json::value(json::array{"turbo"}));
    EXPECT_EQ(desk_->send("DELETE", path, &administrator_).status, 428);
    EXPECT_EQ(desk_->send_with_version("DELETE", path, office_.dispatcher, nullptr, 2).status, 403);
    EXPECT_EQ(desk_->send_with_version("DELETE", "/faults/4711/requirement", administrator_, nullptr, 2).status, 404);

    EXPECT_EQ(erase(2).status, 204);
    const auto after = desk_->send("GET", path, &administrator_);
    EXPECT_EQ(after.version(), 0);
    EXPECT_TRUE(after.body.at("skills").as_array().empty());
    EXPECT_EQ(ask(ticket).body.at("nobody").at("what"), json::value("diesel"));
    EXPECT_EQ(erase(2).status, 404);

    auto db = desk_->connect();
    EXPECT_EQ(db.query("SELECT COUNT(*) FROM audit_entry WHERE action = 'fault_requirement.deleted' AND subject_id = ?",
                       below)
                  .front()
                  .get<std::int64_t>(0),
              1);
}

TEST_F(Suggested, ARequirementWrittenAgainIsNotTheOneAnEditorStillHas) {
    const auto fault = desk_->send("POST", "/faults", &administrator_, {{"code", "F1"}, {"name", "燃油系统"}})
                           .body.at("id")
                           .as_int64();
    const auto path = fmt::format("/faults/{}/requirement", fault);
    const auto put = [&](std::string_view skill, std::int64_t version) {
        return desk_->send_with_version("PUT", path, administrator_, {{"duration_min", 60}, {"skills", {skill}}},
                                        version);
    };
    ASSERT_EQ(put("diesel", 0).version(), 1);
    ASSERT_EQ(desk_->send_with_version("DELETE", path, administrator_, nullptr, 1).status, 204);
    ASSERT_EQ(put("turbo", 0).version(), 2);

    const auto late = put("common_rail", 1);
    EXPECT_EQ(late.status, 412) << late.response.body;
    EXPECT_EQ(late.body.at("current").at("skills"), json::value(json::array{"turbo"}));
}

TEST_F(Suggested, TerritoryAndProductDecideAboutDealers) {
    auto db = desk_->connect();
    db.execute("UPDATE customer SET region_code = '510104'");
    db.execute("INSERT INTO product (id, code, name) VALUES (1, 'WP10', 'WP10')");
    db.execute("INSERT INTO dealer_product (dealer_id, product_id) VALUES (?, 1)", office_.other_dealer_id);
    db.execute(
        "INSERT INTO asset (id, serial_number, product_id, customer_id, created_at, updated_at)"
        " VALUES (1, 'S1', 1, 1, NOW(3), NOW(3))");
    db.commit();
    const auto ticket = open({{"asset_id", 1}});
    const json::object question{{"why_not", {{"dealer_unit_ids", {office_.dealer_id, office_.other_dealer_id}}}}};
    auto reply = ask(ticket, question);
    EXPECT_EQ(reply.body.at("why_not").at(0).at("hindrance").at("obstacle"), json::value("not_authorised"));
    EXPECT_EQ(reply.body.at("why_not").at(1).at("rank"), json::value(1)) << reply.response.body;

    const auto path = fmt::format("/organisation/{}/service-area", office_.other_dealer_id);
    const auto area = desk_->send("GET", path, &office_.coordinator);
    const auto saved =
        desk_->send_with_version("PUT", path, office_.coordinator, {{"region_codes", {"510700"}}}, area.version());
    ASSERT_EQ(saved.status, 200) << saved.response.body;
    reply = ask(ticket, question);
    EXPECT_EQ(reply.body.at("nobody").at("obstacle"), json::value("outside_territory")) << reply.response.body;
}

TEST_F(Suggested, BadInputIsAnsweredWithItsReason) {
    EXPECT_EQ(ask(office_.open()).body.at("nobody").at("obstacle"), json::value("site_missing"));
    EXPECT_EQ(ask(office_.open({{"longitude", 0}, {"latitude", 0}})).body.at("nobody").at("obstacle"),
              json::value("site_missing"));
    const auto ticket = open();
    EXPECT_EQ(ask(ticket, {{"why_not", {{"technician_ids", "all"}}}}).status, 422);
    auto db = desk_->connect();
    db.execute("UPDATE user_account SET disabled_at = NOW(3) WHERE login IN ('technician', 'far')");
    db.commit();
    EXPECT_EQ(ask(ticket).body.at("nobody").at("obstacle"), json::value("no_technician"));
    EXPECT_EQ(ask(open({{"kind", "enquiry"}})).code(), "ticket_kind_forbids");
}

TEST_F(Suggested, AProfileIsWrittenOverTheVersionThatWasSeen) {
    const auto path = fmt::format("/technicians/{}", far_.id);
    EXPECT_EQ(desk_->send_with_version("PUT", path, administrator_, json::object{}, 0).status, 412);
    const auto wrong = desk_->send_with_version(
        "PUT", path, administrator_,
        {{"home_longitude", 104.0},
         {"parts", json::array{{{"number", "P1"}, {"quantity", 0}}}},
         {"weekly_hours", json::array{{{"weekday", 8}, {"from", "12:00"}, {"until", "8 Uhr"}}}},
         {"exceptions", json::array{{{"day", "2026-10-01"}, {"from", "12:00"}, {"until", "11:00"}}}}},
        1);
    EXPECT_EQ(wrong.field_errors(),
              "/home_latitude required; /parts/0/quantity out_of_range; /weekly_hours/0/weekday out_of_range; "
              "/weekly_hours/0/until not_a_clock_time; /exceptions/0/until not_after_from");
    const json::object body{
        {"visits_a_day", 3},
        {"exceptions", json::array{{{"day", "2026-10-01"}, {"from", nullptr}, {"until", nullptr}}}}};
    const auto saved = desk_->send_with_version("PUT", path, administrator_, body, 1);
    ASSERT_EQ(saved.status, 200) << saved.response.body;
    EXPECT_EQ(saved.version(), 2);
    EXPECT_EQ(saved.body.at("exceptions"), body.at("exceptions"));
    EXPECT_EQ(saved.body.at("home_longitude"), json::value(nullptr));
}

TEST_F(Suggested, TechniciansAreListedInScopeWithWhoHasNoProfileYet) {
    const auto south = desk_->add_unit(dispatch::UnitKind::office, "south");
    const auto elsewhere = desk_->add_unit(dispatch::UnitKind::dealer, "dealer-3", south);
    const auto fresh = desk_->add_person("fresh", {dispatch::Role::technician}, office_.dealer_id);
    const auto out_of_reach = desk_->add_person("out_of_reach", {dispatch::Role::technician}, elsewhere);
    const auto listed = [&](std::string_view query, const Person& who) {
        const auto reply = desk_->send("GET", fmt::format("/technicians{}", query), &who);
        EXPECT_EQ(reply.status, 200) << reply.response.body;
        std::vector<std::int64_t> ids;
        for (const auto& item : reply.body.at("items").as_array()) ids.push_back(item.at("id").as_int64());
        return ids;
    };
    using Ids = std::vector<std::int64_t>;
    EXPECT_EQ(listed("", office_.coordinator), (Ids{office_.technician.id, far_.id, fresh.id}));
    EXPECT_EQ(listed("", administrator_), (Ids{office_.technician.id, far_.id, fresh.id, out_of_reach.id}));
    EXPECT_EQ(listed("?without_profile=true", office_.coordinator), Ids{fresh.id});
    EXPECT_EQ(listed(fmt::format("?unit_id={}", office_.other_dealer_id), office_.coordinator), Ids{far_.id});
    EXPECT_EQ(listed(fmt::format("?unit_id={}", elsewhere), office_.coordinator), Ids{});
    EXPECT_EQ(listed("?unit_id=4711", administrator_), Ids{});
    EXPECT_EQ(listed("?q=fres", administrator_), Ids{fresh.id});
    const auto first = desk_->send("GET", "/technicians?limit=1", &administrator_);
    EXPECT_EQ(first.body.at("next_cursor"), json::value(std::to_string(office_.technician.id)));
    EXPECT_EQ(listed(fmt::format("?limit=1&cursor={}", office_.technician.id), administrator_), Ids{far_.id});
}

TEST_F(Suggested, CodesInUseAreThoseOfProfilesAndRequirementsEachOnce) {
    const auto fault = desk_->send("POST", "/faults", &administrator_, {{"code", "F1"}, {"name", "高压油泵"}});
    const json::array part{{{"number", "P1"}, {"quantity", 2}}};
    const auto requirement = desk_->send_with_version(
        "PUT", fmt::format("/faults/{}/requirement", fault.body.at("id").as_int64()), administrator_,
        {{"duration_min", 90}, {"skills", {"common_rail", "diesel"}}, {"parts", part}}, 0);
    ASSERT_EQ(requirement.status, 200) << requirement.response.body;
    write_profile(far_, 104.06, 30.66,
                  {{"skills", {"diesel", "turbo"}},
                   {"tools", {"multimeter"}},
                   {"parts", json::array{{{"number", "P0"}, {"quantity", 1}}, {{"number", "P1"}, {"quantity", 1}}}}});
    const auto codes = desk_->send("GET", "/codes-in-use", &office_.coordinator);
    EXPECT_EQ(codes.body, (json::object{{"skills", {"common_rail", "diesel", "turbo"}},
                                        {"tools", json::array{"multimeter"}},
                                        {"licences", json::array{}},
                                        {"parts", {"P0", "P1"}}}));
}

TEST_F(Suggested, ADealerWithoutHoursOfHisOwnIsToldTheUsualOnes) {
    const auto area =
        desk_->send("GET", fmt::format("/organisation/{}/service-area", office_.dealer_id), &office_.coordinator);
    EXPECT_TRUE(area.body.at("weekly_hours").as_array().empty());
    const auto& usual = area.body.at("usual_weekly_hours").as_array();
    ASSERT_EQ(usual.size(), 12u) << area.response.body;
    EXPECT_EQ(usual[1], (json::object{{"weekday", 1}, {"from", "13:00"}, {"until", "17:30"}}));
}

TEST_F(Suggested, WhatIsPlannedForATechnicianIsHisVisitBeforeHeIsNamed) {
    using std::chrono::hours;
    using std::chrono::minutes;
    const auto one_o_clock = next_friday() + hours{13};
    const auto asked = open();
    const auto free = of_technician(ask_at(asked, one_o_clock));
    for (const auto minute : {52, 112, 172}) plan(offered(), one_o_clock + minutes{minute});

    const auto suggested = of_technician(ask_at(asked, one_o_clock));
    EXPECT_EQ(visits_that_day(suggested), 3);
    EXPECT_NEAR(value_of(free, planning::ReasonCode::slack_min) - value_of(suggested, planning::ReasonCode::slack_min),
                3 * 60, 0.01);
    EXPECT_EQ(value_of(suggested, planning::ReasonCode::dealer_waiting_visits), 0) << "somebody has them";
    EXPECT_EQ(visits_that_day(of_technician(ask_at(asked, one_o_clock + hours{24}))), 0)
        << "the plan was for another day";
    EXPECT_EQ(
        value_of(of_technician(ask_at(asked, one_o_clock + hours{24})), planning::ReasonCode::dealer_waiting_visits),
        3);
}

TEST_F(Suggested, APromiseIsKeptBeforeTheTechnicianIsNamed) {
    const auto one_o_clock = next_friday() + std::chrono::hours{13};
    const auto arrival = one_o_clock + std::chrono::minutes{20};
    const auto asked = open();
    const auto promised = office_.step(offered(), "confirm", office_.dealer,
                                       {{"offer_number", 1}, {"promised_arrival_at", to_rfc3339(arrival)}});
    ASSERT_EQ(promised.status, 200) << promised.response.body;
    plan(promised, arrival);
    EXPECT_EQ(of_technician(ask_at(asked, one_o_clock)).after_ticket_id, id_of(promised));
}

TEST_F(Suggested, WhoWasPlannedForADealerDoesNotHaveTheVisitWhenAnotherIsAsked) {
    const auto noon = next_friday() + std::chrono::hours{12};
    auto moved = offered();
    plan(moved, noon + std::chrono::hours{1});
    office_.step(moved, "reject", office_.dealer, {{"offer_number", 1}, {"reason", "no_capacity"}});
    const auto asked = open();
    EXPECT_EQ(visits_that_day(of_technician(ask_at(asked, noon))), 0) << "nobody has been asked again";
    moved = office_.step(look(moved), "offer", office_.dispatcher, {{"dealer_unit_id", office_.other_dealer_id}});
    ASSERT_EQ(state_of(moved), "offered") << moved.response.body;
    const auto suggested = ask_at(asked, noon);
    EXPECT_EQ(visits_that_day(of_technician(suggested)), 0);
    EXPECT_EQ(value_of(suggested.technicians.at(1), planning::ReasonCode::dealer_waiting_visits), 1)
        << "nobody of the other dealer has it yet";
}

TEST_F(Suggested, AfterClosingTimeWhatIsOpenOrOverdueStandsOnTheNextWorkingDay) {
    const auto friday = next_friday();
    work_in_the_week(1);
    named();
    named();
    named(friday + std::chrono::hours{16});
    const auto asked = open();
    const auto in_the_evening = ask_at(asked, friday + std::chrono::hours{18});
    EXPECT_EQ(in_the_evening.why_not_technicians.front().hindrance,
              (planning::Hindrance{planning::Obstacle::overloaded, ""}))
        << "Monday is full, and farther nobody looks";
    const auto on_saturday = of_technician(ask_at(asked, friday + std::chrono::hours{34}));
    EXPECT_EQ(on_saturday.day, 3) << "Monday is full, Tuesday is not";
    EXPECT_EQ(visits_that_day(on_saturday), 0);
    work_in_the_week(4);
    const auto monday = of_technician(ask_at(asked, friday + std::chrono::hours{34}));
    EXPECT_EQ(visits_that_day(monday), 3);
    EXPECT_GT(monday.arrives_at, friday + std::chrono::hours{72});
}

TEST_F(Suggested, WhatHasBegunIsCarriedOnFirstOnTheNextWorkingDay) {
    const auto friday = next_friday();
    work_in_the_week(4);
    const auto begun = office_.step(office_.step(named(), "depart", office_.technician), "arrive", office_.technician);
    ASSERT_EQ(state_of(begun), "on_site") << begun.response.body;
    const auto suggested = of_technician(ask_at(open(), friday + std::chrono::hours{18}));
    EXPECT_EQ(suggested.day, 3);
    EXPECT_EQ(visits_that_day(suggested), 1);
    EXPECT_EQ(suggested.after_ticket_id, id_of(begun));
    // He drives there from home once more, and works for an hour.
    EXPECT_GT(suggested.arrives_at, friday + std::chrono::hours{3 * 24 + 9} + std::chrono::minutes{1});
}

TEST_F(Suggested, WhoHasHadHisVisitsOfTodayIsSuggestedForTomorrow) {
    write_profile(office_.technician, 104.06, 30.66, {{"visits_a_day", 1}});
    const auto on_site =
        office_.step(office_.step(named(), "depart", office_.technician), "arrive", office_.technician);
    const auto asked = open();
    const auto finished =
        office_.step(on_site, "finish", office_.technician, {{"description", "更换水泵"}, {"signed_by", "王芳"}});
    ASSERT_EQ(state_of(finished), "repaired") << finished.response.body;
    // It is noon, wherever that may be.
    const auto asked_at = now();
    const auto since_midnight = asked_at - std::chrono::floor<std::chrono::days>(asked_at);
    const storage::WorkforceClock clock{
        .now = asked_at,
        .utc_offset = std::chrono::hours{12} - std::chrono::duration_cast<std::chrono::minutes>(since_midnight)};
    const auto suggested = of_technician(ask_at(asked, clock));
    EXPECT_EQ(suggested.day, 1);
    EXPECT_EQ(visits_that_day(suggested), 0);

    write_profile(office_.technician, 104.06, 30.66, {{"visits_a_day", 2}});
    const auto second = of_technician(ask_at(asked, clock));
    EXPECT_EQ(second.day, 0);
    EXPECT_EQ(visits_that_day(second), 1);
}

TEST_F(Suggested, ATripCalledBackBeforeHeArrivedIsNoVisitOfHisDay) {
    write_profile(office_.technician, 104.06, 30.66, {{"visits_a_day", 1}});
    const auto departed = office_.step(named(), "depart", office_.technician);
    const auto recalled = office_.step(departed, "recall", office_.dispatcher, {{"reason", "technician_unavailable"}});
    ASSERT_EQ(state_of(recalled), "open") << recalled.response.body;
    EXPECT_EQ(of_technician(ask_at(open(), now())).day, 0);
}

TEST_F(Suggested, WhoPassesOverTheFirstSaysWhy) {
    const auto ticket = open();
    const auto refused =
        office_.step(ticket, "offer", office_.dispatcher, {{"dealer_unit_id", office_.other_dealer_id}});
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.field_errors(), "/override_reason reason_required");
    const auto offered =
        office_.step(ticket, "offer", office_.dispatcher,
                     {{"dealer_unit_id", office_.other_dealer_id}, {"override_reason", "customer_request"}});
    ASSERT_EQ(offered.status, 200) << offered.response.body;
    const auto& offer = offered.body.at("offers").at(0);
    EXPECT_EQ(offer.at("suggested_rank"), json::value(2));
    EXPECT_EQ(offer.at("override_reason"), json::value("customer_request"));
    const auto events = desk_->send("GET", Office::path(ticket) + "/events", &office_.agent);
    const auto& made = events.body.at("items").as_array().back();
    EXPECT_EQ(made.at("kind"), json::value("offer.made"));
    EXPECT_EQ(made.at("attributes").at("override_reason"), json::value("customer_request"));
    EXPECT_EQ(made.at("attributes").at("suggested_rank"), json::value(2));
}

TEST_F(Suggested, TheFirstNeedsNoReasonAndWordsAreOneToo) {
    const auto first = office_.step(open(), "offer", office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}});
    ASSERT_EQ(first.status, 200) << first.response.body;
    EXPECT_EQ(first.body.at("offers").at(0).at("suggested_rank"), json::value(1));
    const auto words = office_.step(open(), "offer", office_.dispatcher,
                                    {{"dealer_unit_id", office_.other_dealer_id}, {"why", "已电话联系"}});
    EXPECT_EQ(words.status, 200) << words.response.body;
}

TEST_F(Suggested, WithoutAPolicyNobodyIsAsked) {
    EXPECT_EQ(state_of(open()), "open");
    let_the_office_offer();
    let_the_office_offer(false);
    EXPECT_EQ(state_of(open()), "open");
}

TEST_F(Suggested, ThePolicyOffersOnOpeningAndToTheNextAndStops) {
    let_the_office_offer();
    auto ticket = open();
    EXPECT_EQ(state_of(ticket), "offered");
    EXPECT_EQ(dealer_of(ticket), office_.dealer_id);
    EXPECT_TRUE(ticket.body.at("offers").at(0).at("offered_by").is_null());
    EXPECT_FALSE(ticket.body.at("offers").at(0).at("why").as_string().empty());

    const auto rejected =
        office_.step(ticket, "reject", office_.dealer, {{"offer_number", 1}, {"reason", "no_capacity"}});
    ASSERT_EQ(rejected.status, 200) << rejected.response.body;
    EXPECT_EQ(state_of(rejected), "open") << "who is asked next is not his business";
    EXPECT_EQ(dealer_of(ticket), office_.other_dealer_id);

    auto db = desk_->connect();
    EXPECT_TRUE(expire(db, ticket, now() + std::chrono::hours{1}));
    db.commit();
    const auto left = look(ticket);
    EXPECT_EQ(state_of(left), "open") << "both have declined";
    EXPECT_EQ(left.body.at("failed_offers_count"), json::value(2));
    EXPECT_EQ(ask(ticket).body.at("nobody").at("obstacle"), json::value("declined"));
}

TEST_F(Suggested, ThePolicyStopsAfterTheConfiguredFailures) {
    desk_->services().life_cycle.headquarters_after_failures = 1;
    let_the_office_offer();
    const auto ticket = open();
    office_.step(ticket, "reject", office_.dealer, {{"offer_number", 1}, {"reason", "no_capacity"}});
    desk_->services().life_cycle.headquarters_after_failures = 3;
    EXPECT_EQ(state_of(look(ticket)), "open");
}

TEST_F(Suggested, AnOfferThatExpiresIsFollowedByTheNextInTheSameTransaction) {
    let_the_office_offer();
    const auto ticket = open();
    auto db = desk_->connect();
    EXPECT_TRUE(expire(db, ticket, now() + std::chrono::minutes{16}));
    EXPECT_EQ(state_of(look(ticket)), "offered");
    EXPECT_EQ(dealer_of(ticket), office_.dealer_id) << "not committed yet";
    db.commit();
    EXPECT_EQ(dealer_of(ticket), office_.other_dealer_id);
    const auto rows = db.query("SELECT due_at FROM deadline WHERE ticket_id = ? AND kind = 'offer_expiry'",
                               ticket.body.at("id").as_int64());
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_GT(rows.front().get<Instant>(0), now() + std::chrono::minutes{16});
}

// A dealer rejects at the very moment his offer expires: one of the two happens, once, and one dealer is asked next.
TEST_F(Suggested, RejectAgainstExpiryMakesOneFailureAndOneNextOffer) {
    let_the_office_offer();
    int rejected = 0;
    int expired = 0;
    for (int round = 0; round < 20; ++round) {
        const auto ticket = open();
        const auto id = ticket.body.at("id").as_int64();
        std::barrier start{2};
        int reject_status = 0;
        std::jthread dealer{[&] {
            start.arrive_and_wait();
            reject_status =
                office_.step(ticket, "reject", office_.dealer, {{"offer_number", 1}, {"reason", "no_capacity"}}).status;
        }};
        std::jthread deadline{[&] {
            start.arrive_and_wait();
            // As the worker does it: claimed in the transaction of the work, tried again when it was overtaken.
            const auto late = now() + std::chrono::minutes{16};
            for (bool done = false; !done;)
                done = desk_->pool().transaction([&](storage::Connection& db) {
                    const auto due = db.query(
                        "SELECT 1 FROM deadline WHERE ticket_id = ? AND kind = 'offer_expiry' AND due_at <= ? "
                        "FOR UPDATE SKIP LOCKED",
                        id, late);
                    if (due.empty()) return true;
                    if (expire(db, ticket, late)) return true;
                    db.rollback();
                    return false;
                });
        }};
        dealer.join();
        deadline.join();
        const auto after = look(ticket);
        const auto failures = after.body.at("failed_offers_count").as_int64();
        const auto& offers = after.body.at("offers").as_array();
        const auto first = std::string{offers[0].at("outcome").as_string()};
        SCOPED_TRACE(fmt::format("round {}, reject answered {}, outcome {}", round, reject_status, first));
        EXPECT_TRUE(first == "rejected" || first == "expired");
        EXPECT_EQ(reject_status == 200, first == "rejected");
        (first == "rejected" ? rejected : expired) += 1;
        // The deadline may meet the next offer as well, an hour ahead of its time as it is; then both have failed.
        EXPECT_EQ(failures, std::ssize(offers) - (state_of(after) == "offered" ? 1 : 0));
        EXPECT_EQ(offers[1].at("dealer_unit_id"), json::value(office_.other_dealer_id));
        EXPECT_EQ(state_of(after) == "offered", failures == 1);
    }
    RecordProperty("rejected", rejected);
    RecordProperty("expired", expired);
}

}  // namespace
}  // namespace callout::test
