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

class Assets : public test::DeskTest {
protected:
    void SetUp() override {
        desk_->start_over();
        agent = desk_->add_person("agent", {Role::agent});
        administrator = desk_->add_person("administrator", {Role::administrator});
        product = must("POST", "/products", administrator,
                       {{"code", "WP10"}, {"name", "WP10 发动机"}, {"warranty_months", 12}, {"warranty_hours", 2000}})
                      .at("id")
                      .as_int64();
        customer = must("POST", "/customers", agent, {{"name", "李雷"}}).at("id").as_int64();
    }

    json::value must(std::string_view method, const std::string& path, const Person& person, const json::value& body) {
        const auto reply = desk_->send(method, path, &person, body);
        EXPECT_LT(reply.status, 300) << json::serialize(reply.body);
        return reply.body;
    }

    json::value engine(std::string_view serial_number, json::object more = {}) {
        more["serial_number"] = serial_number;
        more["product_id"] = product;
        more["customer_id"] = customer;
        return must("POST", "/assets", agent, more);
    }

    static std::string path_of(const json::value& asset) {
        return fmt::format("/assets/{}", asset.at("id").as_int64());
    }

    Person agent;
    Person administrator;
    std::int64_t product = 0;
    std::int64_t customer = 0;
};

TEST_F(Assets, HaveASerialNumberOfTheirOwn) {
    engine("SN-1");
    const auto again = desk_->send("POST", "/assets", &agent,
                                   {{"serial_number", "sn-1"}, {"product_id", product}, {"customer_id", customer}});
    EXPECT_EQ(again.field_errors(), "/serial_number taken");
    const auto wrong =
        desk_->send("POST", "/assets", &agent,
                    {{"serial_number", "SN-2"}, {"product_id", 999}, {"customer_id", 999}, {"sold_on", "2025-02-30"}});
    EXPECT_THAT(wrong.field_errors(), HasSubstr("/product_id not_found"));
    EXPECT_THAT(wrong.field_errors(), HasSubstr("/customer_id not_found"));
    EXPECT_THAT(wrong.field_errors(), HasSubstr("/sold_on not_a_date"));
}

TEST_F(Assets, SayWhetherTheyAreUnderWarrantyAndWhy) {
    EXPECT_EQ(engine("SN-1").at("warranty").at("reason"), "start_unknown");
    EXPECT_EQ(engine("SN-2", {{"sold_on", "2020-01-01"}}).at("warranty").at("reason"), "date_passed");
    const auto covered = engine("SN-3", {{"sold_on", "2020-01-01"}, {"warranty_until", "2190-12-31"}});
    EXPECT_EQ(covered.at("warranty").at("in_warranty"), true);
    EXPECT_EQ(covered.at("warranty").at("until"), "2190-12-31");
    EXPECT_EQ(covered.at("warranty").at("hours_limit"), 2000);
    const auto worn = must("POST", path_of(covered) + "/meter-readings", agent, {{"hours", 2001}});
    EXPECT_EQ(worn.at("warranty").at("reason"), "hours_exceeded");
}

TEST_F(Assets, MetersOnlyCountUpUnlessTheyAreReplaced) {
    const auto path = path_of(engine("SN-1")) + "/meter-readings";
    must("POST", path, agent, {{"hours", 100}, {"read_at", "2026-01-10T00:00:00Z"}});
    const auto below = desk_->send("POST", path, &agent, {{"hours", 99}, {"read_at", "2026-01-11T00:00:00Z"}});
    EXPECT_EQ(below.status, 422);
    EXPECT_EQ(below.field_errors(), "/hours meter_below_earlier");
    const auto before = desk_->send("POST", path, &agent, {{"hours", 101}, {"read_at", "2026-01-09T00:00:00Z"}});
    EXPECT_EQ(before.field_errors(), "/hours meter_above_later");
    EXPECT_EQ(desk_->send("POST", path, &agent, {{"hours", 5}, {"read_at", "2190-01-09T00:00:00Z"}}).field_errors(),
              "/read_at happened_in_future");
    const auto replaced =
        must("POST", path, agent, {{"hours", 0}, {"read_at", "2026-01-12T00:00:00Z"}, {"meter_replaced", true}});
    EXPECT_EQ(replaced.at("meter_readings").at(0).at("meter_replaced"), true);
    EXPECT_EQ(replaced.at("meter_readings").as_array().size(), 2U);
}

