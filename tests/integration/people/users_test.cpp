#include "server/api/users.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <thread>

#include "tests/support/desk_test.hpp"

namespace callout::api {
namespace {

using dispatch::Role;
using dispatch::UnitKind;
using test::Person;
namespace json = boost::json;

class Users : public test::DeskTest {
protected:
    void SetUp() override {
        desk_->start_over();
        north_ = desk_->add_unit(UnitKind::office, "NORTH");
        south_ = desk_->add_unit(UnitKind::office, "SOUTH");
        harbin_ = desk_->add_unit(UnitKind::dealer, "HARBIN", north_);
        canton_ = desk_->add_unit(UnitKind::dealer, "CANTON", south_);
        admin_ = desk_->add_person("admin", {Role::administrator});
        agent_ = desk_->add_person("li.na", {Role::agent});
        coordinator_ = desk_->add_person("north.office", {Role::coordinator}, north_);
        dealer_ = desk_->add_person("harbin", {Role::dealer}, harbin_);
        technician_ = desk_->add_person("zhang.san", {Role::technician}, harbin_);
        other_technician_ = desk_->add_person("chen.si", {Role::technician}, canton_);
    }

    static std::string at(const Person& person) { return "/users/" + std::to_string(person.id); }

    static test::Reply get(const Person& as, const std::string& target) { return desk_->send("GET", target, &as); }

    static std::string logins(const test::Reply& reply) {
        std::string text;
        for (const auto& item : reply.body.at("items").as_array())
            text += (text.empty() ? "" : " ") + std::string{std::string_view{item.at("login").as_string()}};
        return text;
    }

    static json::object new_technician(std::int64_t unit_id) {
        return {{"login", "zhao.wu"}, {"name", "赵五"}, {"unit_id", unit_id}, {"roles", {"technician"}}};
    }

    std::int64_t north_ = 0, south_ = 0, harbin_ = 0, canton_ = 0;
    Person admin_, agent_, coordinator_, dealer_, technician_, other_technician_;
};

TEST_F(Users, AreSeenByWhoeverThePlaceInTheTreeLets) {
    EXPECT_EQ(logins(get(agent_, "/users")), "admin li.na north.office harbin zhang.san chen.si");
    EXPECT_EQ(logins(get(coordinator_, "/users")), "north.office harbin zhang.san");
    EXPECT_EQ(logins(get(dealer_, "/users")), "harbin zhang.san");
    EXPECT_EQ(logins(get(technician_, "/users")), "zhang.san");

    EXPECT_EQ(get(dealer_, at(technician_)).status, 200);
    EXPECT_EQ(get(dealer_, at(other_technician_)).status, 404);
    EXPECT_EQ(get(dealer_, at(coordinator_)).status, 404);
    EXPECT_EQ(get(technician_, at(technician_)).status, 200);
    EXPECT_EQ(get(technician_, at(dealer_)).status, 404);
    EXPECT_EQ(get(agent_, "/users/999999").status, 404);
}

TEST_F(Users, AreFoundByNameLoginRoleAndUnit) {
    EXPECT_EQ(logins(get(agent_, "/users?q=ZHANG")), "zhang.san");
    EXPECT_EQ(logins(get(agent_, "/users?q=%")), "") << "a wildcard is a letter like any other";
    EXPECT_EQ(logins(get(agent_, "/users?role=technician")), "zhang.san chen.si");
    EXPECT_EQ(logins(get(agent_, "/users?unit_id=" + std::to_string(north_))), "north.office harbin zhang.san");
    EXPECT_EQ(logins(get(agent_, "/users?unit_id=999999")), "");
    EXPECT_EQ(logins(get(dealer_, "/users?unit_id=" + std::to_string(canton_))), "");
    EXPECT_EQ(get(agent_, "/users?role=king&limit=0&order=name").field_errors(),
              "?role unknown_value; ?limit out_of_range; ?order unknown_parameter");
}

TEST_F(Users, AreReadPageByPage) {
    std::string all;
    std::string target = "/users?limit=4";
    for (int pages = 1;; ++pages) {
        const auto page = get(agent_, target);
        all += logins(page) + '|';
        const auto& next = page.body.at("next_cursor");
        if (next.is_null()) break;
        ASSERT_LT(pages, 5);
        target = "/users?limit=4&cursor=" + std::string{std::string_view{next.as_string()}};
    }
    EXPECT_EQ(all, "admin li.na north.office harbin|zhang.san chen.si|");
}

TEST_F(Users, AreCreatedWithAPasswordThatIsShownOnce) {
    const std::vector<http::Header> key{{"Idempotency-Key", "create-zhao-wu"}};
    const auto created = desk_->send("POST", "/users", &admin_, new_technician(harbin_), key);
    ASSERT_EQ(created.status, 201) << created.response.body;
    EXPECT_EQ(created.response.header("Location"), "/api/v1/users/7");
    EXPECT_EQ(created.response.header("ETag"), "\"1\"");
    EXPECT_EQ(created.body.at("unit_name"), "HARBIN");
    EXPECT_TRUE(created.body.at("must_change_password").as_bool());
    const std::string password{std::string_view{created.body.at("initial_password").as_string()}};
    EXPECT_EQ(password.size(), 20u);

    const auto again = desk_->send("POST", "/users", &admin_, new_technician(harbin_), key);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body.at("id"), created.body.at("id"));
    EXPECT_EQ(again.body.at("initial_password"), "");
    EXPECT_EQ(desk_->send("POST", "/users", &admin_, new_technician(harbin_)).field_errors(), "/login taken");

