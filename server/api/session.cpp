#include "server/api/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "dispatch/rfc3339.hpp"
#include "dispatch/text.hpp"
#include "server/api/fields.hpp"
#include "server/api/languages.hpp"
#include "server/api/people.hpp"
#include "server/api/users.hpp"
#include "server/auth/authenticator.hpp"
#include "server/auth/password.hpp"
#include "server/auth/secret.hpp"
#include "server/auth/sign_in_throttle.hpp"
#include "server/storage/audit.hpp"
#include "server/storage/events.hpp"
#include "server/storage/sessions.hpp"

namespace callout::api::session {
namespace {

namespace json = boost::json;

// More than anybody has in use; the one that was not used for longest makes room.
constexpr std::int64_t max_sessions = 50;

const auth::Settings& settings_of(const Call& call) {
    return call.services.authenticator.settings();
}

// What a header says is bytes; what the database keeps is text.
std::string printable(std::string_view text) {
    std::string ascii{text};
    std::ranges::replace_if(
        ascii, [](char c) { return c < ' ' || c > '~'; }, '?');
    return ascii;
}

std::string cookie(const Call& call, std::string_view value, std::chrono::seconds age) {
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", auth::session_cookie, value,
                       age.count(), call.request.over_tls ? "; Secure" : "");
}

json::object session_view(Call& call, const storage::User& user, const dispatch::Actor& actor,
                          bool must_change_password) {
    json::array permissions;
    for (const auto permission : all_values<dispatch::Permission>)
        if (actor.has(permission)) permissions.push_back(json::value(to_string(permission)));
    return {{"user", user_view(user)},
            {"permissions", std::move(permissions)},
            {"must_change_password", must_change_password},
            {"language", user.language},
            {"head", storage::last_seq(call.db)}};
}

// Every refusal is remembered: in the audit log, and where it counts against the guesser. A login nobody has is not
// written down: often enough it is a password typed into the wrong field.
tl::unexpected<Problem> refuse(Call& call, const std::optional<storage::User>& user, std::string_view reason,
                               Problem refusal) {
    call.commit_refusal = true;
    storage::write_audit(call.db, {.recorded_at = call.now,
                                   .user_id = user ? std::optional{user->id} : std::nullopt,
                                   .login = user ? user->login : "",
                                   .action = "session.refused",
                                   .details = {{"reason", reason}},
                                   .address = call.request.peer_address,
                                   .request_id = call.request.request_id});
    return tl::unexpected{std::move(refusal)};
}

Problem too_many_failures(std::chrono::seconds wait) {
    const auto seconds = std::to_string(wait.count());
    return {.status = 429,
            .code = "too_many_failures",
            .headers = {{"Retry-After", seconds}},
            .values = {{"seconds", seconds}}};
}

// Why not; empty when all is well. Takes the same time for an account that is not there.
std::string_view check(Call& call, const std::optional<storage::User>& user, const std::string& password) {
    const auto& cost = settings_of(call).password_cost;
    if (!user) {
        auth::compare_with_nothing(password, cost);
        return "unknown_login";
    }
    const auto hash = storage::password_hash_of(call.db, user->id);
    if (!auth::password_matches(password, hash)) return "wrong_password";
    if (user->disabled_at) return "account_disabled";
    if (auth::needs_new_hash(hash, cost))
        storage::replace_password_hash(call.db, user->id, auth::hash_password(password, cost));
    return "";
}

// Makes the session and answers the secret of its cookie.
std::string open_session(Call& call, const storage::User& user) {
    end_sessions(call, user.id, storage::delete_oldest_sessions(call.db, user.id, max_sessions - 1));
    auto secret = auth::new_secret();
    const auto id = storage::insert_session(call.db,
                                            {.token_hash = auth::hash_secret(secret),
                                             .user_id = user.id,
                                             .expires_at = call.now + settings_of(call).session_lifetime,
                                             .address = printable(call.request.peer_address),
                                             .user_agent = printable(call.request.header("User-Agent"))},
                                            call.now);
    storage::write_audit(call.db, {.recorded_at = call.now,
                                   .user_id = user.id,
                                   .login = user.login,
                                   .action = "session.signed_in",
                                   .subject_kind = "session",
                                   .subject_id = id,
                                   .address = call.request.peer_address,
                                   .request_id = call.request.request_id});
    return secret;
}

}  // namespace

