// One request on its way through the program, as a handler sees it: decoded, authenticated, inside one transaction.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dispatch/tickets/settings.hpp"
#include "server/api/problem.hpp"
#include "server/auth/principal.hpp"
#include "server/http/message.hpp"
#include "server/storage/connection.hpp"

namespace callout::config {
struct Config;
}

namespace callout::auth {
class Authenticator;
}

namespace callout::storage {
class Database;
class Offices;
class TicketIds;
}  // namespace callout::storage

namespace callout::api {

// What outlives a request. One of it a server.
struct Services {
    const config::Config& config;
    storage::Database& database;
    auth::Authenticator& authenticator;
    storage::TicketIds& ticket_ids;
    storage::Offices& offices;
    dispatch::LifeCycleSettings life_cycle = {};
    // Region of telephone numbers written without a country code.
    std::string phone_region = "CN";
    // Tells the sequencer that a transaction with events has been committed. Any thread may call it.
    std::function<void()> events_committed = [] {};
    // Tells the deadline worker that a deadline was set, which may be earlier than the one it sleeps for.
    std::function<void()> deadlines_changed = [] {};
    // Ends the consoles of a session that was revoked. Any thread may call it.
    std::function<void(std::int64_t session_id)> session_revoked = [](std::int64_t) {};
};

// What a handler answers when all is well.
struct Answer {
    int status = 200;
    boost::json::value body = nullptr;
    // Becomes the ETag.
    std::optional<std::int64_t> version = std::nullopt;
    // Of what was created, for 201.
    std::string location = {};
    std::vector<http::Header> headers = {};
    // What a repeat of the same Idempotency-Key is answered instead of the body, where the body shows a secret once.
    std::optional<boost::json::value> body_for_repeat = std::nullopt;
};

// A handler runs on a database thread. Everything it wrote is committed when it answers, rolled back when it answers a
// problem, and it may run again after a deadlock: it has no effect but through `db` and after_commit.
struct Call {
    const Services& services;
    const http::Request& request;
    // The parsed body; null when the request has none.
    const boost::json::value& body;
    const auth::Principal& principal;
    storage::Connection& db;
    // One instant for everything this call records.
    Instant now;
    std::vector<std::pair<std::string, std::string>> path_parameters = {};
    // The version of If-Match.
    std::optional<std::int64_t> expected_version = std::nullopt;
    // Set by a handler whose refusal must be remembered (a failed sign-in): commits although a problem is answered.
    bool commit_refusal = false;
    // Run once, in order, when the transaction is durable.
    std::vector<std::function<void()>> after_commit = {};

    // The {id} of the path; not_found when it is not a positive number, for such a thing cannot be there.
    Result<std::int64_t> path_id(std::string_view name = "id") const;
    // A text of the path; empty when the route has none of that name.
    std::string_view path_text(std::string_view name) const;
};

using Handler = Result<Answer> (*)(Call&);

}  // namespace callout::api