    const auto signed_in = desk_->send("POST", "/session", nullptr, {{"login", "zhao.wu"}, {"password", password}});
    EXPECT_EQ(signed_in.status, 200);
    EXPECT_TRUE(signed_in.body.at("must_change_password").as_bool());
    EXPECT_EQ(get(agent_, "/users/7").body.as_object().contains("initial_password"), false);

    auto db = desk_->connect();
    const auto rows = db.query("SELECT details FROM audit_entry WHERE action = 'user.created'");
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].get<std::string>(0).find(password), std::string::npos);
}

TEST_F(Users, TellEveryMistakeAtOnce) {
    EXPECT_EQ(desk_
                  ->send("POST", "/users", &admin_,
                         {{"login", "Zhao Wu"},
                          {"name", ""},
                          {"unit_id", 999999},
                          {"roles", json::array{}},
                          {"phone", "12"},
                          {"language", "fr"},
                          {"password", "chosen by me"}})
                  .field_errors(),
              "/name required; /login not_a_login; /roles required; /phone phone_too_short; /language unknown_value; "
              "/unit_id not_found; /password unknown_field");
    EXPECT_EQ(desk_->send("POST", "/users", &admin_, json::object{}).field_errors(),
              "/login required; /name required; /roles required; /unit_id required");
    auto body = new_technician(harbin_);
    body["name"] = "𠮷野家 🔧";
    body["phone"] = "0451-8231 2345";
    body["roles"] = {"technician", "dealer", "technician"};
    const auto created = desk_->send("POST", "/users", &admin_, body);
    ASSERT_EQ(created.status, 201) << created.response.body;
    EXPECT_EQ(created.body.at("name"), "𠮷野家 🔧");
    EXPECT_EQ(created.body.at("phone"), "+8645182312345");
    EXPECT_EQ(json::serialize(created.body.at("roles")), R"(["dealer","technician"])");
}

TEST_F(Users, HaveRolesThatBelongInTheirUnit) {
    auto body = new_technician(north_);
    EXPECT_EQ(desk_->send("POST", "/users", &admin_, body).field_errors(), "/roles role_not_in_this_unit");
    body["roles"] = {"coordinator"};
    EXPECT_EQ(desk_->send("POST", "/users", &admin_, body).status, 201);
    EXPECT_EQ(desk_->send_with_version("PATCH", at(technician_), admin_, {{"unit_id", 1}}, 1).field_errors(),
              "/roles role_not_in_this_unit");
    body["roles"] = {"king"};
    EXPECT_EQ(desk_->send("POST", "/users", &admin_, body).field_errors(), "/roles unknown_value");
}