TEST_F(Assets, KeepEveryOwnerTheyHad) {
    const auto asset = engine("SN-1");
    const auto buyer = must("POST", "/customers", agent, {{"name", "韩梅梅"}}).at("id").as_int64();
    const auto path = path_of(asset) + "/transfer";
    EXPECT_EQ(desk_->send("POST", path, &agent, {{"customer_id", buyer}}).status, 428);
    const auto moved = desk_->send_with_version("POST", path, agent, {{"customer_id", buyer}}, 1);
    ASSERT_EQ(moved.status, 200) << json::serialize(moved.body);
    EXPECT_EQ(moved.body.at("customer_name"), "韩梅梅");
    const auto& owners = moved.body.at("owners").as_array();
    ASSERT_EQ(owners.size(), 2U);
    EXPECT_TRUE(owners[0].at("owned_until").is_null());
    EXPECT_EQ(owners[1].at("customer_name"), "李雷");
    EXPECT_EQ(owners[1].at("owned_until"), owners[0].at("owned_from"));
    EXPECT_EQ(desk_->send_with_version("POST", path, agent, {{"customer_id", buyer}}, 1).status, 412);
    EXPECT_EQ(desk_->send_with_version("POST", path, agent, {{"customer_id", buyer}}, 2).field_errors(),
              "/customer_id nothing_changed");
    EXPECT_EQ(desk_
                  ->send_with_version("POST", path, agent,
                                      {{"customer_id", customer}, {"happened_at", "2000-01-01T00:00:00Z"}}, 2)
                  .field_errors(),
              "/happened_at happened_too_early");
}

TEST_F(Assets, NeverFeedThemselves) {
    const auto first = engine("SN-1").at("id").as_int64();
    const auto second = engine("SN-2", {{"upstream_asset_id", first}}).at("id").as_int64();
    const auto third = engine("SN-3", {{"upstream_asset_id", second}}).at("id").as_int64();
    for (const auto upstream : {first, second, third})
        EXPECT_EQ(desk_
                      ->send_with_version("PATCH", fmt::format("/assets/{}", first), agent,
                                          {{"upstream_asset_id", upstream}}, 1)
                      .field_errors(),
                  "/upstream_asset_id upstream_cycle");
    EXPECT_EQ(
        desk_->send_with_version("PATCH", fmt::format("/assets/{}", third), agent, {{"upstream_asset_id", nullptr}}, 1)
            .status,
        200);
}

TEST_F(Assets, AreListedByOwnerAndByTheBeginningOfTheSerialNumber) {
    engine("AB-1");
    engine("AB-2");
    engine("C%-1");
    const auto count = [&](const std::string& query) {
        return desk_->send("GET", "/assets?" + query, &agent).body.at("items").as_array().size();
    };
    EXPECT_EQ(count("serial_number=AB"), 2U);
    EXPECT_EQ(count("serial_number=%"), 0U);
    EXPECT_EQ(count("serial_number=C%"), 1U);
    EXPECT_EQ(count(fmt::format("customer_id={}", customer)), 3U);
    EXPECT_EQ(count("customer_id=999"), 0U);
}

TEST_F(Assets, FaultsAreATreeWithoutRings) {
    const auto group =
        must("POST", "/faults", administrator, {{"code", "F"}, {"name", "燃油系统"}}).at("id").as_int64();
    const auto leaf =
        must("POST", "/faults", administrator, {{"code", "F-1"}, {"name", "喷油嘴"}, {"parent_id", group}})
            .at("id")
            .as_int64();
    EXPECT_EQ(
        desk_->send_with_version("PATCH", fmt::format("/faults/{}", group), administrator, {{"parent_id", leaf}}, 1)
            .field_errors(),
        "/parent_id parent_cycle");
    EXPECT_EQ(desk_->send("POST", "/faults", &administrator, {{"code", "f-1"}, {"name", "x"}}).field_errors(),
              "/code taken");
    EXPECT_EQ(desk_->send("POST", "/faults", &agent, {{"code", "G"}, {"name", "x"}}).status, 403);
    EXPECT_EQ(desk_->send("GET", "/faults?q=喷油", &agent).body.at("items").as_array().size(), 1U);
}

TEST_F(Assets, ProductsAreListedByCodePageByPage) {
    for (const auto* code : {"A", "Z", "M"}) must("POST", "/products", administrator, {{"code", code}, {"name", code}});
    std::string codes;
    std::string cursor;
    do {
        const auto page = desk_->send("GET", "/products?limit=1" + cursor, &agent).body;
        for (const auto& item : page.at("items").as_array()) codes += std::string{item.at("code").as_string()} + ' ';
        cursor = page.at("next_cursor").is_null()
                     ? ""
                     : "&cursor=" + std::string{std::string_view{page.at("next_cursor").as_string()}};
    } while (!cursor.empty());
    EXPECT_EQ(codes, "A M WP10 Z ");
    const auto changed = desk_->send_with_version("PATCH", fmt::format("/products/{}", product), administrator,
                                                  {{"warranty_hours", nullptr}, {"active", false}}, 1);
    EXPECT_TRUE(changed.body.at("warranty_hours").is_null());
    EXPECT_EQ(changed.version(), 2);
}

}  // namespace
}  // namespace callout
