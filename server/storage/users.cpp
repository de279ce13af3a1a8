#include "server/storage/users.hpp"

#include <fmt/format.h>

#include "server/storage/events.hpp"
#include "server/storage/like_pattern.hpp"
#include "server/storage/organisation.hpp"
#include "server/storage/roles.hpp"

namespace callout::storage {
namespace {

constexpr std::string_view select_user =
    "SELECT u.id, u.version, u.login, u.name, u.unit_id, o.name AS unit_name, o.kind AS unit_kind, o.path AS unit_path,"
    " (SELECT GROUP_CONCAT(r.role) FROM user_role r WHERE r.user_id = u.id) AS roles, u.phone, u.extension, u.language,"
    " u.must_change_password, u.disabled_at, u.created_at"
    " FROM user_account u JOIN organisation_unit o ON o.id = u.unit_id";

User to_user(const Row& row) {
    return {.id = row.get<std::int64_t>("id"),
            .version = row.get<std::int64_t>("version"),
            .login = row.get<std::string>("login"),
            .name = row.get<std::string>("name"),
            .unit_id = row.get<std::int64_t>("unit_id"),
            .unit_name = row.get<std::string>("unit_name"),
            .unit_kind = parse<dispatch::UnitKind>(row.get<std::string>("unit_kind")).value(),
            .unit_path = row.get<std::string>("unit_path"),
            .roles = split_roles(row.get<std::optional<std::string>>("roles").value_or("")),
            .phone = row.get<std::string>("phone"),
            .extension = row.get<std::string>("extension"),
            .language = row.get<std::string>("language"),
            .must_change_password = row.get<bool>("must_change_password"),
            .disabled_at = row.get<std::optional<Instant>>("disabled_at"),
            .created_at = row.get<Instant>("created_at")};
}

void insert_roles(Connection& db, std::int64_t user_id, const std::vector<dispatch::Role>& roles) {
    for (const auto role : roles)
        db.execute("INSERT INTO user_role (user_id, role) VALUES (?, ?)", user_id, to_string(role));
}

std::optional<User> first_of(const Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return to_user(rows.front());
}

}  // namespace

std::optional<User> find_user(Connection& db, std::int64_t id) {
    return first_of(db.query(fmt::format("{} WHERE u.id = ?", select_user), id));
}

std::optional<User> find_user_by_login(Connection& db, std::string_view login) {
    return first_of(db.query(fmt::format("{} WHERE u.login = ?", select_user), login));
}

std::string password_hash_of(Connection& db, std::int64_t user_id) {
    const auto rows = db.query("SELECT password_hash FROM user_account WHERE id = ?", user_id);
    return rows.empty() ? "" : rows.front().get<std::string>(0);
}

std::vector<User> list_users(Connection& db, const UserFilter& filter, std::optional<std::int64_t> after,
                             std::int64_t limit) {
    std::string sql = fmt::format("{} WHERE u.id > ?", select_user);
    std::vector<Parameter> parameters{to_parameter(after.value_or(0))};
    const auto where = [&](std::string_view clause, const auto&... values) {
        sql += clause;
        (parameters.push_back(to_parameter(values)), ...);
    };
    if (filter.visible_to) {
        const auto condition = units_visible_to(*filter.visible_to, "o");
        where(fmt::format(" AND (u.id = ? OR {})", condition.sql), filter.visible_to->user_id);
        parameters.insert(parameters.end(), condition.parameters.begin(), condition.parameters.end());
    }
    if (!filter.q.empty()) {
        const auto pattern = containing(filter.q);
        where(" AND (u.name LIKE ? OR u.login LIKE ?)", pattern, pattern);
    }
    if (filter.role)
        where(" AND EXISTS (SELECT 1 FROM user_role x WHERE x.user_id = u.id AND x.role = ?)", to_string(*filter.role));
    if (!filter.unit_path.empty()) where(" AND o.path LIKE ?", filter.unit_path + '%');
    if (!filter.include_disabled) where(" AND u.disabled_at IS NULL");
    where(" ORDER BY u.id LIMIT ?", limit);

    std::vector<User> users;
    for (const auto& row : db.query_with(sql, parameters)) users.push_back(to_user(row));
    return users;
}

std::optional<std::int64_t> insert_user(Connection& db, const NewUser& user, Instant now) {
    try {
        const auto id = db.insert(
            "INSERT INTO user_account (login, name, unit_id, password_hash, must_change_password, phone, extension,"
            " language, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            user.login, user.name, user.unit_id, user.password_hash, user.must_change_password, user.phone,
            user.extension, user.language, now);
        insert_roles(db, id, user.roles);
        return id;
    } catch (const StatementFailed& failed) {
        if (failed.duplicate_key()) return std::nullopt;
        throw;
    }
}

bool update_user(Connection& db, std::int64_t id, std::int64_t expected_version, const UserChange& change) {
    const auto changed = db.execute(
        "UPDATE user_account SET version = version + 1, name = COALESCE(?, name), unit_id = COALESCE(?, unit_id),"
        " phone = COALESCE(?, phone), extension = COALESCE(?, extension), language = COALESCE(?, language)"
        " WHERE id = ? AND version = ?",
        change.name, change.unit_id, change.phone, change.extension, change.language, id, expected_version);
    if (changed == 0) return false;
    if (change.roles) {
        db.execute("DELETE FROM user_role WHERE user_id = ?", id);
        insert_roles(db, id, *change.roles);
    }
    return true;
}

void set_password(Connection& db, std::int64_t id, const std::string& hash, bool must_change) {
    db.execute(
        "UPDATE user_account SET version = version + 1, password_hash = ?, must_change_password = ? WHERE id = ?", hash,
        must_change, id);
}

void set_disabled(Connection& db, std::int64_t id, std::optional<Instant> disabled_at) {
    db.execute("UPDATE user_account SET version = version + 1, disabled_at = ? WHERE id = ?", disabled_at, id);
}

void replace_password_hash(Connection& db, std::int64_t id, const std::string& hash) {
    db.execute("UPDATE user_account SET password_hash = ? WHERE id = ?", hash, id);
}

bool has_other_administrator(Connection& db, std::int64_t id) {
    const auto rows = db.query(
        "SELECT u.id FROM user_role r JOIN user_account u ON u.id = r.user_id"
        " WHERE r.role = ? AND u.disabled_at IS NULL ORDER BY u.id FOR UPDATE",
        to_string(dispatch::Role::administrator));
    for (const auto& row : rows)
        if (row.get<std::int64_t>(0) != id) return true;
    return false;
}

void append_user_changed(Connection& db, const User& user, std::string_view former_path, const ChangeOrigin& origin) {
    append_event(db, {.kind = "user.changed",
                      .happened_at = origin.at,
                      .recorded_at = origin.at,
                      .source = origin.source,
                      .actor_id = origin.actor_id,
                      .attributes = {{"user_id", user.id}},
                      .audience = {.office_path = user.unit_path,
                                   .former_dealer_path = std::string{former_path},
                                   .technician_id = user.id}});
}

std::vector<std::int64_t> active_users_below(Connection& db, std::string_view unit_path) {
    std::vector<std::int64_t> ids;
    for (const auto& row : db.query("SELECT u.id FROM user_account u JOIN organisation_unit o ON o.id = u.unit_id"
                                    " WHERE o.path LIKE ? AND u.disabled_at IS NULL ORDER BY u.id",
                                    std::string{unit_path} + '%'))
        ids.push_back(row.get<std::int64_t>(0));
    return ids;
}

}  // namespace callout::storage
