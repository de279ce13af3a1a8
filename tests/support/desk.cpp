#include "tests/support/desk.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <latch>
#include <memory>
#include <stdexcept>

#include "server/auth/password.hpp"
#include "server/auth/secret.hpp"
#include "server/storage/organisation.hpp"
#include "server/storage/sessions.hpp"
#include "server/storage/users.hpp"

namespace callout::test {
namespace {

namespace json = boost::json;

constexpr int pool_threads = 2;

http::Verb to_verb(std::string_view method) {
    for (const auto verb : {http::Verb::get, http::Verb::head, http::Verb::post, http::Verb::put, http::Verb::patch,
                            http::Verb::del, http::Verb::options})
        if (http::to_string(verb) == method) return verb;
    throw std::invalid_argument{std::string{method}};
}

}  // namespace

std::string password_of(const Person& person) {
    return person.login + "'s own password";
}

std::string Reply::code() const {
    const auto* object = body.if_object();
    const auto* code = object ? object->if_contains("code") : nullptr;
    return code && status >= 400 ? std::string{std::string_view{code->as_string()}} : "";
}

std::string Reply::field_errors() const {
    std::string text;
    const auto* object = body.if_object();
    const auto* errors = object ? object->if_contains("errors") : nullptr;
    if (!errors) return text;
    for (const auto& error : errors->as_array())
        text += fmt::format("{}{} {}", text.empty() ? "" : "; ", std::string_view{error.at("pointer").as_string()},
                            std::string_view{error.at("code").as_string()});
    return text;
}

auth::Settings Desk::cheap_settings() {
    return {.password_cost = {.passes = 1, .memory_kib = 8}};
}

Desk::Desk(auth::Settings settings)
    : pool_{database_.endpoint(), {.connections = pool_threads}},
      ticket_ids_{pool_},
      authenticator_{settings},
      services_{config_, pool_, authenticator_, ticket_ids_, offices_},
      gateway_{services_, {}} {
    start_over();
}

void Desk::wait_for_jobs() {
    // Each thread comes for one of these, and so is done with the one before.
    const auto everybody = std::make_shared<std::latch>(pool_threads + 1);
    for (int thread = 0; thread < pool_threads; ++thread) {
        if (!pool_.submit([everybody] { everybody->arrive_and_wait(); }))
            throw std::logic_error{"the pool takes no jobs"};
    }
    everybody->arrive_and_wait();
}

void Desk::start_over() {
    database_.empty();
    authenticator_.forget_all();
    auto db = connect();
    storage::insert_unit(db, {.kind = dispatch::UnitKind::headquarters, .code = "HQ", .name = "总部"}, now());
    db.commit();
}

std::int64_t Desk::add_unit(dispatch::UnitKind kind, std::string_view code, std::int64_t parent_id) {
    auto db = connect();
    const auto id = storage::insert_unit(
        db, {.parent_id = parent_id, .kind = kind, .code = std::string{code}, .name = std::string{code}}, now());
    db.commit();
    return id.value();
}

Person Desk::add_person(std::string_view login, std::initializer_list<dispatch::Role> roles, std::int64_t unit_id) {
    Person person{.login = std::string{login}};
    const auto secret = auth::new_secret();
    person.cookie = fmt::format("{}={}", auth::session_cookie, secret);
    auto db = connect();
    person.id =
        storage::insert_user(db,
                             {.login = person.login,
                              .name = person.login,
                              .unit_id = unit_id,
                              .roles = roles,
                              .password_hash = auth::hash_password(password_of(person), cheap_settings().password_cost),
                              .must_change_password = false},
                             now())
            .value();
    person.session_id = storage::insert_session(db,
                                                {.token_hash = auth::hash_secret(secret),
                                                 .user_id = person.id,
                                                 .expires_at = now() + std::chrono::hours{24},
                                                 .address = "127.0.0.1",
                                                 .user_agent = "test"},
                                                now());
    db.commit();
    return person;
}

http::Request Desk::request(std::string_view method, std::string_view target, const Person* as, const json::value& body,
                            std::vector<http::Header> headers) {
    http::Request request{
        .verb = to_verb(method), .headers = std::move(headers), .request_id = "test", .peer_address = "127.0.0.1"};
    const auto question = target.find('?');
    request.path = fmt::format("/api/v1{}", target.substr(0, question));
    for (auto query = question == std::string_view::npos ? "" : target.substr(question + 1); !query.empty();) {
        const auto end = std::min(query.find('&'), query.size());
        const auto pair = query.substr(0, end);
        const auto equals = std::min(pair.find('='), pair.size());
        request.query.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    if (as) request.headers.push_back({"Cookie", as->cookie});
    if (!body.is_null()) {
        request.headers.push_back({"Content-Type", "application/json"});
        request.body = json::serialize(body);
    }
    return request;
}

Reply Desk::answer(const http::Request& request) {
    Reply reply{.response = gateway_.answer(request)};
    reply.status = reply.response.status;
    if (!reply.response.body.empty()) reply.body = json::parse(reply.response.body);
    return reply;
}

Reply Desk::send(std::string_view method, std::string_view target, const Person* as, const json::value& body,
                 std::vector<http::Header> headers) {
    return answer(request(method, target, as, body, std::move(headers)));
}

Reply Desk::send_with_version(std::string_view method, std::string_view target, const Person& as,
                              const json::value& body, std::int64_t version) {
    return send(method, target, &as, body, {{"If-Match", fmt::format("\"{}\"", version)}});
}

}  // namespace callout::test
