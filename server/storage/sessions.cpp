#include "server/storage/sessions.hpp"

#include <fmt/format.h>

#include "server/storage/roles.hpp"

namespace callout::storage {
namespace {

// What both kinds of credential say about their owner.
constexpr std::string_view owner_columns =
    "u.id AS user_id, u.login, u.name, u.unit_id, o.path AS unit_path, u.language, u.must_change_password,"
    " (SELECT GROUP_CONCAT(r.role) FROM user_role r WHERE r.user_id = u.id) AS roles";
constexpr std::string_view owner_tables =
    " JOIN user_account u ON u.id = c.user_id AND u.disabled_at IS NULL JOIN organisation_unit o ON o.id = u.unit_id";

// A user agent is anything a client says: cut to its column, in bytes that are no longer than its code points.
constexpr std::size_t max_user_agent = 300;

std::optional<Identity> to_identity(const Rows& rows) {
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    return Identity{.credential_id = row.get<std::int64_t>("credential_id"),
                    .last_seen_at = row.get<std::optional<Instant>>("last_seen_at"),
                    .expires_at = row.get<std::optional<Instant>>("expires_at"),
                    .user_id = row.get<std::int64_t>("user_id"),
                    .login = row.get<std::string>("login"),
                    .name = row.get<std::string>("name"),
                    .unit_id = row.get<std::int64_t>("unit_id"),
                    .unit_path = row.get<std::string>("unit_path"),
                    .language = row.get<std::string>("language"),
                    .must_change_password = row.get<bool>("must_change_password"),
                    .roles = split_roles(row.get<std::optional<std::string>>("roles").value_or(""))};
}

Token to_token(const Row& row) {
    return {.id = row.get<std::int64_t>("id"),
            .user_id = row.get<std::int64_t>("user_id"),
            .name = row.get<std::string>("name"),
            .created_at = row.get<Instant>("created_at"),
            .expires_at = row.get<std::optional<Instant>>("expires_at"),
            .revoked_at = row.get<std::optional<Instant>>("revoked_at")};
}

// Deletes the sessions of these rows and answers their ids.
std::vector<std::int64_t> delete_rows(Connection& db, const Rows& rows) {
    std::vector<std::int64_t> ids;
    for (const auto& row : rows) {
        ids.push_back(row.get<std::int64_t>(0));
        db.execute("DELETE FROM session WHERE id = ?", ids.back());
    }
    return ids;
}

std::optional<auth::Failures> to_failures(const Rows& rows) {
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    return auth::Failures{.count = row.get<std::uint32_t>("failures"),
                          .first_at = row.get<Instant>("first_failure_at"),
                          .blocked_until = row.get<std::optional<Instant>>("blocked_until")};
}

constexpr std::string_view select_failures =
    "SELECT failures, first_failure_at, blocked_until FROM sign_in_throttle WHERE subject = ?";

}  // namespace

std::optional<Identity> find_session_identity(Connection& db, const std::string& token_hash) {
    return to_identity(db.query(fmt::format("SELECT c.id AS credential_id, c.last_seen_at, c.expires_at, {}"
                                            " FROM session c{} WHERE c.token_hash = ?",
                                            owner_columns, owner_tables),
                                Bytes{token_hash}));
}

std::optional<Identity> find_token_identity(Connection& db, const std::string& token_hash) {
    return to_identity(db.query(fmt::format("SELECT c.id AS credential_id, NULL AS last_seen_at, c.expires_at, {}"
                                            " FROM api_token c{} WHERE c.token_hash = ? AND c.revoked_at IS NULL",
                                            owner_columns, owner_tables),
                                Bytes{token_hash}));
}

std::int64_t insert_session(Connection& db, const NewSession& session, Instant now) {
    return db.insert(
        "INSERT INTO session (token_hash, user_id, created_at, last_seen_at, expires_at, address, user_agent)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        Bytes{session.token_hash}, session.user_id, now, now, session.expires_at, session.address.substr(0, 64),
        session.user_agent.substr(0, max_user_agent));
}

void touch_session(Connection& db, std::int64_t id, Instant now) {
    db.execute("UPDATE session SET last_seen_at = ? WHERE id = ?", now, id);
}

std::vector<Session> list_sessions(Connection& db, std::int64_t user_id, Instant now, Instant idle_since) {
    std::vector<Session> sessions;
    for (const auto& row :
         db.query("SELECT id, created_at, last_seen_at, expires_at, address, user_agent FROM session"
                  " WHERE user_id = ? AND expires_at > ? AND last_seen_at > ? ORDER BY last_seen_at DESC, id DESC"
                  " LIMIT 200",
                  user_id, now, idle_since))
        sessions.push_back({.id = row.get<std::int64_t>("id"),
                            .created_at = row.get<Instant>("created_at"),
                            .last_seen_at = row.get<Instant>("last_seen_at"),
                            .expires_at = row.get<Instant>("expires_at"),
                            .address = row.get<std::string>("address"),
                            .user_agent = row.get<std::string>("user_agent")});
    return sessions;
}

bool delete_session(Connection& db, std::int64_t user_id, std::int64_t id) {
    return db.execute("DELETE FROM session WHERE id = ? AND user_id = ?", id, user_id) > 0;
}

std::vector<std::int64_t> delete_sessions_of(Connection& db, std::int64_t user_id, std::optional<std::int64_t> but) {
    return delete_rows(
        db, db.query("SELECT id FROM session WHERE user_id = ? AND id <> ? ORDER BY id", user_id, but.value_or(0)));
}

std::vector<std::int64_t> delete_oldest_sessions(Connection& db, std::int64_t user_id, std::int64_t keep) {
    return delete_rows(db, db.query("SELECT id FROM session WHERE user_id = ? ORDER BY last_seen_at DESC, id DESC"
                                    " LIMIT 1000 OFFSET ?",
                                    user_id, keep));
}

std::uint64_t delete_expired_sessions(Connection& db, Instant now, Instant idle_since, std::int64_t limit) {
    return db.execute("DELETE FROM session WHERE expires_at <= ? OR last_seen_at <= ? ORDER BY id LIMIT ?", now,
                      idle_since, limit);
}

std::int64_t insert_token(Connection& db, const NewToken& token, Instant now) {
    return db.insert("INSERT INTO api_token (token_hash, user_id, name, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
                     Bytes{token.token_hash}, token.user_id, token.name, now, token.expires_at);
}

std::optional<Token> find_token(Connection& db, std::int64_t id) {
    const auto rows =
        db.query("SELECT id, user_id, name, created_at, expires_at, revoked_at FROM api_token WHERE id = ?", id);
    if (rows.empty()) return std::nullopt;
    return to_token(rows.front());
}

std::vector<Token> list_tokens(Connection& db, std::int64_t user_id) {
    std::vector<Token> tokens;
    for (const auto& row :
         db.query("SELECT id, user_id, name, created_at, expires_at, revoked_at FROM api_token WHERE user_id = ?"
                  " ORDER BY id DESC LIMIT 200",
                  user_id))
        tokens.push_back(to_token(row));
    return tokens;
}

std::int64_t count_live_tokens(Connection& db, std::int64_t user_id, Instant now) {
    return db
        .query(
            "SELECT COUNT(*) FROM api_token WHERE user_id = ? AND revoked_at IS NULL AND"
            " (expires_at IS NULL OR expires_at > ?)",
            user_id, now)
        .front()
        .get<std::int64_t>(0);
}

bool revoke_token(Connection& db, std::int64_t id, Instant now) {
    return db.execute("UPDATE api_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", now, id) > 0;
}

std::optional<auth::Failures> find_failures(Connection& db, std::string_view subject) {
    return to_failures(db.query(select_failures, subject));
}

std::optional<auth::Failures> lock_failures(Connection& db, std::string_view subject) {
    return to_failures(db.query(fmt::format("{} FOR UPDATE", select_failures), subject));
}

void remember_failures(Connection& db, std::string_view subject, const auth::Failures& failures) {
    db.execute(
        "INSERT INTO sign_in_throttle (subject, failures, first_failure_at, blocked_until) VALUES (?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE failures = VALUES(failures), first_failure_at = VALUES(first_failure_at),"
        " blocked_until = VALUES(blocked_until)",
        subject, failures.count, failures.first_at, failures.blocked_until);
}

void forget_failures(Connection& db, std::string_view subject) {
    db.execute("DELETE FROM sign_in_throttle WHERE subject = ?", subject);
}

std::uint64_t forget_failures_before(Connection& db, Instant before, std::int64_t limit) {
    return db.execute("DELETE FROM sign_in_throttle WHERE first_failure_at < ? ORDER BY subject LIMIT ?", before,
                      limit);
}

}  // namespace callout::storage
