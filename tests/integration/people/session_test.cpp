#include "server/api/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <ctime>
#include <limits>

#include "server/auth/password.hpp"
#include "server/storage/users.hpp"
#include "tests/support/desk_test.hpp"

namespace callout::api {
namespace {

using namespace std::chrono_literals;
using dispatch::Role;
using test::Desk;
using test::Person;
namespace json = boost::json;

class Session : public test::DeskTest {
protected:
    void SetUp() override {
        desk_->start_over();
        agent_ = desk_->add_person("li.na", {Role::agent});
    }

    static test::Reply sign_in(std::string_view login, std::string_view password,
                               std::string_view address = "192.0.2.7") {
        auto request = Desk::request("POST", "/session", nullptr, {{"login", login}, {"password", password}}, {});
        request.peer_address = address;
        return desk_->answer(request);
    }

    // Somebody who has just signed in: the cookie as a browser would send it back.
    static Person with_cookie(const test::Reply& reply, const Person& person) {
        const auto cookie = reply.response.header("Set-Cookie");
        Person again = person;
        again.cookie = cookie.substr(0, cookie.find(';'));
        return again;
    }

    static std::string audit(std::string_view action) {
        auto db = desk_->connect();
        std::string text;
        for (const auto& row : db.query("SELECT login, details FROM audit_entry WHERE action = ? ORDER BY id", action))
            text += row.get<std::string>(0) + ' ' + row.get<std::string>(1) + '\n';
        return text;
    }

    static std::int64_t count(const std::string& from_where) {
        auto db = desk_->connect();
        return db.query("SELECT COUNT(*) FROM " + from_where).front().get<std::int64_t>(0);
    }

