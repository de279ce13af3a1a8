// Accounts in the database: who may sign in, where he stands in the organisation, and what he may do there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/organisation/structure.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

struct User {
    std::int64_t id = 0;
    std::int64_t version = 0;
    std::string login;
    std::string name;
    std::int64_t unit_id = 0;
    std::string unit_name;
    dispatch::UnitKind unit_kind = dispatch::UnitKind::headquarters;
    std::string unit_path;
    std::vector<dispatch::Role> roles;  // in the order of the enum
    std::string phone;                  // E.164, or ''
    std::string extension;
    std::string language;  // zh, en
    bool must_change_password = false;
    std::optional<Instant> disabled_at;
    Instant created_at{};
};

struct NewUser {
    std::string login;
    std::string name;
    std::int64_t unit_id = 0;
    std::vector<dispatch::Role> roles;
    std::string phone = {};
    std::string extension = {};
    std::string language = "zh";
    std::string password_hash;
    bool must_change_password = true;
};

// What is not set stays.
struct UserChange {
    std::optional<std::string> name = std::nullopt;
    std::optional<std::int64_t> unit_id = std::nullopt;
    std::optional<std::vector<dispatch::Role>> roles = std::nullopt;
    std::optional<std::string> phone = std::nullopt;
    std::optional<std::string> extension = std::nullopt;
    std::optional<std::string> language = std::nullopt;
};

struct UserFilter {
    // Who looks: the people of the units his grants reach, and himself.
    const dispatch::Actor* visible_to = nullptr;  // null: everybody
    std::string q = {};                           // part of the name or the login
    std::optional<dispatch::Role> role = std::nullopt;
    std::string unit_path = {};  // this unit and below; '' for all
    bool include_disabled = false;
};

std::optional<User> find_user(Connection& db, std::int64_t id);
// Whatever the case of its letters.
std::optional<User> find_user_by_login(Connection& db, std::string_view login);
// Empty for an id that is not there.
std::string password_hash_of(Connection& db, std::int64_t user_id);

// By id, at most `limit` above `after`.
std::vector<User> list_users(Connection& db, const UserFilter& filter, std::optional<std::int64_t> after,
                             std::int64_t limit);

// The new id, or nothing when the login is taken.
std::optional<std::int64_t> insert_user(Connection& db, const NewUser& user, Instant now);

// False, and nothing is changed, when the version is not the present one.
bool update_user(Connection& db, std::int64_t id, std::int64_t expected_version, const UserChange& change);

// Both bump the version.
void set_password(Connection& db, std::int64_t id, const std::string& hash, bool must_change);
void set_disabled(Connection& db, std::int64_t id, std::optional<Instant> disabled_at);
// The same password at another cost: no change anybody sees.
void replace_password_hash(Connection& db, std::int64_t id, const std::string& hash);

// Whether somebody else than `id` is an administrator who can sign in. Locks them all, so that two administrators
// cannot disable each other at the same moment.
bool has_other_administrator(Connection& db, std::int64_t id);

// Where a change came from, for the event that tells of it.
struct ChangeOrigin {
    Instant at{};
    std::string source = "system";  // console, api, system
    std::optional<std::int64_t> actor_id = std::nullopt;
};

// Appends user.changed for a user as he is now: it reaches himself and whoever sees his unit, or saw it where it stood
// before (former_path, '' when that did not change).
void append_user_changed(Connection& db, const User& user, std::string_view former_path, const ChangeOrigin& origin);

// The accounts that are not disabled, of a unit and everything below it.
std::vector<std::int64_t> active_users_below(Connection& db, std::string_view unit_path);

}  // namespace callout::storage