TEST_F(Users, ChangeOverTheVersionSomebodySaw) {
    EXPECT_EQ(desk_->send("PATCH", at(agent_), &admin_, {{"name", "李娜"}}).status, 428);
    const auto changed =
        desk_->send_with_version("PATCH", at(agent_), admin_, {{"name", "李娜"}, {"extension", "801"}}, 1);
    ASSERT_EQ(changed.status, 200) << changed.response.body;
    EXPECT_EQ(changed.body.at("name"), "李娜");
    EXPECT_EQ(changed.version(), 2);
    const auto stale = desk_->send_with_version("PATCH", at(agent_), admin_, {{"name", "Li"}}, 1);
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(stale.code(), "version_conflict");
    EXPECT_EQ(stale.body.at("current").at("name"), "李娜");
}

TEST_F(Users, WithANewRoleMayDoItAtOnce) {
    EXPECT_EQ(get(agent_, "/audit").status, 403);
    ASSERT_EQ(desk_->send_with_version("PATCH", at(agent_), admin_, {{"roles", {"supervisor"}}}, 1).status, 200);
    EXPECT_EQ(get(agent_, "/audit").status, 200);
    auto db = desk_->connect();
    const auto event = db.query("SELECT attributes, office_path, technician_id FROM event WHERE kind = 'user.changed'");
    ASSERT_EQ(event.size(), 1u);
    EXPECT_EQ(event[0].get<std::string>(0), "{\"user_id\":2}");
    EXPECT_EQ(event[0].get<std::string>(1), "/1/");
    const auto audit = db.query("SELECT details FROM audit_entry WHERE action = 'user.changed'");
    EXPECT_EQ(audit.front().get<std::string>(0),
              R"({"fields":["roles"],"roles_before":["agent"],"roles":["supervisor"]})");
}

TEST_F(Users, WhoAreDisabledAreOutAtOnceAndBackWhenEnabled) {
    ASSERT_EQ(get(agent_, "/users").status, 200);
    const auto disabled = desk_->send("POST", at(agent_) + "/disable", &admin_);
    EXPECT_EQ(disabled.status, 200);
    EXPECT_FALSE(disabled.body.at("disabled_at").is_null());
    EXPECT_EQ(get(agent_, "/users").status, 401);
    EXPECT_EQ(desk_->send("POST", at(agent_) + "/disable", &admin_).body.at("version"), disabled.body.at("version"));
    EXPECT_EQ(logins(get(coordinator_, "/users")).find("li.na"), std::string::npos);
    EXPECT_EQ(get(dealer_, "/users?include_disabled=true").body.at("items").as_array().size(), 2u);
    EXPECT_NE(logins(get(admin_, "/users?include_disabled=true")).find("li.na"), std::string::npos);
    EXPECT_EQ(logins(get(admin_, "/users")).find("li.na"), std::string::npos);

    EXPECT_EQ(desk_->send("POST", at(agent_) + "/enable", &admin_).status, 200);
    EXPECT_EQ(get(agent_, "/users").status, 401) << "the session is gone for good";
    EXPECT_EQ(desk_->send("POST", "/session", nullptr, {{"login", "li.na"}, {"password", password_of(agent_)}}).status,
              200);
}

TEST_F(Users, GetANewPasswordFromTheAdministrator) {
    const auto reset = desk_->send("POST", at(agent_) + "/reset-password", &admin_);
    ASSERT_EQ(reset.status, 200) << reset.response.body;
    EXPECT_EQ(get(agent_, "/users").status, 401);
    EXPECT_EQ(desk_->send("POST", "/session", nullptr, {{"login", "li.na"}, {"password", password_of(agent_)}}).status,
              401);
    EXPECT_EQ(
        desk_->send("POST", "/session", nullptr, {{"login", "li.na"}, {"password", reset.body.at("initial_password")}})
            .status,
        200);
}

TEST_F(Users, AlwaysIncludeAnAdministrator) {
    EXPECT_EQ(desk_->send("POST", at(admin_) + "/disable", &admin_).code(), "own_account");
    EXPECT_EQ(desk_->send_with_version("PATCH", at(admin_), admin_, {{"roles", {"agent"}}}, 1).code(),
              "last_administrator");
    const auto second = desk_->add_person("admin2", {Role::administrator});
    EXPECT_EQ(desk_->send("POST", at(admin_) + "/disable", &second).status, 200);
    EXPECT_EQ(desk_->send_with_version("PATCH", at(second), second, {{"roles", {"agent"}}}, 1).code(),
              "last_administrator");
}