    Person agent_;
};

TEST_F(Session, BeginsWithLoginAndPasswordAndSaysWhatOneMayDo) {
    const auto reply = sign_in("Li.Na", password_of(agent_));
    ASSERT_EQ(reply.status, 200) << reply.response.body;
    EXPECT_EQ(reply.body.at("user").at("login"), "li.na");
    EXPECT_FALSE(reply.body.at("must_change_password").as_bool());
    EXPECT_EQ(reply.body.at("language"), "zh");
    EXPECT_EQ(reply.body.at("head"), 0);
    const auto& permissions = reply.body.at("permissions").as_array();
    EXPECT_NE(std::ranges::find(permissions, json::value("open_ticket")), permissions.end());
    EXPECT_EQ(std::ranges::find(permissions, json::value("manage_users")), permissions.end());

    const auto cookie = reply.response.header("Set-Cookie");
    EXPECT_NE(cookie.find("; HttpOnly"), std::string::npos);
    EXPECT_NE(cookie.find("; SameSite=Strict"), std::string::npos);
    EXPECT_EQ(cookie.find("; Secure"), std::string::npos) << "not over TLS";
    const auto me = with_cookie(reply, agent_);
    EXPECT_EQ(desk_->send("GET", "/session", &me).status, 200);
    EXPECT_EQ(audit("session.signed_in"), "li.na {}\n");
}

TEST_F(Session, CookieIsSecureOverTls) {
    auto request =
        Desk::request("POST", "/session", nullptr, {{"login", "li.na"}, {"password", password_of(agent_)}}, {});
    request.over_tls = true;
    EXPECT_NE(desk_->answer(request).response.header("Set-Cookie").find("; Secure"), std::string::npos);
}

TEST_F(Session, IsRefusedAlikeWhateverIsWrong) {
    auto disabled = desk_->add_person("wang.wei", {Role::agent});
    auto db = desk_->connect();
    storage::set_disabled(db, disabled.id, now());
    db.commit();
    for (const auto& reply : {sign_in("nobody", "anything at all"), sign_in("li.na", "anything at all"),
                              sign_in("wang.wei", password_of(disabled))}) {
        EXPECT_EQ(reply.status, 401);
        EXPECT_EQ(reply.code(), "wrong_login_or_password");
        EXPECT_TRUE(reply.response.header("Set-Cookie").empty());
    }
    EXPECT_EQ(audit("session.refused"),
              " {\"reason\":\"unknown_login\"}\n"
              "li.na {\"reason\":\"wrong_password\"}\n"
              "wang.wei {\"reason\":\"account_disabled\"}\n");
}

TEST_F(Session, CostsTheSameForALoginNobodyHas) {
    // At a cost where hashing outweighs everything else. Processor time of this process, and the least of several
    // tries, because the machine has other work as well.
    constexpr auth::PasswordCost cost{.passes = 2, .memory_kib = 16384};
    Desk slow{
        {.password_cost = cost, .throttle = {.free_failures_of_account = 1000, .free_failures_of_address = 1000}}};
    const auto known = slow.add_person("li.na", {Role::agent});
    auto db = slow.connect();
    storage::replace_password_hash(db, known.id, auth::hash_password("some password", cost));
    db.commit();
    const auto least = [&](std::string_view login) {
        auto ticks = std::numeric_limits<std::clock_t>::max();
        for (int i = 0; i < 9; ++i) {
            const auto began = std::clock();
            EXPECT_EQ(slow.send("POST", "/session", nullptr, {{"login", login}, {"password", "a wrong guess"}}).status,
                      401);
            ticks = std::min(ticks, std::clock() - began);
        }
        return static_cast<double>(ticks);
    };
    const double ratio = least("nobody") / least("li.na");
    EXPECT_GT(ratio, 0.5);
    EXPECT_LT(ratio, 2.0);
}

TEST_F(Session, FieldsAreAllCheckedAtOnce) {
    const auto reply = desk_->send("POST", "/session", nullptr, {{"login", 7}, {"remember_me", true}});
    EXPECT_EQ(reply.status, 422);
    EXPECT_EQ(reply.field_errors(), "/login not_text; /password required; /remember_me unknown_field");
    EXPECT_EQ(desk_->send("POST", "/session", nullptr, json::array{}).status, 422);
    EXPECT_EQ(
        desk_->send("POST", "/session", nullptr, {{"login", std::string(65, 'x')}, {"password", std::string(201, 'x')}})
            .field_errors(),
        "/login too_long; /password too_long");
}

TEST_F(Session, GuessingAtAnAccountWaitsLongerEachTimeWhereverItComesFrom) {
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(sign_in("li.na", "a wrong guess", "192.0.2." + std::to_string(i)).status, 401) << i;
    const auto refused = sign_in("li.na", password_of(agent_), "192.0.2.99");
    EXPECT_EQ(refused.status, 429) << "the right password, too, is not looked at";
    EXPECT_EQ(refused.code(), "too_many_failures");
    EXPECT_EQ(refused.response.header("Retry-After"), "1");

    // Time passes.
    auto db = desk_->connect();
    db.execute("UPDATE sign_in_throttle SET blocked_until = ?", now() - 1s);
    db.commit();
    EXPECT_EQ(sign_in("li.na", "a wrong guess").status, 401);
    EXPECT_EQ(sign_in("li.na", "a wrong guess").response.header("Retry-After"), "2");
    db.execute("UPDATE sign_in_throttle SET blocked_until = ?", now() - 1s);
    db.commit();
    EXPECT_EQ(sign_in("li.na", password_of(agent_)).status, 200);
    EXPECT_EQ(sign_in("li.na", "a wrong guess").status, 401) << "success forgot the failures";
}

TEST_F(Session, GuessingAtManyAccountsFromOneAddressWaits) {
    for (int i = 0; i < 31; ++i) EXPECT_EQ(sign_in("user" + std::to_string(i), "a wrong guess").status, 401);
    EXPECT_EQ(sign_in("li.na", password_of(agent_)).status, 429);
    EXPECT_EQ(sign_in("li.na", password_of(agent_), "192.0.2.8").status, 200) << "from elsewhere it works";
}

TEST_F(Session, EndsWhenSignedOut) {
    const auto me = with_cookie(sign_in("li.na", password_of(agent_)), agent_);
    std::vector<std::int64_t> ended;
    desk_->services().session_revoked = [&](std::int64_t id) { ended.push_back(id); };
    const auto reply = desk_->send("DELETE", "/session", &me);
    EXPECT_EQ(reply.status, 204);
    EXPECT_NE(reply.response.header("Set-Cookie").find("Max-Age=0"), std::string::npos);
    EXPECT_EQ(desk_->send("GET", "/session", &me).status, 401) << "at once, although it was just remembered";
    EXPECT_EQ(desk_->send("GET", "/session", &agent_).status, 200) << "the other session goes on";
    EXPECT_EQ(ended.size(), 1u);
    EXPECT_EQ(audit("session.signed_out"), "li.na {}\n");
    desk_->services().session_revoked = [](std::int64_t) {};
}

TEST_F(Session, OwnOnesAreListedAndRevoked) {
    const auto phone = with_cookie(sign_in("li.na", password_of(agent_)), agent_);
    const auto other = desk_->add_person("wang.wei", {Role::agent});
    const auto list = desk_->send("GET", "/sessions", &phone);
    ASSERT_EQ(list.body.at("items").as_array().size(), 2u) << list.response.body;
    const auto& newest = list.body.at("items").at(0);
    EXPECT_TRUE(newest.at("current").as_bool());
    EXPECT_EQ(newest.at("address"), "192.0.2.7");
    EXPECT_FALSE(list.body.at("items").at(1).at("current").as_bool());

    EXPECT_EQ(desk_->send("DELETE", "/sessions/" + std::to_string(other.session_id), &phone).status, 404);
    EXPECT_EQ(desk_->send("DELETE", "/sessions/999999", &phone).status, 404);
    EXPECT_EQ(desk_->send("DELETE", "/sessions/x", &phone).status, 404);
    EXPECT_EQ(desk_->send("GET", "/session", &agent_).status, 200);
    EXPECT_EQ(desk_->send("DELETE", "/sessions/" + std::to_string(agent_.session_id), &phone).status, 204);
    EXPECT_EQ(desk_->send("GET", "/session", &agent_).status, 401);
    EXPECT_EQ(desk_->send("GET", "/session", &other).status, 200);
}

TEST_F(Session, EndsWhenItIsNotUsedAndAtItsTime) {
    EXPECT_EQ(desk_->send("GET", "/session", &agent_).status, 200);
    auto db = desk_->connect();
    db.execute("UPDATE session SET last_seen_at = ?", now() - 12h - 1s);
    db.commit();
    desk_->authenticator().forget_all();
    EXPECT_EQ(desk_->send("GET", "/session", &agent_).status, 401);

    db.execute("UPDATE session SET last_seen_at = ?, expires_at = ?", now(), now() - 1ms);
    db.commit();
    EXPECT_EQ(desk_->send("GET", "/session", &agent_).status, 401);
}

TEST_F(Session, NotesOnceAMinuteThatItWasUsed) {
    auto db = desk_->connect();
    const auto seen = [&] {
        const auto instant = db.query("SELECT last_seen_at FROM session").front().get<Instant>(0);
        db.rollback();
        return instant;
    };
    const auto recently = now() - 30s;
    db.execute("UPDATE session SET last_seen_at = ?", recently);
    db.commit();
    EXPECT_EQ(desk_->send("GET", "/session", &agent_).status, 200);
    EXPECT_EQ(seen(), recently);

    db.execute("UPDATE session SET last_seen_at = ?", now() - 61s);
    db.commit();
    desk_->authenticator().forget_all();
    EXPECT_EQ(desk_->send("GET", "/session", &agent_).status, 200);
    EXPECT_GT(seen(), now() - 10s);
}

TEST_F(Session, CannotBeMadeUp) {
    Person stranger;
    for (const auto* cookie : {"callout_session=", "callout_session=x", "callout_session", "other=1; callout_session=y",
                               "callout_session=' OR 1=1 --"}) {
        stranger.cookie = cookie;
        EXPECT_EQ(desk_->send("GET", "/session", &stranger).status, 401) << cookie;
    }
    Person among_others = agent_;
    among_others.cookie = "theme=dark; " + agent_.cookie + "; x=y";
    EXPECT_EQ(desk_->send("GET", "/session", &among_others).status, 200);
}

TEST_F(Session, WritesComeFromOurOwnPagesOnly) {
    const json::value english{{"language", "en"}};
    EXPECT_EQ(desk_->send("PATCH", "/session", &agent_, english, {{"Origin", "https://evil.example"}}).code(),
              "origin_refused");
    EXPECT_EQ(audit("access.denied"),
              "li.na {\"method\":\"PATCH\",\"route\":\"/session\",\"code\":\"origin_refused\"}\n");
    EXPECT_EQ(desk_->send("PATCH", "/session", &agent_, english, {{"Origin", "http://desk"}, {"Host", "desk"}}).status,
              200);
}

TEST_F(Session, SpeaksTheLanguageOneChose) {
    EXPECT_EQ(desk_->send("PATCH", "/session", &agent_, {{"language", "fr"}}).field_errors(),
              "/language unknown_value");
    EXPECT_EQ(desk_->send("PATCH", "/session", &agent_, json::object{}).field_errors(), "/language required");
    EXPECT_EQ(desk_->send("PATCH", "/session", &agent_, {{"language", "en"}}).body.at("language"), "en");
    EXPECT_EQ(desk_->send("GET", "/users/999999", &agent_).body.at("title"), "There is no such thing here.");
}

TEST_F(Session, ManyOfOneAccountPushOutTheOldest) {
    for (int i = 0; i < 51; ++i) ASSERT_EQ(sign_in("li.na", password_of(agent_)).status, 200);
    EXPECT_EQ(count("session"), 50);
    EXPECT_EQ(desk_->send("GET", "/session", &agent_).status, 401);
}

TEST_F(Session, PasswordIsChangedAndTheOtherSessionsEnd) {
    const auto other = with_cookie(sign_in("li.na", password_of(agent_)), agent_);
    const auto change = [&](std::string_view current, std::string_view chosen) {
        return desk_->send("POST", "/password", &agent_, {{"current_password", current}, {"new_password", chosen}});
    };
    EXPECT_EQ(change("wrong", "seven blue trains").field_errors(), "/current_password wrong_password");
    EXPECT_EQ(change(password_of(agent_), "short").field_errors(), "/new_password too_short");
    EXPECT_EQ(change(password_of(agent_), "1234567890").field_errors(), "/new_password too_simple");
    EXPECT_EQ(change(password_of(agent_), "ask li.na about it").field_errors(), "/new_password contains_login");
    EXPECT_EQ(change("seven blue trains", "seven blue trains").field_errors(), "/new_password same_as_before");
    EXPECT_EQ(desk_->send("GET", "/session", &other).status, 200);

    EXPECT_EQ(change(password_of(agent_), "seven blue trains").status, 204);
    EXPECT_EQ(desk_->send("GET", "/session", &agent_).status, 200);
    EXPECT_EQ(desk_->send("GET", "/session", &other).status, 401);
    EXPECT_EQ(sign_in("li.na", password_of(agent_)).status, 401);
    EXPECT_EQ(sign_in("li.na", "seven blue trains").status, 200);
    EXPECT_EQ(audit("password.changed"), "li.na {}\n");
}

TEST_F(Session, StolenIsNoWayToGuessThePassword) {
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(desk_
                      ->send("POST", "/password", &agent_,
                             {{"current_password", "guess"}, {"new_password", "seven blue trains"}})
                      .status,
                  422);
    EXPECT_EQ(desk_
                  ->send("POST", "/password", &agent_,
                         {{"current_password", password_of(agent_)}, {"new_password", "seven blue trains"}})
                  .status,
              429);
}

TEST_F(Session, HashIsMadeAnewWhenTheCostChanged) {
    auto db = desk_->connect();
    const auto dear = auth::hash_password(password_of(agent_), {.passes = 2, .memory_kib = 16});
    storage::replace_password_hash(db, agent_.id, dear);
    db.commit();
    EXPECT_EQ(sign_in("li.na", password_of(agent_)).status, 200);
    EXPECT_FALSE(auth::needs_new_hash(storage::password_hash_of(db, agent_.id), Desk::cheap_settings().password_cost));
    db.rollback();
    EXPECT_EQ(sign_in("li.na", password_of(agent_)).status, 200);
}

TEST_F(Session, OfAnAccountWithAFirstPasswordChangesItBeforeAllElse) {
    auto db = desk_->connect();
    storage::set_password(db, agent_.id, auth::hash_password("first-password", Desk::cheap_settings().password_cost),
                          true);
    db.commit();
    const auto reply = sign_in("li.na", "first-password");
    ASSERT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.body.at("must_change_password").as_bool());
    const auto me = with_cookie(reply, agent_);
    EXPECT_EQ(desk_->send("GET", "/users", &me).code(), "password_change_required");
    EXPECT_EQ(desk_->send("GET", "/session", &me).status, 200);
    EXPECT_EQ(desk_
                  ->send("POST", "/password", &me,
                         {{"current_password", "first-password"}, {"new_password", "seven blue trains"}})
                  .status,
              204);
    EXPECT_EQ(desk_->send("GET", "/users", &me).status, 200);
}

}  // namespace
}  // namespace callout::api
