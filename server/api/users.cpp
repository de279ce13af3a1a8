#include "server/api/users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "server/api/fields.hpp"
#include "server/api/item_page.hpp"
#include "server/api/languages.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/parameters.hpp"
#include "server/api/people.hpp"
#include "server/api/phone_field.hpp"
#include "server/auth/authenticator.hpp"
#include "server/auth/login.hpp"
#include "server/auth/password.hpp"
#include "server/storage/sessions.hpp"

namespace callout::api {
namespace {

namespace json = boost::json;
using dispatch::Permission;
using dispatch::Role;

json::array role_names(const std::vector<Role>& roles) {
    json::array names;
    for (const auto role : roles) names.push_back(json::value(to_string(role)));
    return names;
}

std::vector<Role> read_roles(Fields& fields) {
    std::vector<Role> roles;
    for (const auto& word : fields.texts("roles", value_count<Role>, {.max = 16})) {
        const auto role = parse<Role>(word);
        if (!role) {
            fields.fail("roles", "unknown_value");
            return {};
        }
        roles.push_back(*role);
    }
    std::ranges::sort(roles);
    roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
    if (roles.empty()) fields.fail("roles", "required");
    return roles;
}

// The unit somebody is to stand in; a mistake of the field when the caller does not administer there, for he need
// not know that there is such a unit.
std::optional<storage::Unit> read_unit(Fields& fields, Call& call) {
    const auto id = fields.id("unit_id");
    if (fields.failed("unit_id")) return std::nullopt;
    auto unit = storage::find_unit(call.db, id);
    const bool his = unit && administers(call.principal.actor, Permission::manage_users, unit->path);
    if (!his) {
        fields.fail("unit_id", "not_found");
        return std::nullopt;
    }
    if (!unit->active) fields.fail("unit_id", "unit_inactive");
    return unit;
}

void check_roles(Fields& fields, const Call& call, const std::vector<Role>& roles, dispatch::UnitKind kind,
                 std::string_view unit_path) {
    for (const auto role : roles) {
        if (!may_work_in(role, kind)) return fields.fail("roles", "role_not_in_this_unit");
        if (!may_grant(call.principal.actor, role, unit_path)) return fields.fail("roles", "role_not_yours_to_give");
    }
}

// An account the caller may manage; not_found when it is none of his business.
Result<storage::User> managed_user(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    auto user = storage::find_user(call.db, *id);
    if (!user || !administers(call.principal.actor, Permission::manage_users, user->unit_path)) return not_found();
    return *std::move(user);
}

// The same account again, after it was changed; everybody concerned is told.
storage::User changed_user(Call& call, const storage::User& before) {
    auto user = storage::find_user(call.db, before.id).value();
    tell_of_user(call, user, user.unit_path == before.unit_path ? "" : before.unit_path);
    return user;
}

Answer answer_user(const storage::User& user) {
    return {.body = user_view(user), .version = user.version};
}

// With the password, and for a repeat without it: then it is too late to see it.
Answer answer_with_password(const storage::User& user, const std::string& password, int status) {
    auto shown = user_view(user);
    auto repeated = shown;
    shown["initial_password"] = password;
    repeated["initial_password"] = "";
    return {.status = status,
            .body = std::move(shown),
            .version = user.version,
            .location = status == 201 ? fmt::format("/api/v1/users/{}", user.id) : "",
            .body_for_repeat = std::move(repeated)};
}

bool is_administrator(const storage::User& user) {
    return std::ranges::find(user.roles, Role::administrator) != user.roles.end();
}

storage::UserChange read_change(Fields& fields, Call& call, const storage::User& user) {
    storage::UserChange change;
    if (fields.has("name")) change.name = fields.text("name");
    if (fields.has("phone")) change.phone = read_phone(fields, "phone", call);
    if (fields.has("extension")) change.extension = fields.optional_text("extension", {.max = 32}).value_or("");
    change.language = read_language(fields);
    auto kind = user.unit_kind;
    auto path = user.unit_path;
    if (fields.has("unit_id")) {
        if (const auto unit = read_unit(fields, call)) {
            change.unit_id = unit->id;
            kind = unit->kind;
            path = unit->path;
        }
    }
    if (fields.has("roles")) change.roles = read_roles(fields);
    if (change.unit_id || change.roles) check_roles(fields, call, change.roles.value_or(user.roles), kind, path);
    return change;
}

// What was changed, for the audit log: names of fields, and the values that say who may do what.
json::object change_details(const Call& call, const storage::User& before, const storage::User& after) {
    json::array fields;
    for (const auto& member : call.body.as_object()) fields.push_back(json::value(member.key()));
    json::object details{{"fields", std::move(fields)}};
    if (before.roles != after.roles) {
        details["roles_before"] = role_names(before.roles);
        details["roles"] = role_names(after.roles);
    }
    if (before.unit_id != after.unit_id) {
        details["unit_id_before"] = before.unit_id;
        details["unit_id"] = after.unit_id;
    }
    return details;
}

}  // namespace

json::object user_view(const storage::User& user) {
    return {{"id", user.id},
            {"version", user.version},
            {"login", user.login},
            {"name", user.name},
            {"unit_id", user.unit_id},
            {"unit_name", user.unit_name},
            {"unit_kind", to_string(user.unit_kind)},
            {"unit_path", user.unit_path},
            {"roles", role_names(user.roles)},
            {"phone", user.phone},
            {"extension", user.extension},
            {"language", user.language},
            {"must_change_password", user.must_change_password},
            {"disabled_at", to_json(user.disabled_at)},
            {"created_at", to_rfc3339(user.created_at)}};
}

namespace users {

Result<Answer> list(Call& call) {
    const auto& actor = call.principal.actor;
    Parameters parameters{call.request};
    storage::UserFilter filter{
        .visible_to = &actor, .q = parameters.text("q"), .role = parameters.choice<Role>("role")};
    const auto unit_id = parameters.id("unit_id");
    filter.include_disabled =
        parameters.flag("include_disabled").value_or(false) && actor.has(Permission::manage_users);
    const auto page = parameters.page();
    if (auto wrong = parameters.problem()) return tl::unexpected{*std::move(wrong)};

    if (unit_id) filter.unit_path = storage::path_to_list_under(call.db, *unit_id);
    const auto found = storage::list_users(call.db, filter, page.cursor, page.limit + 1);
    return item_page(found, page.limit, user_view);
}

Result<Answer> get(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    const auto user = storage::find_user(call.db, *id);
    if (!user) return not_found();
    const auto& actor = call.principal.actor;
    const bool manages = administers(actor, Permission::manage_users, user->unit_path);
    const bool sees = !user->disabled_at && actor.reaches({.office_path = user->unit_path});
    if (!manages && !sees && user->id != call.principal.user_id) return not_found();
    return answer_user(*user);
}

Result<Answer> create(Call& call) {
    Fields fields{call.body};
    storage::NewUser user{.login = fields.text("login", {.max = 64}), .name = fields.text("name")};
    if (!user.login.empty() && !auth::is_login(user.login)) fields.fail("login", "not_a_login");
    user.roles = read_roles(fields);
    user.phone = read_phone(fields, "phone", call);
    user.extension = fields.optional_text("extension", {.max = 32}).value_or("");
    user.language = read_language(fields).value_or("zh");
    if (const auto unit = read_unit(fields, call)) {
        user.unit_id = unit->id;
        check_roles(fields, call, user.roles, unit->kind, unit->path);
    }
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};

