#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/support/desk_test.hpp"

namespace callout {
namespace {

namespace json = boost::json;
using dispatch::Role;
using test::Person;
using testing::HasSubstr;

class Customers : public test::DeskTest {
protected:
    void SetUp() override {
        desk_->start_over();
        agent = desk_->add_person("agent", {Role::agent});
    }

    json::value create(const json::value& body) {
        const auto reply = desk_->send("POST", "/customers", &agent, body);
        EXPECT_EQ(reply.status, 201) << json::serialize(reply.body);
        return reply.body;
    }

    std::size_t found(const std::string& query) {
        return desk_->send("GET", "/customers?" + query, &agent).body.at("items").as_array().size();
    }

    Person agent;
};

TEST_F(Customers, AreCreatedWithEverythingThatIsTheirs) {
    const auto customer = create({{"kind", "company"},
                                  {"name", "宏达运输有限公司"},
                                  {"address", "济南市历城区工业北路 100 号"},
                                  {"longitude", 117.1},
                                  {"latitude", 36.7},
                                  {"tier", "gold"},
                                  {"phones", {{{"number", "0531-88886666转8001"}, {"label", "总机"}}}},
                                  {"contacts",
                                   {{{"name", "王强"},
                                     {"job", "车队长"},
                                     {"birthday", "1980-02-29"},
                                     {"phones", {{{"number", "139 1234 5678"}}}}}}},
                                  {"tags", {"大客户", "车队", "大客户"}}});
    EXPECT_EQ(customer.at("phones").at(0).at("number"), "+8653188886666");
    EXPECT_EQ(customer.at("phones").at(0).at("extension"), "8001");
    EXPECT_EQ(customer.at("contacts").at(0).at("phones").at(0).at("number"), "+8613912345678");
    EXPECT_EQ(customer.at("contacts").at(0).at("birthday"), "1980-02-29");
    EXPECT_EQ(customer.at("tags").as_array().size(), 2U);
    EXPECT_EQ(customer.at("phones_masked"), false);
    EXPECT_EQ(customer.at("version"), 1);
}

TEST_F(Customers, AreFoundByAnyTailOfAnyOfTheirNumbers) {
    create({{"name", "李雷"},
            {"phones", {{{"number", "13912345678"}}}},
            {"contacts", {{{"name", "韩梅梅"}, {"phones", {{{"number", "010-88886666"}}}}}}}});
    create({{"name", "别人"}, {"phones", {{{"number", "13800005678"}}}}});
    EXPECT_EQ(found("phone_tail=5678"), 2U);
    EXPECT_EQ(found("phone_tail=345678"), 1U);
    EXPECT_EQ(found("phone_tail=13912345678"), 1U);
    EXPECT_EQ(found("phone_tail=8613912345678"), 1U);
    EXPECT_EQ(found("phone_tail=88886666"), 1U);
    EXPECT_EQ(found("phone_tail=010-88886666"), 1U);
    EXPECT_EQ(found("phone_tail=0000"), 0U);
    const auto few = desk_->send("GET", "/customers?phone_tail=678", &agent);
    EXPECT_EQ(few.status, 422);
    EXPECT_EQ(few.field_errors(), "?phone_tail too_short");
}

TEST_F(Customers, LookUpByTailIsARangeOfTheIndexHoweverManyThereAre) {
    auto db = desk_->connect();
    for (int i = 0; i < 2000; ++i) {
        const auto id = db.insert("INSERT INTO customer (name, created_at, updated_at) VALUES (?, NOW(3), NOW(3))",
                                  fmt::format("customer {}", i));
        const auto number = fmt::format("+86139{:08}", i * 37);
        db.execute("INSERT INTO customer_phone (customer_id, number, number_reversed) VALUES (?, ?, ?)", id, number,
                   std::string{number.rbegin(), number.rend()});
    }
    db.commit();
    const auto explained = db.query(
        "EXPLAIN FORMAT=TRADITIONAL SELECT DISTINCT c.id FROM customer_phone p FORCE INDEX (customer_phone_tail) "
        "STRAIGHT_JOIN customer c "
        "ON c.id = p.customer_id WHERE p.number_reversed >= '7300' AND p.number_reversed < '7301' ORDER BY c.id LIMIT "
        "50");
    EXPECT_EQ(explained.front().get<std::string>("type"), "range");
    EXPECT_EQ(explained.front().get<std::string>("key"), "customer_phone_tail");
    EXPECT_EQ(found("phone_tail=0037"), 1U);
}

TEST_F(Customers, AreFoundByPartOfTheirName) {
    create({{"name", "济南宏达运输"}});
    create({{"name", "100% 满意_公司"}});
    EXPECT_EQ(found("q=%E5%AE%8F%E8%BE%BE"), 0U) << "the query reaches the handler decoded";
    EXPECT_EQ(found("q=宏达"), 1U);
    EXPECT_EQ(found("q=%"), 1U);
    EXPECT_EQ(found("q=_"), 1U);
}

TEST_F(Customers, AreListedPageByPage) {
    for (int i = 0; i < 5; ++i) create({{"name", fmt::format("客户{}", i)}});
    auto page = desk_->send("GET", "/customers?limit=2", &agent).body;
    std::size_t seen = page.at("items").as_array().size();
    while (!page.at("next_cursor").is_null()) {
        page = desk_
                   ->send("GET",
                          fmt::format("/customers?limit=2&cursor={}",
                                      std::string_view{page.at("next_cursor").as_string()}),
                          &agent)
                   .body;
        seen += page.at("items").as_array().size();
    }
    EXPECT_EQ(seen, 5U);
}

TEST_F(Customers, ChangeOverTheVersionThatWasSeen) {
    const auto customer = create({{"name", "李雷"}, {"tags", {"a"}}, {"phones", {{{"number", "13912345678"}}}}});
    const auto path = fmt::format("/customers/{}", customer.at("id").as_int64());
    EXPECT_EQ(desk_->send("PATCH", path, &agent, {{"name", "x"}}).status, 428);
    const auto changed =
        desk_->send_with_version("PATCH", path, agent, {{"note", "新地址"}, {"phones", json::array{}}}, 1);
    EXPECT_EQ(changed.status, 200);
    EXPECT_EQ(changed.version(), 2);
    EXPECT_EQ(changed.body.at("name"), "李雷");
    EXPECT_EQ(changed.body.at("tags").as_array().size(), 1U);
    EXPECT_TRUE(changed.body.at("phones").as_array().empty());
    const auto stale = desk_->send_with_version("PATCH", path, agent, {{"note", "x"}}, 1);
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(stale.code(), "version_conflict");
    EXPECT_EQ(stale.body.at("current").at("version"), 2);
}

TEST_F(Customers, ContactsKeepTheirIdsWhenTheyAreSentBack) {
    const auto customer = create({{"name", "李雷"}, {"contacts", {{{"name", "甲"}}, {{"name", "乙"}}}}});
    const auto path = fmt::format("/customers/{}", customer.at("id").as_int64());
    const auto second = customer.at("contacts").at(1).at("id").as_int64();
    const auto changed = desk_->send_with_version(
        "PATCH", path, agent, {{"contacts", {{{"name", "丙"}}, {{"id", second}, {"name", "乙二"}}}}}, 1);
    ASSERT_EQ(changed.status, 200);
    const auto& contacts = changed.body.at("contacts").as_array();
    ASSERT_EQ(contacts.size(), 2U);
    EXPECT_EQ(contacts[0].at("id").as_int64(), second);
    EXPECT_EQ(contacts[0].at("name"), "乙二");
    const auto strange =
        desk_->send_with_version("PATCH", path, agent, {{"contacts", {{{"id", 99999}, {"name", "丁"}}}}}, 2);
    EXPECT_EQ(strange.field_errors(), "/contacts/0/id not_found");
}

TEST_F(Customers, TellEveryMistakeAtOnce) {
    const auto reply =
        desk_->send("POST", "/customers", &agent,
                    {{"name", ""},
                     {"kind", "robot"},
                     {"latitude", 91},
                     {"phones", {{{"number", "12"}}, {{"number", "13912345678"}}, {{"number", "+86 13912345678"}}}},
                     {"surname", "x"}});
    EXPECT_EQ(reply.status, 422);
    for (const auto* error : {"/name required", "/kind unknown_value", "/latitude out_of_range",
                              "/phones/0/number too_short", "/phones/2/number taken", "/surname unknown_field"})
        EXPECT_THAT(reply.field_errors(), HasSubstr(error));
}

TEST_F(Customers, KeepEmojiAndRareHanCharacters) {
    const auto customer = create({{"name", "𠮷野家😀"}, {"tags", {"😀", "😁"}}});
    const auto again = desk_->send("GET", fmt::format("/customers/{}", customer.at("id").as_int64()), &agent).body;
    EXPECT_EQ(again.at("name"), "𠮷野家😀");
    EXPECT_EQ(again.at("tags").as_array().size(), 2U);
}

TEST_F(Customers, WithTheSameNumberAreNamed) {
    create({{"name", "老客户"}, {"phones", {{{"number", "13912345678"}}}}});
    const auto second = create({{"name", "新客户"}, {"phones", {{{"number", "13912345678"}}}}});
    ASSERT_EQ(second.at("same_number").as_array().size(), 1U);
    EXPECT_EQ(second.at("same_number").at(0).at("name"), "老客户");
}

TEST_F(Customers, NumbersAreMaskedForWhoDoesNotKeepThemAndRevealingIsLogged) {
    const auto supervisor = desk_->add_person("supervisor", {Role::supervisor});
    const auto administrator = desk_->add_person("administrator", {Role::administrator});
    const auto customer = create({{"name", "李雷"}, {"phones", {{{"number", "13912345678"}}}}});
    const auto path = fmt::format("/customers/{}", customer.at("id").as_int64());
    const auto masked = desk_->send("GET", path, &supervisor).body;
    EXPECT_EQ(masked.at("phones_masked"), true);
    EXPECT_EQ(masked.at("phones").at(0).at("number"), "+86139****5678");
    EXPECT_EQ(desk_->send("POST", path + "/reveal-phones", &administrator).status, 403);
    const auto revealed =
        desk_->send("POST", path + "/reveal-phones", &supervisor, nullptr, {{"Idempotency-Key", "reveal-it-once"}});
    EXPECT_EQ(revealed.status, 200);
    EXPECT_EQ(revealed.body.at("phones").at(0).at("number"), "+8613912345678");
    const auto repeated =
        desk_->send("POST", path + "/reveal-phones", &supervisor, nullptr, {{"Idempotency-Key", "reveal-it-once"}});
    EXPECT_EQ(repeated.body.at("phones").at(0).at("number"), "+86139****5678");
    auto db = desk_->connect();
    EXPECT_EQ(db.query("SELECT COUNT(*) FROM audit_entry WHERE action = 'customer.phones_revealed' AND user_id = ?",
                       supervisor.id)
                  .front()
                  .get<int>(0),
              1);
    EXPECT_EQ(db.query("SELECT COUNT(*) FROM audit_entry WHERE details LIKE '%139%'").front().get<int>(0), 0);
}

TEST_F(Customers, OfAnotherRegionAreNotThere) {
    const auto north = desk_->add_unit(dispatch::UnitKind::office, "north");
    const auto coordinator = desk_->add_person("coordinator", {Role::coordinator}, north);
    const auto dealer_unit = desk_->add_unit(dispatch::UnitKind::dealer, "dealer", north);
    const auto dealer = desk_->add_person("dealer", {Role::dealer}, dealer_unit);
    const auto id = create({{"name", "李雷"}}).at("id").as_int64();
    const auto path = fmt::format("/customers/{}", id);
    EXPECT_EQ(desk_->send("GET", path, &coordinator).status, 404);
    EXPECT_TRUE(desk_->send("GET", "/customers", &coordinator).body.at("items").as_array().empty());
    EXPECT_EQ(desk_->send("GET", path, &dealer).status, 403);

    const auto ticket = desk_->send("POST", "/tickets", &agent,
                                    {{"kind", "repair"},
                                     {"customer_id", id},
                                     {"description", "冒黑烟"},
                                     {"address", "济南"},
                                     {"office_unit_id", north}});
    ASSERT_EQ(ticket.status, 201) << json::serialize(ticket.body);
    EXPECT_EQ(desk_->send("GET", path, &coordinator).status, 200);
    EXPECT_EQ(desk_->send("GET", path, &coordinator).body.at("open_tickets").as_array().size(), 1U);
}

}  // namespace
}  // namespace callout
