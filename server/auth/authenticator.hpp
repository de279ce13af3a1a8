// Believes a session cookie or a bearer token, or does not: the one place that decides who a request comes from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "server/auth/principal.hpp"
#include "server/auth/settings.hpp"
#include "server/http/message.hpp"
#include "server/storage/connection.hpp"

namespace callout::auth {

// Of the cookie that carries the secret of a session.
inline constexpr std::string_view session_cookie = "callout_session";

// Keeps what it found for at most one second, bounded in number, so that a busy caller costs one look-up a second. A
// session revoked on this node is forgotten at once, on another node within that second. Any thread may call it.
class Authenticator {
public:
    explicit Authenticator(Settings settings = {});
    ~Authenticator();
    Authenticator(const Authenticator&) = delete;
    Authenticator& operator=(const Authenticator&) = delete;

    // The caller, or nothing when the request carries neither cookie nor token, or one that is unknown, expired or
    // revoked, or whose account is disabled. A token wins over a cookie; what is not "Bearer ..." is no token and lets
    // nobody in. Reads through `db` inside the caller's transaction, and notes there, at most once a minute, when a
    // session was last seen.
    std::optional<Principal> authenticate(storage::Connection& db, const http::Request& request, Instant now);

    // The same for the value of a bearer token that came another way (the telephone system's, in the path).
    std::optional<Principal> authenticate_token(storage::Connection& db, std::string_view token, Instant now);

    // Forgets everything remembered about a user: after a change of account, roles, unit, or a revoked session or
    // token. Call it when that change is committed.
    void forget_user(std::int64_t user_id);
    // The same for everybody, when many may have changed.
    void forget_all();

    const Settings& settings() const { return settings_; }

private:
    class Memory;

    std::optional<Principal> authenticate_session(storage::Connection& db, std::string_view secret, Instant now);

    const Settings settings_;
    std::unique_ptr<Memory> memory_;
};

}  // namespace callout::auth