TEST_F(Users, WhoDisableEachOtherAtTheSameMomentLeaveOne) {
    const auto second = desk_->add_person("admin2", {Role::administrator});
    std::jthread one{[&] { desk_->send("POST", at(admin_) + "/disable", &second); }};
    desk_->send("POST", at(second) + "/disable", &admin_);
    one.join();
    auto db = desk_->connect();
    EXPECT_EQ(db.query("SELECT COUNT(*) FROM user_account u JOIN user_role r ON r.user_id = u.id"
                       " WHERE r.role = 'administrator' AND u.disabled_at IS NULL")
                  .front()
                  .get<int>(0),
              1);
}

TEST_F(Users, AreManagedByAdministratorsOnly) {
    for (const auto* person : {&agent_, &coordinator_, &dealer_, &technician_}) {
        EXPECT_EQ(desk_->send("POST", "/users", person, new_technician(harbin_)).code(), "forbidden") << person->login;
        EXPECT_EQ(desk_->send("POST", at(*person) + "/disable", person).status, 403);
        EXPECT_EQ(desk_->send("POST", at(*person) + "/reset-password", person).status, 403);
    }
    EXPECT_EQ(desk_->send("POST", "/users/999999/disable", &admin_).status, 404);
    EXPECT_EQ(get(agent_, "/users").status, 200);
}

TEST_F(Users, LetOtherProgramsActForThemByToken) {
    const auto tokens = at(agent_) + "/tokens";
    const auto created = desk_->send("POST", tokens, &admin_, {{"name", "ERP"}}, {{"Idempotency-Key", "token-1"}});
    ASSERT_EQ(created.status, 201) << created.response.body;
    const std::string value{std::string_view{created.body.at("token").as_string()}};
    const auto repeated = desk_->send("POST", tokens, &admin_, {{"name", "ERP"}}, {{"Idempotency-Key", "token-1"}});
    EXPECT_EQ(repeated.body.at("id"), created.body.at("id"));
    EXPECT_EQ(repeated.body.at("token"), "");

    const auto with_token = [&](std::string_view authorization) {
        return desk_->send("GET", "/session", nullptr, nullptr, {{"Authorization", std::string{authorization}}}).status;
    };
    EXPECT_EQ(with_token("Bearer " + value), 200);
    EXPECT_EQ(with_token("bearer " + value), 200);
    EXPECT_EQ(with_token("Basic " + value), 401);
    EXPECT_EQ(with_token("Bearer " + value + "x"), 401);
    EXPECT_EQ(desk_->send("GET", "/session", &agent_, nullptr, {{"Authorization", "Bearer x"}}).status, 401)
        << "a wrong token is not made good by a cookie";
    EXPECT_EQ(desk_->send("DELETE", "/session", nullptr, nullptr, {{"Authorization", "Bearer " + value}}).code(),
              "not_a_session");

    auto db = desk_->connect();
    EXPECT_EQ(
        db.query("SELECT COUNT(*) FROM api_token WHERE token_hash = ?", storage::Bytes{value}).front().get<int>(0), 0);
    const auto list = get(admin_, tokens);
    EXPECT_FALSE(list.body.at("items").at(0).as_object().contains("token"));
    EXPECT_EQ(desk_->send("DELETE", "/tokens/1", &agent_).status, 403);
    EXPECT_EQ(desk_->send("DELETE", "/tokens/1", &admin_).status, 204);
    EXPECT_EQ(with_token("Bearer " + value), 401);
    EXPECT_EQ(desk_->send("DELETE", "/tokens/999", &admin_).status, 404);
    EXPECT_FALSE(get(admin_, tokens).body.at("items").at(0).at("revoked_at").is_null());
}

TEST_F(Users, HaveTokensThatExpireAndEndWithTheAccount) {
    const auto tokens = at(agent_) + "/tokens";
    EXPECT_EQ(
        desk_->send("POST", tokens, &admin_, {{"name", "x"}, {"expires_at", "2020-01-01T00:00:00Z"}}).field_errors(),
        "/expires_at in_the_past");
    const auto created = desk_->send("POST", tokens, &admin_, {{"name", "x"}, {"expires_at", "2199-01-01T00:00:00Z"}});
    const std::string bearer = "Bearer " + std::string{std::string_view{created.body.at("token").as_string()}};
    const auto status = [&] {
        return desk_->send("GET", "/session", nullptr, nullptr, {{"Authorization", bearer}}).status;
    };
    EXPECT_EQ(status(), 200);
    auto db = desk_->connect();
    db.execute("UPDATE api_token SET expires_at = ?", now());
    db.commit();
    desk_->authenticator().forget_all();
    EXPECT_EQ(status(), 401);
    db.execute("UPDATE api_token SET expires_at = NULL");
    db.commit();
    EXPECT_EQ(status(), 200);
    desk_->send("POST", at(agent_) + "/disable", &admin_);
    EXPECT_EQ(status(), 401);
    EXPECT_EQ(desk_->send("POST", tokens, &admin_, {{"name", "y"}}).code(), "account_disabled");
}