Result<Answer> sign_in(Call& call) {
    Fields fields{call.body};
    const auto login = lower_case(fields.text("login", {.max = 64}));
    const auto password = fields.text("password", {.max = auth::longest_password});
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};

    const auto user = storage::find_user_by_login(call.db, login);
    auth::SignInThrottle throttle{call.db, settings_of(call).throttle, login, call.request.peer_address, call.now};
    if (const auto wait = throttle.wait()) return refuse(call, user, "throttled", too_many_failures(*wait));
    if (const auto reason = check(call, user, password); !reason.empty()) {
        throttle.failed();
        return refuse(call, user, reason, {.status = 401, .code = "wrong_login_or_password"});
    }
    throttle.succeeded();

    const auto secret = open_session(call, *user);
    const auto actor = auth::actor_of(user->id, user->roles, user->unit_path);
    return Answer{.body = session_view(call, *user, actor, user->must_change_password),
                  .headers = {{"Set-Cookie", cookie(call, secret, settings_of(call).session_lifetime)}}};
}

Result<Answer> get(Call& call) {
    const auto user = storage::find_user(call.db, call.principal.user_id);
    if (!user) return not_found();
    return Answer{.body = session_view(call, *user, call.principal.actor, call.principal.must_change_password)};
}

Result<Answer> change(Call& call) {
    Fields fields{call.body};
    const auto language = read_language(fields);
    if (!language && !fields.has("language")) fields.fail("language", "required");
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};

    auto user = storage::find_user(call.db, call.principal.user_id);
    if (!user) return not_found();
    if (language && *language != user->language) {
        if (!storage::update_user(call.db, user->id, user->version, {.language = language}))
            return problem(409, "version_conflict");
        user = storage::find_user(call.db, user->id);
        tell_of_user(call, *user);
    }
    return Answer{.body = session_view(call, *user, call.principal.actor, call.principal.must_change_password)};
}

Result<Answer> sign_out(Call& call) {
    if (!call.principal.session_id) return problem(409, "not_a_session");
    const auto id = *call.principal.session_id;
    storage::delete_session(call.db, call.principal.user_id, id);
    record(call, "session.signed_out", "session", id);
    end_sessions(call, call.principal.user_id, {id});
    return Answer{.status = 204, .headers = {{"Set-Cookie", cookie(call, "", std::chrono::seconds{0})}}};
}

Result<Answer> list(Call& call) {
    json::array items;
    for (const auto& session :
         storage::list_sessions(call.db, call.principal.user_id, call.now, call.now - settings_of(call).session_idle))
        items.push_back({{"id", session.id},
                         {"created_at", to_rfc3339(session.created_at)},
                         {"last_seen_at", to_rfc3339(session.last_seen_at)},
                         {"expires_at", to_rfc3339(session.expires_at)},
                         {"address", session.address},
                         {"user_agent", session.user_agent},
                         {"current", session.id == call.principal.session_id}});
    return Answer{.body = {{"items", std::move(items)}, {"next_cursor", nullptr}}};
}

Result<Answer> revoke(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    if (!storage::delete_session(call.db, call.principal.user_id, *id)) return not_found();
    record(call, "session.revoked", "session", *id);
    end_sessions(call, call.principal.user_id, {*id});
    return Answer{.status = 204};
}

Result<Answer> change_password(Call& call) {
    Fields fields{call.body};
    const auto current = fields.text("current_password", {.max = auth::longest_password});
    const auto chosen = fields.text("new_password", {.max = auth::longest_password});
    if (!chosen.empty()) {
        if (const auto why = auth::weakness(chosen, call.principal.login))
            fields.fail("new_password", *why);
        else if (chosen == current)
            fields.fail("new_password", "same_as_before");
    }
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};

    const auto user = storage::find_user(call.db, call.principal.user_id);
    if (!user) return not_found();
    // A stolen session must not become a way to guess the password.
    auth::SignInThrottle throttle{call.db, settings_of(call).throttle, user->login, call.request.peer_address,
                                  call.now};
    if (const auto wait = throttle.wait()) return refuse(call, user, "throttled", too_many_failures(*wait));
    if (const auto reason = check(call, user, current); !reason.empty()) {
        throttle.failed();
        return refuse(call, user, reason, invalid("/current_password", "wrong_password").value());
    }
    throttle.succeeded();

    storage::set_password(call.db, user->id, auth::hash_password(chosen, settings_of(call).password_cost), false);
    record(call, "password.changed", "user", user->id);
    tell_of_user(call, *user);
    end_sessions(call, user->id, storage::delete_sessions_of(call.db, user->id, call.principal.session_id));
    return Answer{.status = 204};
}

}  // namespace callout::api::session
