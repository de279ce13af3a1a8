#include "server/api/tokens.hpp"

#include <boost/json.hpp>

#include "server/api/fields.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/people.hpp"
#include "server/auth/secret.hpp"
#include "server/storage/sessions.hpp"

namespace callout::api::tokens {
namespace {

namespace json = boost::json;
using dispatch::Permission;

constexpr std::int64_t max_tokens = 50;

json::object token_view(const storage::Token& token) {
    return {{"id", token.id},
            {"name", token.name},
            {"created_at", to_rfc3339(token.created_at)},
            {"expires_at", to_json(token.expires_at)},
            {"revoked_at", to_json(token.revoked_at)}};
}

// The owner, when the caller manages his tokens.
Result<storage::User> owner(Call& call, std::int64_t user_id) {
    auto user = storage::find_user(call.db, user_id);
    if (!user || !administers(call.principal.actor, Permission::manage_tokens, user->unit_path)) return not_found();
    return *std::move(user);
}

}  // namespace

Result<Answer> list(Call& call) {
    const auto user = call.path_id().and_then([&](std::int64_t id) { return owner(call, id); });
    if (!user) return tl::unexpected{user.error()};
    json::array items;
    for (const auto& token : storage::list_tokens(call.db, user->id)) items.push_back(token_view(token));
    return Answer{.body = {{"items", std::move(items)}, {"next_cursor", nullptr}}};
}

Result<Answer> create(Call& call) {
    const auto user = call.path_id().and_then([&](std::int64_t id) { return owner(call, id); });
    if (!user) return tl::unexpected{user.error()};
    Fields fields{call.body};
    storage::NewToken token{.user_id = user->id,
                            .name = fields.text("name", {.max = 100}),
                            .expires_at = fields.optional_instant("expires_at")};
    if (token.expires_at && *token.expires_at <= call.now) fields.fail("expires_at", "in_the_past");
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};
    if (user->disabled_at) return problem(409, "account_disabled");
    if (storage::count_live_tokens(call.db, user->id, call.now) >= max_tokens) return problem(409, "too_many_tokens");

    const auto secret = auth::new_secret();
    token.token_hash = auth::hash_secret(secret);
    const auto id = storage::insert_token(call.db, token, call.now);
    record(call, "token.created", "token", id, {{"user_id", user->id}, {"name", token.name}});
    auto shown = token_view(storage::find_token(call.db, id).value());
    auto repeated = shown;
    shown["token"] = secret;
    repeated["token"] = "";
    return Answer{.status = 201, .body = std::move(shown), .body_for_repeat = std::move(repeated)};
}

Result<Answer> revoke(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    const auto token = storage::find_token(call.db, *id);
    if (!token || !owner(call, token->user_id)) return not_found();
    if (storage::revoke_token(call.db, *id, call.now)) {
        record(call, "token.revoked", "token", *id, {{"user_id", token->user_id}, {"name", token->name}});
        end_sessions(call, token->user_id, {});
    }
    return Answer{.status = 204};
}

}  // namespace callout::api::tokens