    const auto password = auth::random_password();
    user.password_hash = auth::hash_password(password, call.services.authenticator.settings().password_cost);
    const auto id = storage::insert_user(call.db, user, call.now);
    if (!id) return invalid("/login", "taken");
    const auto created = storage::find_user(call.db, *id).value();
    record(call, "user.created", "user", *id,
           {{"login", created.login}, {"unit_id", created.unit_id}, {"roles", role_names(created.roles)}});
    tell_of_user(call, created);
    return answer_with_password(created, password, 201);
}

Result<Answer> change(Call& call) {
    const auto user = managed_user(call);
    if (!user) return tl::unexpected{user.error()};
    Fields fields{call.body};
    const auto change = read_change(fields, call, *user);
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};

    const bool loses_administration = is_administrator(*user) && change.roles &&
                                      std::ranges::find(*change.roles, Role::administrator) == change.roles->end();
    if (loses_administration && !storage::has_other_administrator(call.db, user->id))
        return problem(409, "last_administrator");
    if (!storage::update_user(call.db, user->id, *call.expected_version, change)) {
        auto stale = problem(412, "version_conflict");
        stale.value().current = user_view(storage::find_user(call.db, user->id).value());
        return stale;
    }
    const auto changed = changed_user(call, *user);
    record(call, "user.changed", "user", user->id, change_details(call, *user, changed));
    return answer_user(changed);
}

Result<Answer> reset_password(Call& call) {
    const auto user = managed_user(call);
    if (!user) return tl::unexpected{user.error()};
    const auto password = auth::random_password();
    storage::set_password(call.db, user->id,
                          auth::hash_password(password, call.services.authenticator.settings().password_cost), true);
    storage::forget_failures(call.db, fmt::format("account:{}", user->login));
    record(call, "user.password_reset", "user", user->id);
    end_sessions(call, user->id, storage::delete_sessions_of(call.db, user->id));
    return answer_with_password(changed_user(call, *user), password, 200);
}

Result<Answer> disable(Call& call) {
    const auto user = managed_user(call);
    if (!user) return tl::unexpected{user.error()};
    if (user->disabled_at) return answer_user(*user);
    if (user->id == call.principal.user_id) return problem(409, "own_account");
    if (is_administrator(*user) && !storage::has_other_administrator(call.db, user->id))
        return problem(409, "last_administrator");
    storage::set_disabled(call.db, user->id, call.now);
    record(call, "user.disabled", "user", user->id);
    end_sessions(call, user->id, storage::delete_sessions_of(call.db, user->id));
    return answer_user(changed_user(call, *user));
}

Result<Answer> enable(Call& call) {
    const auto user = managed_user(call);
    if (!user) return tl::unexpected{user.error()};
    if (!user->disabled_at) return answer_user(*user);
    if (const auto unit = storage::find_unit(call.db, user->unit_id); !unit->active)
        return problem(409, "unit_inactive");
    storage::set_disabled(call.db, user->id, std::nullopt);
    record(call, "user.enabled", "user", user->id);
    return answer_user(changed_user(call, *user));
}

}  // namespace users
}  // namespace callout::api
