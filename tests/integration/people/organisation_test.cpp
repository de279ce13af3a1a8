#include "server/api/organisation.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <thread>

#include "server/storage/organisation.hpp"
#include "tests/support/desk_test.hpp"

namespace callout::api {
namespace {

using dispatch::Role;
using dispatch::UnitKind;
using test::Person;
namespace json = boost::json;

class Organisation : public test::DeskTest {
protected:
    void SetUp() override {
        desk_->start_over();
        north_ = desk_->add_unit(UnitKind::office, "NORTH");                 // 2
        south_ = desk_->add_unit(UnitKind::office, "SOUTH");                 // 3
        harbin_ = desk_->add_unit(UnitKind::dealer, "HARBIN", north_);       // 4
        suihua_ = desk_->add_unit(UnitKind::substation, "SUIHUA", harbin_);  // 5
        admin_ = desk_->add_person("admin", {Role::administrator});
        coordinator_ = desk_->add_person("north.office", {Role::coordinator}, north_);
        dealer_ = desk_->add_person("harbin", {Role::dealer}, harbin_);
        technician_ = desk_->add_person("zhang.san", {Role::technician}, suihua_);
    }

    static std::string at(std::int64_t unit_id) { return "/organisation/" + std::to_string(unit_id); }

    static std::string codes(const Person& as, const std::string& query = "") {
        std::string text;
        const auto reply = desk_->send("GET", "/organisation" + query, &as);
        for (const auto& item : reply.body.at("items").as_array())
            text += (text.empty() ? "" : " ") + std::string{std::string_view{item.at("code").as_string()}};
        return text;
    }

    test::Reply change(std::int64_t unit_id, const json::value& body, std::int64_t version = 1) {
        return desk_->send_with_version("PATCH", at(unit_id), admin_, body, version);
    }

    static void insert_ticket(std::int64_t id, std::string_view state, std::string_view office_path,
                              std::string_view dealer_path) {
        auto db = desk_->connect();
        db.execute(
            "INSERT INTO ticket (id, version, kind, urgency, state, state_since, customer_id, office_path,"
            " dealer_path, fault_reported_at, opened_at, description)"
            " VALUES (?, 1, 'repair', 'normal', ?, NOW(3), 1, ?, ?, NOW(3), NOW(3), '')",
            id, state, office_path, dealer_path);
        db.commit();
    }

