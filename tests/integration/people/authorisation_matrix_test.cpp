// Every route × every role, against a table written by hand: who is let in, who is refused, and from whom the thing
// itself is hidden. A route without a row, or a row without a route, fails.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>

#include "server/api/routes.hpp"
#include "tests/integration/tickets/office.hpp"

namespace callout::test {
namespace {

namespace json = boost::json;
using dispatch::Role;

// What somebody meets. + let in (whatever then comes of it), - refused (403), . hidden (404), ! to sign in first (401).
//
// One column each: agent, dispatcher, coordinator, dealer, technician, supervisor, administrator, nobody. They all
// belong to the office and dealer of the ticket, or to headquarters.
struct Row {
    std::string_view method;
    std::string_view route;
    std::string_view expected;
    std::string_view path = {};    // when it is not the route itself
    std::string_view body = {};    // JSON
    std::string_view ticket = {};  // a ticket in this state is made first; %T in the path is its id
};

// clang-format off: it is read by column.
constexpr auto table = std::to_array<Row>({
    //                                                        adcDtsAn
    {"GET", "/health", "++++++++"},
    {"POST", "/session", "++++++++", "", R"({"login":"agent","password":"agent's own password"})"},
    {"GET", "/session", "+++++++!"},
    {"PATCH", "/session", "+++++++!", "", R"({"language":"en"})"},
    {"POST", "/password", "+++++++!", "", R"({"current_password":"x","new_password":"seven blue trains"})"},
    {"GET", "/sessions", "+++++++!"},
    // Somebody else's session is hidden from everybody.
    {"DELETE", "/sessions/{id}", ".......!", "/sessions/9"},

    {"GET", "/users", "+++++++!"},
    {"GET", "/users/{id}", "++...++!", "/users/9"},
    {"POST", "/users", "------+!", "", "{}"},
    {"PATCH", "/users/{id}", "------+!", "/users/9", "{}"},
    {"POST", "/users/{id}/reset-password", "------+!", "/users/9/reset-password"},
    {"POST", "/users/{id}/disable", "------+!", "/users/9/disable"},
    {"POST", "/users/{id}/enable", "------+!", "/users/9/enable"},
    {"GET", "/users/{id}/tokens", "------+!", "/users/9/tokens"},
    {"POST", "/users/{id}/tokens", "------+!", "/users/9/tokens", R"({"name":"ERP"})"},
    {"DELETE", "/tokens/{id}", "------+!", "/tokens/1"},
    {"GET", "/audit", "-----++!"},

    {"GET", "/organisation", "+++++++!"},
    {"GET", "/organisation/{id}", "+++..++!", "/organisation/2"},
    {"GET", "/organisation/{id}", "+++++++!", "/organisation/3"},
    {"GET", "/organisation/{id}", "+++..++!", "/organisation/4"},
    {"POST", "/organisation", "------+!", "", "{}"},
    {"PATCH", "/organisation/{id}", "------+!", "/organisation/2", "{}"},

    {"GET", "/organisation/{id}/service-area", "+++++++!", "/organisation/3/service-area"},
    {"PUT", "/organisation/{id}/service-area", "--+---+!", "/organisation/3/service-area", "{}"},
    {"GET", "/organisation/{id}/offering-policy", "+++..++!", "/organisation/2/offering-policy"},
    {"PUT", "/organisation/{id}/offering-policy", "--+---+!", "/organisation/2/offering-policy",
     R"({"automatic":false})"},
    {"GET", "/technicians", "--+---+!"},
    {"GET", "/technicians/{id}", "+++.+++!", "/technicians/7"},
    {"PUT", "/technicians/{id}", "--+---+!", "/technicians/7", "{}"},
    {"GET", "/codes-in-use", "--+---+!"},

    {"GET", "/customers", "+++--++!"},
    {"POST", "/customers", "+------!", "", "{}"},
    {"GET", "/customers/{id}", "+++--++!", "/customers/1"},
    {"PATCH", "/customers/{id}", "+------!", "/customers/1", "{}"},
    {"POST", "/customers/{id}/reveal-phones", "+++..+-!", "/customers/1/reveal-phones"},

    {"GET", "/products", "+++++++!"},
    {"POST", "/products", "------+!", "", "{}"},
    {"PATCH", "/products/{id}", "------+!", "/products/1", "{}"},
    {"GET", "/faults", "+++++++!"},
    {"POST", "/faults", "------+!", "", "{}"},
    {"PATCH", "/faults/{id}", "------+!", "/faults/1", "{}"},
    {"GET", "/faults/{id}/requirement", "+++++++!", "/faults/1/requirement"},
    {"PUT", "/faults/{id}/requirement", "------+!", "/faults/1/requirement", R"({"duration_min":60})"},
    {"DELETE", "/faults/{id}/requirement", "------+!", "/faults/1/requirement"},

    {"GET", "/assets", "+++--++!"},
    {"POST", "/assets", "+------!", "", "{}"},
    {"GET", "/assets/{id}", "+++--++!", "/assets/1"},
    {"PATCH", "/assets/{id}", "+------!", "/assets/1", "{}"},
    {"POST", "/assets/{id}/meter-readings", "+++--++!", "/assets/1/meter-readings", "{}"},
    {"POST", "/assets/{id}/transfer", "+------!", "/assets/1/transfer", "{}"},

    // Its token is in the path; a wrong one finds nothing.
    {"POST", "/calls/events/{token}", "........", "/calls/events/0123456789abcdef"},
    {"GET", "/calls", "+------!"},
    {"PATCH", "/calls/{id}", "+------!", "/calls/1", "{}"},

    {"GET", "/plans", "-++----!"},
    {"POST", "/plans", "-++----!", "", R"({"office_unit_id":2})"},
    {"GET", "/plans/{id}", "-++----!", "/plans/1"},
    {"POST", "/plans/{id}/accept", "-++----!", "/plans/1/accept"},

    {"GET", "/board", "+++++++!"},
    {"GET", "/tickets", "+++++++!"},
    {"POST", "/tickets", "+------!", "", "{}"},
    {"POST", "/tickets/similar", "+++++++!", "", "{}"},
    // Before it is offered, a ticket is nothing to dealers; before he is named, nothing to a technician.
    {"GET", "/tickets/{id}", "+++..++!", "/tickets/%T", "", "open"},
    {"GET", "/tickets/{id}", "++++.++!", "/tickets/%T", "", "offered"},
    {"GET", "/tickets/{id}", "+++++++!", "/tickets/%T", "", "named"},
    {"GET", "/tickets/{id}/events", "+++..++!", "/tickets/%T/events", "", "open"},
    {"GET", "/tickets/{id}/events", "+++++++!", "/tickets/%T/events", "", "named"},
    {"PATCH", "/tickets/{id}", "++---+-!", "/tickets/%T", R"({"urgency":"urgent"})", "named"},

    {"GET", "/tickets/{id}/same-fault", "++-----!", "/tickets/%T/same-fault", "", "open"},
    {"GET", "/incidents", "+++++++!"},
    {"POST", "/incidents", "++-----!", "", "{}"},
    // The incident of the first ticket.
    {"GET", "/incidents/{id}", "+++..++!", "/incidents/1"},
    {"POST", "/incidents/{id}/tickets", "++-----!", "/incidents/1/tickets", "{}"},
    {"POST", "/tickets/{id}/leave-incident", "++-..--!", "/tickets/%T/leave-incident", "", "marked"},
    {"POST", "/tickets/{id}/suggestions", "+++--+-!", "/tickets/%T/suggestions", "", "open"},
    {"POST", "/tickets/{id}/offer", "-+-..--!", "/tickets/%T/offer", R"({"dealer_unit_id":3})", "open"},
    {"POST", "/tickets/{id}/recall", "-+-----!", "/tickets/%T/recall", R"({"reason":"wrong_dealer"})", "named"},
    {"POST", "/tickets/{id}/redispatch", "-+-----!", "/tickets/%T/redispatch",
     R"({"reason":"wrong_dealer","dealer_unit_id":4})", "named"},
    {"POST", "/tickets/{id}/confirm", "--++.--!", "/tickets/%T/confirm", R"({"offer_number":1})", "offered"},
    {"POST", "/tickets/{id}/reject", "--++.--!", "/tickets/%T/reject", R"({"offer_number":1,"reason":"no_capacity"})",
     "offered"},
    {"POST", "/tickets/{id}/name-technician", "--++.--!", "/tickets/%T/name-technician", R"({"technician_id":7})",
     "confirmed"},
    {"POST", "/tickets/{id}/depart", "--+++--!", "/tickets/%T/depart", "", "named"},
    {"POST", "/tickets/{id}/arrive", "--+++--!", "/tickets/%T/arrive", "", "en_route"},
    {"POST", "/tickets/{id}/pause", "--+++--!", "/tickets/%T/pause", R"({"reason":"customer_absent"})", "on_site"},
    {"POST", "/tickets/{id}/resume", "--+++--!", "/tickets/%T/resume", "", "paused"},
    {"POST", "/tickets/{id}/finish", "--+++--!", "/tickets/%T/finish", R"({"description":"x","signed_by":"x"})",
     "on_site"},
    {"POST", "/tickets/{id}/leave-unrepaired", "--+++--!", "/tickets/%T/leave-unrepaired",
     R"({"reason":"beyond_skill"})", "on_site"},
    {"POST", "/tickets/{id}/record-callback", "+------!", "/tickets/%T/record-callback", R"({"outcome":"unreached"})",
     "repaired"},
    {"POST", "/tickets/{id}/merge", "++-..--!", "/tickets/%T/merge", R"({"into_id":1})", "open"},
    {"POST", "/tickets/{id}/unmerge", "++-..--!", "/tickets/%T/unmerge", "", "merged"},
    {"POST", "/tickets/{id}/cancel", "+----+-!", "/tickets/%T/cancel", R"({"reason":"wrong_entry"})", "named"},
    {"POST", "/tickets/{id}/cancel", "-----+-!", "/tickets/%T/cancel", R"({"reason":"wrong_entry"})", "on_site"},
    {"POST", "/tickets/{id}/chase", "+++--+-!", "/tickets/%T/chase", R"({"note":"x"})", "named"},
    {"POST", "/tickets/{id}/note", "+++--+-!", "/tickets/%T/note", R"({"note":"x"})", "named"},
    {"POST", "/tickets/{id}/answer", "+--..--!", "/tickets/%T/answer", R"({"answer":"x"})", "enquiry"},
    {"POST", "/tickets/{id}/close", "+--..--!", "/tickets/%T/close", "", "answered"},
    {"POST", "/tickets/{id}/investigate", "---..+-!", "/tickets/%T/investigate", "", "complaint"},
    {"POST", "/tickets/{id}/resolve", "---..+-!", "/tickets/%T/resolve", R"({"resolution":"x"})", "investigating"},

    // The last row: it ends their sessions.
    {"DELETE", "/session", "+++++++!"},
});

// clang-format on

class AuthorisationMatrix : public testing::Test {
protected:
    AuthorisationMatrix() : office_{desk_} {
        administrator_ = desk_.add_person("administrator", {Role::administrator});
        somebody_ = desk_.add_person("somebody", {Role::agent});
        auto db = desk_.connect();
        db.execute("INSERT INTO product (code, name) VALUES ('WP10', 'WP10')");
        db.execute("INSERT INTO fault (code, name) VALUES ('F1', 'F1')");
        db.execute("INSERT INTO fault_requirement (fault_id, duration_minutes) VALUES (1, 60)");
        db.execute(
            "INSERT INTO asset (serial_number, product_id, customer_id, created_at, updated_at)"
            " VALUES ('S1', 1, 1, NOW(3), NOW(3))");
        db.execute(
            "INSERT INTO telephone_call (call_id, direction, state, from_number, from_number_reversed, to_number)"
            " VALUES ('c1', 'in', 'ended', '1', '1', '2')");
        db.commit();
        // Whoever's region it is knows the customer and his machine by it.
        const auto known = office_.open({{"office_unit_id", office_.office_id}, {"asset_id", 1}});
        EXPECT_EQ(known.status, 201) << known.response.body;
        EXPECT_EQ(mark(known).status, 201);
        EXPECT_EQ(desk_.send("POST", "/plans", &office_.coordinator, {{"office_unit_id", office_.office_id}}).status,
                  201);
    }

    // Makes the ticket an incident of its own.
    Reply mark(const Reply& ticket) {
        return desk_.send("POST", "/incidents", &office_.dispatcher,
                          {{"kind", "campaign"}, {"title", "WP10"}, {"ticket_ids", {ticket.body.at("id")}}});
    }

    // The people of the columns; null is nobody.
    std::array<const Person*, 8> columns() const {
        return {&office_.agent,      &office_.dispatcher, &office_.coordinator, &office_.dealer,
                &office_.technician, &office_.supervisor, &administrator_,      nullptr};
    }

    // A ticket on its way, as far as the state's name says; "named" is confirmed with a technician.
    Reply ticket_in(std::string_view state) {
        const json::object where{{"office_unit_id", office_.office_id}};
        const auto of_kind = [&](std::string_view kind) {
            auto body = where;
            body["kind"] = kind;
            return office_.open(body);
        };
        if (state == "enquiry") return of_kind("enquiry");
        if (state == "complaint") return of_kind("complaint");
        if (state == "answered") return office_.step(of_kind("enquiry"), "answer", office_.agent, {{"answer", "x"}});
        if (state == "investigating") return office_.step(of_kind("complaint"), "investigate", office_.supervisor);
        auto ticket = office_.open(where);
        if (state == "open") return ticket;
        if (state == "marked") {
            EXPECT_EQ(mark(ticket).status, 201);
            return desk_.send("GET", Office::path(ticket), &office_.dispatcher);
        }
        if (state == "merged") {
            const auto into = office_.open(where);
            return office_.step(ticket, "merge", office_.agent, {{"into_id", into.body.at("id")}});
        }
        const std::array<std::tuple<std::string_view, std::string_view, const Person*, json::object>, 7> way{{
            {"offered", "offer", &office_.dispatcher, {{"dealer_unit_id", office_.dealer_id}}},
            {"confirmed", "confirm", &office_.dealer, {{"offer_number", 1}}},
            {"named", "name-technician", &office_.dealer, {{"technician_id", office_.technician.id}}},
            {"en_route", "depart", &office_.technician, {}},
            {"on_site", "arrive", &office_.technician, {}},
            {"paused", "pause", &office_.technician, {{"reason", "customer_absent"}}},
            {"repaired", "finish", &office_.technician, {{"description", "x"}, {"signed_by", "x"}}},
        }};
        for (const auto& [reached, action, who, body] : way) {
            if (reached == "paused" && state == "repaired") continue;
            ticket = office_.step(ticket, action, *who, body);
            EXPECT_EQ(ticket.status, 200) << action << ' ' << ticket.response.body;
            if (reached == state) return ticket;
        }
        throw std::invalid_argument{std::string{state}};
    }

    static char outcome(const Reply& reply) {
        // A wrong password is the answer of somebody who was let in.
        if (reply.status == 401 && reply.code() == "not_signed_in") return '!';
        if (reply.status == 403) return '-';
        if (reply.status == 404) return '.';
        return reply.status < 500 ? '+' : '5';
    }

    Reply ask(const Row& row, const Person* person, const json::value& body) {
        std::string path{row.path.empty() ? row.route : row.path};
        std::int64_t version = 1;
        if (!row.ticket.empty()) {
            const auto ticket = ticket_in(row.ticket);
            version = ticket.version();
            path.replace(path.find("%T"), 2, std::to_string(ticket.body.at("id").as_int64()));
        }
        // Where no version is asked for, saying one does no harm.
        return desk_.send(row.method, path, person, body, {{"If-Match", fmt::format("\"{}\"", version)}});
    }

    // Calls examine(row, person, expected) for every cell of the table.
    void for_every_cell(const auto& examine) const {
        for (const auto& row : table) {
            ASSERT_EQ(row.expected.size(), columns().size());
            for (std::size_t column = 0; column < columns().size(); ++column) {
                const auto* person = columns()[column];
                SCOPED_TRACE(fmt::format("{} {} {} as {}", row.method, row.route, row.ticket,
                                         person ? person->login : "nobody"));
                examine(row, person, row.expected[column]);
            }
        }
    }

    Desk desk_;
    Office office_;
    Person administrator_;
    Person somebody_;
};

TEST_F(AuthorisationMatrix, HoldsForEveryRouteAndRole) {
    ASSERT_EQ(somebody_.id, 9) << "the table names him by this id";
    ASSERT_EQ(office_.dealer_id, 3);
    for_every_cell([&](const Row& row, const Person* person, char expected) {
        const auto reply = ask(row, person, row.body.empty() ? json::value{} : json::parse(row.body));
        const char met = outcome(reply);
        // A step of a ticket's life is taken: that it was refused for something else would hide who may.
        const bool not_taken = met == '+' && !row.ticket.empty() && reply.status >= 300;
        EXPECT_EQ(not_taken ? '?' : met, expected) << reply.response.body;
    });
}

// Nobody learns from a body what a step asks for that is not his to take, and nobody corrects one in vain.
TEST_F(AuthorisationMatrix, IsAskedBeforeTheBodyIsRead) {
    const json::value wrong{{"nobody_asks_for_this", 1}};
    for_every_cell([&](const Row& row, const Person* person, char expected) {
        if (row.method == "GET" || row.method == "DELETE") return;
        const auto reply = ask(row, person, wrong);
        EXPECT_EQ(outcome(reply), expected) << reply.response.body;
        if (expected == '+' && !row.ticket.empty()) {
            EXPECT_EQ(reply.status, 422) << reply.response.body;
        }
    });
}

TEST_F(AuthorisationMatrix, KnowsEveryRoute) {
    std::set<std::string> routed, expected;
    for (const auto& route : api::routes())
        routed.insert(fmt::format("{} {}", http::to_string(route.verb), route.path));
    for (const auto& row : table) expected.insert(fmt::format("{} {}", row.method, row.route));
    EXPECT_EQ(expected, routed);
}

TEST_F(AuthorisationMatrix, LetsNobodyPastTheFirstPassword) {
    auto db = desk_.connect();
    db.execute("UPDATE user_account SET must_change_password = TRUE");
    db.commit();
    desk_.authenticator().forget_all();
    const std::set<std::string> open{"GET /health",
                                     "POST /session",
                                     "GET /session",
                                     "PATCH /session",
                                     "DELETE /session",
                                     "POST /password",
                                     "POST /calls/events/{token}"};
    for (const auto& route : api::routes()) {
        const auto name = fmt::format("{} {}", http::to_string(route.verb), route.path);
        if (name == "DELETE /session") continue;
        const auto reply =
            desk_.send(http::to_string(route.verb), route.path, &administrator_, nullptr, {{"If-Match", "\"1\""}});
        EXPECT_EQ(reply.code() == "password_change_required", !open.contains(name)) << name << reply.response.body;
    }
}

}  // namespace
}  // namespace callout::test