TEST_F(Users, LeaveATrailThatIsReadPageByPage) {
    desk_->send("POST", "/session", nullptr, {{"login", "li.na"}, {"password", "wrong"}});
    desk_->send("POST", at(agent_) + "/disable", &admin_);
    desk_->send("POST", at(agent_) + "/enable", &admin_);
    get(dealer_, "/audit");
    const auto actions = [&](const std::string& query) {
        std::string text;
        const auto reply = get(admin_, "/audit" + query);
        for (const auto& entry : reply.body.at("items").as_array())
            text += (text.empty() ? "" : " ") + std::string{std::string_view{entry.at("action").as_string()}};
        return text + (reply.body.at("next_cursor").is_null() ? "" : " ...");
    };
    EXPECT_EQ(actions(""), "access.denied user.enabled user.disabled session.refused");
    EXPECT_EQ(actions("?limit=2"), "access.denied user.enabled ...");
    EXPECT_EQ(actions("?limit=2&cursor=3"), "user.disabled session.refused");
    EXPECT_EQ(actions("?action=user."), "user.enabled user.disabled");
    EXPECT_EQ(actions("?action=user.enabled"), "user.enabled");
    EXPECT_EQ(actions("?user_id=" + std::to_string(dealer_.id)), "access.denied");
    EXPECT_EQ(actions("?subject_kind=user&subject_id=" + std::to_string(agent_.id)), "user.enabled user.disabled");
    EXPECT_EQ(actions("?until=2020-01-01T00:00:00Z"), "");
    EXPECT_EQ(get(admin_, "/audit?from=yesterday&user_id=x").field_errors(),
              "?user_id not_an_integer; ?from not_a_time");
    const auto denied = get(admin_, "/audit?action=access.denied").body.at("items").at(0);
    EXPECT_EQ(denied.at("login"), "harbin");
    EXPECT_EQ(denied.at("user_name"), "harbin");
    EXPECT_EQ(denied.at("subject_name"), "");
    EXPECT_EQ(denied.at("details").at("route"), "/audit");
}

TEST_F(Users, AreNamedInTheTrailAndSoIsWhatTheyChanged) {
    const auto latest = [&] { return get(admin_, "/audit?limit=1").body.at("items").at(0); };
    desk_->send_with_version("PATCH", at(technician_), admin_, {{"name", "张三丰"}, {"unit_id", canton_}}, 1);
    const auto changed = latest();
    EXPECT_EQ(changed.at("user_name"), "admin");
    EXPECT_EQ(changed.at("subject_name"), "张三丰");
    EXPECT_EQ(changed.at("detail_names"), (json::object{{"unit_id", "CANTON"}, {"unit_id_before", "HARBIN"}}));

    desk_->send_with_version("PATCH", "/organisation/" + std::to_string(harbin_), admin_, {{"parent_id", south_}}, 1);
    const auto moved = latest();
    EXPECT_EQ(moved.at("subject_name"), "HARBIN");
    const auto headquarters = std::string{desk_->send("GET", "/organisation/1", &admin_).body.at("name").as_string()};
    EXPECT_EQ(moved.at("detail_names"), (json::object{{"path", headquarters + " / SOUTH / HARBIN"},
                                                      {"path_before", headquarters + " / NORTH / HARBIN"}}));

    const auto customer = desk_->send("POST", "/customers", &agent_, {{"name", "王芳"}}).body.at("id").as_int64();
    desk_->send("POST", "/customers/" + std::to_string(customer) + "/reveal-phones", &agent_);
    EXPECT_EQ(latest().at("subject_name"), "王芳");
}

}  // namespace
}  // namespace callout::api
