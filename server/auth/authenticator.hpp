// Believes a session cookie or a bearer token, or does not: the one place that decides who a request comes from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "server/auth/principal.hpp"
#include "server/http/message.hpp"
#include "server/storage/connection.hpp"

namespace callout::auth {

// Keeps what it found for at most one second, bounded in number, so that a busy caller costs one look-up a second. A
// session revoked on this node is forgotten at once, on another node within that second. Any thread may call it.
class Authenticator {
public:
    Authenticator();
    ~Authenticator();

    // The caller, or nothing when the request carries neither cookie nor token, or one that is unknown, expired or
    // revoked, or whose account is disabled. Reads through `db` inside the caller's transaction.
    std::optional<Principal> authenticate(storage::Connection& db, const http::Request& request, Instant now);

    // Forgets everything remembered about a user: after a change of account, roles, unit, or a revoked session or
    // token.
    void forget_user(std::int64_t user_id);

private:
    struct Memory;
    std::unique_ptr<Memory> memory_;
};

}  // namespace callout::auth