    std::int64_t north_ = 0, south_ = 0, harbin_ = 0, suihua_ = 0;
    Person admin_, coordinator_, dealer_, technician_;
};

TEST_F(Organisation, IsSeenFromOnesPlaceDown) {
    EXPECT_EQ(codes(admin_), "HQ NORTH SOUTH HARBIN SUIHUA");
    EXPECT_EQ(codes(coordinator_), "NORTH HARBIN SUIHUA");
    EXPECT_EQ(codes(dealer_), "HARBIN SUIHUA");
    EXPECT_EQ(codes(technician_), "SUIHUA");
    EXPECT_EQ(desk_->send("GET", at(south_), &coordinator_).status, 404);
    EXPECT_EQ(desk_->send("GET", at(suihua_), &technician_).body.at("path"), "/1/2/4/5/");
    EXPECT_EQ(codes(admin_, "?kind=office"), "NORTH SOUTH");
    EXPECT_EQ(codes(admin_, "?under=4"), "HARBIN SUIHUA");
    EXPECT_EQ(codes(coordinator_, "?under=3"), "");
    EXPECT_EQ(codes(admin_, "?q=hua"), "SUIHUA");
}

TEST_F(Organisation, GrowsWhereItsShapeAllows) {
    auto db = desk_->connect();
    db.execute("INSERT INTO product (code, name) VALUES ('WP10', 'WP10 engine'), ('WP12', 'WP12 engine')");
    db.commit();
    const auto created = desk_->send("POST", "/organisation", &admin_,
                                     {{"parent_id", north_},
                                      {"kind", "dealer"},
                                      {"code", "QIQIHAR"},
                                      {"name", "齐齐哈尔服务站"},
                                      {"phone", "0452 2345678"},
                                      {"longitude", 123.97},
                                      {"latitude", 47.33},
                                      {"product_ids", {2, 1, 2}}});
    ASSERT_EQ(created.status, 201) << created.response.body;
    EXPECT_EQ(created.body.at("path"), "/1/2/6/");
    EXPECT_EQ(created.body.at("phone"), "+864522345678");
    EXPECT_EQ(json::serialize(created.body.at("product_ids")), "[1,2]");
    EXPECT_EQ(created.response.header("Location"), "/api/v1/organisation/6");
    EXPECT_EQ(desk_->send("GET", at(6), &coordinator_).body, created.body);

    const auto mistakes = [&](json::object body) {
        return desk_->send("POST", "/organisation", &admin_, body).field_errors();
    };
    EXPECT_EQ(mistakes({{"parent_id", north_}, {"kind", "dealer"}, {"code", "qiqihar"}, {"name", "x"}}), "/code taken");
    EXPECT_EQ(mistakes({{"parent_id", harbin_}, {"kind", "office"}, {"code", "X"}, {"name", "x"}}),
              "/parent_id kind_not_below_parent");
    EXPECT_EQ(mistakes({{"parent_id", 1}, {"kind", "headquarters"}, {"code", "X"}, {"name", "x"}}),
              "/parent_id kind_not_below_parent");
    EXPECT_EQ(mistakes({{"kind", "headquarters"}, {"code", "X"}, {"name", "x"}}), "/parent_id required");
    EXPECT_EQ(mistakes({{"parent_id", 1}, {"kind", "office"}, {"code", "X"}, {"name", "x"}, {"product_ids", {1}}}),
              "/product_ids not_a_dealer");
    EXPECT_EQ(mistakes({{"parent_id", 1}, {"kind", "dealer"}, {"code", "X"}, {"name", "x"}, {"product_ids", {99}}}),
              "/product_ids not_found");
    EXPECT_EQ(mistakes({{"parent_id", 1}, {"kind", "dealer"}, {"code", "X"}, {"name", "x"}, {"latitude", 91}}),
              "/latitude out_of_range");
    EXPECT_EQ(mistakes({{"parent_id", 1}, {"kind", "dealer"}, {"code", "X"}, {"name", "x"}, {"latitude", 1}}),
              "/longitude required");
}

TEST_F(Organisation, ChangesOverTheVersionSomebodySaw) {
    const auto renamed = change(harbin_, {{"name", "哈尔滨服务站"}, {"address", "道里区"}});
    ASSERT_EQ(renamed.status, 200) << renamed.response.body;
    EXPECT_EQ(renamed.version(), 2);
    EXPECT_EQ(renamed.body.at("code"), "HARBIN");
    const auto stale = change(harbin_, {{"name", "x"}});
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(stale.body.at("current").at("name"), "哈尔滨服务站");
    EXPECT_EQ(change(harbin_, {{"code", "NORTH"}}, 2).field_errors(), "/code taken");
    EXPECT_EQ(change(harbin_, {{"path", "/1/"}}, 2).field_errors(), "/path unknown_field");
    EXPECT_EQ(desk_->send("PATCH", at(harbin_), &admin_, {{"name", "x"}}).status, 428);
    EXPECT_EQ(desk_->send_with_version("PATCH", at(harbin_), dealer_, {{"name", "x"}}, 2).status, 403);
}

TEST_F(Organisation, MovesWithEverythingBelowAndTheDealersHistory) {
    ASSERT_EQ(desk_->send("GET", at(suihua_), &coordinator_).status, 200);
    insert_ticket(1, "closed", "/1/2/", "/1/2/4/5/");
    insert_ticket(2, "closed", "/1/3/", "/1/3/44/");
    const auto moved = change(harbin_, {{"parent_id", south_}});
    ASSERT_EQ(moved.status, 200) << moved.response.body;
    EXPECT_EQ(moved.body.at("path"), "/1/3/4/");
    EXPECT_EQ(moved.body.at("parent_id"), south_);
    EXPECT_EQ(desk_->send("GET", at(suihua_), &admin_).body.at("path"), "/1/3/4/5/");
    EXPECT_EQ(desk_->send("GET", at(suihua_), &coordinator_).status, 404) << "no longer his region, at once";
    EXPECT_EQ(codes(dealer_), "HARBIN SUIHUA");

    auto db = desk_->connect();
    const auto tickets = db.query("SELECT office_path, dealer_path FROM ticket ORDER BY id");
    EXPECT_EQ(tickets[0].get<std::string>(0), "/1/2/") << "the office that watched it keeps it";
    EXPECT_EQ(tickets[0].get<std::string>(1), "/1/3/4/5/");
    EXPECT_EQ(tickets[1].get<std::string>(1), "/1/3/44/");
    const auto events = db.query("SELECT kind, attributes, office_path, former_dealer_path FROM event ORDER BY id");
    ASSERT_EQ(events.size(), 3u) << "the unit, and the two people in it";
    EXPECT_EQ(events[0].get<std::string>(0), "organisation.changed");
    EXPECT_EQ(events[0].get<std::string>(2), "/1/3/4/");
    EXPECT_EQ(events[0].get<std::string>(3), "/1/2/4/");
    EXPECT_EQ(events[1].get<std::string>(0), "user.changed");
}

TEST_F(Organisation, DoesNotMoveUnderOpenTickets) {
    insert_ticket(1, "offered", "/1/2/", "/1/2/4/5/");
    EXPECT_EQ(change(harbin_, {{"parent_id", south_}}).code(), "has_open_tickets");
    EXPECT_EQ(change(harbin_, {{"parent_id", north_}}).status, 200) << "where it is it may stay";
}

TEST_F(Organisation, MovesOnlyWhereItsShapeAllows) {
    EXPECT_EQ(change(north_, {{"parent_id", south_}}).field_errors(), "/parent_id kind_not_below_parent");
    EXPECT_EQ(change(harbin_, {{"parent_id", suihua_}}).field_errors(), "/parent_id kind_not_below_parent");
    EXPECT_EQ(change(harbin_, {{"parent_id", harbin_}}).field_errors(), "/parent_id kind_not_below_parent");
    EXPECT_EQ(change(harbin_, {{"parent_id", nullptr}}).field_errors(), "/parent_id required");
    EXPECT_EQ(change(1, {{"parent_id", nullptr}, {"name", "总部"}}).status, 200);
    EXPECT_EQ(change(1, {{"parent_id", north_}}, 2).field_errors(), "/parent_id kind_not_below_parent");
}

TEST_F(Organisation, ClosesWhatHasNothingLeftToDo) {
    EXPECT_EQ(change(1, {{"active", false}}).code(), "headquarters_stays");
    EXPECT_EQ(change(harbin_, {{"active", false}}).code(), "has_active_units");
    EXPECT_EQ(change(suihua_, {{"active", false}}).code(), "has_active_users");
    desk_->send("POST", "/users/" + std::to_string(technician_.id) + "/disable", &admin_);
    insert_ticket(1, "open", "/1/2/", "/1/2/4/5/");
    EXPECT_EQ(change(suihua_, {{"active", false}}).code(), "has_open_tickets");
    auto db = desk_->connect();
    db.execute("UPDATE ticket SET state = 'closed'");
    db.commit();
    EXPECT_EQ(change(suihua_, {{"active", false}}).status, 200);
    EXPECT_EQ(desk_->send("POST", "/users/" + std::to_string(technician_.id) + "/enable", &admin_).code(),
              "unit_inactive");
    EXPECT_EQ(desk_
                  ->send("POST", "/users", &admin_,
                         {{"login", "xx"}, {"name", "x"}, {"unit_id", suihua_}, {"roles", {"technician"}}})
                  .field_errors(),
              "/unit_id unit_inactive");
    EXPECT_EQ(change(suihua_, {{"active", true}}, 2).status, 200);
}

TEST_F(Organisation, KeepsPathsWholeWhenTwoMoveAtOnce) {
    // Twenty units below one dealer, moved to and fro while units are added below it.
    auto db = desk_->connect();
    for (int i = 0; i < 20; ++i) desk_->add_unit(UnitKind::substation, "S" + std::to_string(i), harbin_);
    std::jthread adder{[&] {
        for (int i = 0; i < 20; ++i)
            desk_->send(
                "POST", "/organisation", &admin_,
                {{"parent_id", harbin_}, {"kind", "substation"}, {"code", "T" + std::to_string(i)}, {"name", "x"}});
    }};
    for (int version = 1; version <= 10; ++version)
        EXPECT_EQ(change(harbin_, {{"parent_id", version % 2 ? south_ : north_}}, version).status, 200);
    adder.join();
    EXPECT_EQ(db.query("SELECT COUNT(*) FROM organisation_unit").front().get<int>(0), 45);
    EXPECT_EQ(db.query("SELECT COUNT(*) FROM organisation_unit u JOIN organisation_unit p ON p.id = u.parent_id"
                       " WHERE u.path <> CONCAT(p.path, u.id, '/')")
                  .front()
                  .get<int>(0),
              0);
}

// The place written on the ticket is the dealer's place, whoever came first.
TEST_F(Organisation, IsNotMovedUnderAnOfferThatIsJustBeingMade) {
    const auto agent = desk_->add_person("agent", {Role::agent});
    const auto dispatcher = desk_->add_person("dispatcher", {Role::dispatcher});
    const auto customer_id =
        desk_->send("POST", "/customers", &agent, {{"kind", "person"}, {"name", "王芳"}}).body.at("id");
    auto db = desk_->connect();
    for (int round = 0; round < 20; ++round) {
        const auto ticket = desk_->send("POST", "/tickets", &agent,
                                        {{"kind", "repair"}, {"customer_id", customer_id}, {"description", "x"}});
        ASSERT_EQ(ticket.status, 201) << ticket.response.body;
        const auto path = "/tickets/" + std::to_string(ticket.body.at("id").as_int64());
        const auto harbin = desk_->send("GET", at(harbin_), &admin_);
        const auto elsewhere = harbin.body.at("parent_id").as_int64() == north_ ? south_ : north_;
        test::Reply offered;
        {
            std::jthread offering{[&] {
                offered = desk_->send_with_version("POST", path + "/offer", dispatcher, {{"dealer_unit_id", harbin_}},
                                                   ticket.version());
            }};
            const auto moved = change(harbin_, {{"parent_id", elsewhere}}, harbin.version());
            EXPECT_TRUE(moved.status == 200 || moved.code() == "has_open_tickets") << moved.response.body;
        }
        ASSERT_EQ(offered.status, 200) << offered.response.body;
        EXPECT_EQ(db.query("SELECT COUNT(*) FROM ticket t JOIN organisation_unit u ON u.id = t.dealer_unit_id"
                           " WHERE t.dealer_path <> u.path")
                      .front()
                      .get<int>(0),
                  0);
        db.rollback();
        EXPECT_EQ(
            desk_->send_with_version("POST", path + "/cancel", agent, {{"reason", "wrong_entry"}}, offered.version())
                .status,
            200);
    }
}

}  // namespace
}  // namespace callout::api
