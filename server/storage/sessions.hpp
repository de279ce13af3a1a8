// Sessions, bearer tokens and what is remembered of failed sign-ins. Of a cookie or token only the hash is here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/organisation/permissions.hpp"
#include "server/auth/throttle.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

struct Session {
    std::int64_t id = 0;
    Instant created_at{};
    Instant last_seen_at{};
    Instant expires_at{};  // at the latest; earlier when it is not used
    std::string address;
    std::string user_agent;
};

struct NewSession {
    std::string token_hash;  // 32 bytes
    std::int64_t user_id = 0;
    Instant expires_at{};
    std::string address;
    std::string user_agent;  // cut to what the column holds
};

struct Token {
    std::int64_t id = 0;
    std::int64_t user_id = 0;
    std::string name;
    Instant created_at{};
    std::optional<Instant> expires_at;
    std::optional<Instant> revoked_at;
};

// Whose a session or token is, with all that makes a principal: one look-up.
struct Identity {
    std::int64_t credential_id = 0;  // of the session or token
    std::optional<Instant> last_seen_at;
    std::optional<Instant> expires_at;
    std::int64_t user_id = 0;
    std::string login;
    std::string name;
    std::int64_t unit_id = 0;
    std::string unit_path;
    std::string language;
    bool must_change_password = false;
    std::vector<dispatch::Role> roles;
};

// Nothing for a hash that is not there, or whose account is disabled; expired ones are answered all the same.
std::optional<Identity> find_session_identity(Connection& db, const std::string& token_hash);
// The same for a bearer token that is not revoked.
std::optional<Identity> find_token_identity(Connection& db, const std::string& token_hash);

std::int64_t insert_session(Connection& db, const NewSession& session, Instant now);
void touch_session(Connection& db, std::int64_t id, Instant now);
// The latest used first, at most 200; only those last seen after `idle_since` that have not expired.
std::vector<Session> list_sessions(Connection& db, std::int64_t user_id, Instant now, Instant idle_since);
// False when this user has no such session.
bool delete_session(Connection& db, std::int64_t user_id, std::int64_t id);
// Ends all sessions of a user but one, and answers which they were.
std::vector<std::int64_t> delete_sessions_of(Connection& db, std::int64_t user_id,
                                             std::optional<std::int64_t> but = std::nullopt);
// Ends the longest unused sessions of a user beyond the newest `keep`, and answers which they were.
std::vector<std::int64_t> delete_oldest_sessions(Connection& db, std::int64_t user_id, std::int64_t keep);
// At most `limit` a call; answers how many there were.
std::uint64_t delete_expired_sessions(Connection& db, Instant now, Instant idle_since, std::int64_t limit);

struct NewToken {
    std::string token_hash;
    std::int64_t user_id = 0;
    std::string name;
    std::optional<Instant> expires_at;
};

std::int64_t insert_token(Connection& db, const NewToken& token, Instant now);
std::optional<Token> find_token(Connection& db, std::int64_t id);
// The newest first, at most 200.
std::vector<Token> list_tokens(Connection& db, std::int64_t user_id);
std::int64_t count_live_tokens(Connection& db, std::int64_t user_id, Instant now);
// False when it was revoked before.
bool revoke_token(Connection& db, std::int64_t id, Instant now);

// What is remembered of failed sign-ins; the subject is "account:<login>" or "address:<peer>".
std::optional<auth::Failures> find_failures(Connection& db, std::string_view subject);
// The same, and no other transaction changes it meanwhile.
std::optional<auth::Failures> lock_failures(Connection& db, std::string_view subject);
void remember_failures(Connection& db, std::string_view subject, const auth::Failures& failures);
void forget_failures(Connection& db, std::string_view subject);
// At most `limit` a call, of those whose first failure was before `before`; answers how many there were.
std::uint64_t forget_failures_before(Connection& db, Instant before, std::int64_t limit);

}  // namespace callout::storage
