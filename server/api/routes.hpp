// The one table of what the API answers to: method, path, who may, handler. A test holds it against api/openapi.yaml.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "dispatch/organisation/permissions.hpp"
#include "server/api/call.hpp"

namespace callout::api {

enum class Access {
    anyone,           // no sign-in
    signed_in,        // any account, also one that must change its password first
    password_is_own,  // any account whose password is its own
    permission,       // an account that holds the route's permission somewhere in the tree
};

enum class Runs {
    on_database_thread,
    // The same, in one transaction with others that wait beside it: for what many may ask at once and only adds rows.
    on_database_thread_together,
    // On the few threads that hash passwords, so that a storm of sign-ins cannot occupy the database's.
    on_password_thread,
};

struct Route {
    http::Verb verb;
    std::string_view path;  // below /api/v1; {name} stands for one segment
    Access access;
    std::optional<dispatch::Permission> permission;
    Handler handler;
    Runs runs = Runs::on_database_thread;
    // The body reaches the handler as text (request.body), in whatever content type.
    bool raw_body = false;
    // If-Match is required.
    bool changes_version = false;
    // The answer is not kept under an Idempotency-Key: it sets a cookie, or nothing was written and it may be asked for
    // again.
    bool keyless = false;
};

std::span<const Route> routes();

}  // namespace callout::api
