// The audit log: who signed in, who was refused, and every administrative change; entries are only ever added.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/storage/connection.hpp"

namespace callout::storage {

struct AuditEntry {
    std::int64_t id = 0;  // given by the database
    Instant recorded_at{};
    // Nothing when nobody was signed in; then login says what was tried.
    std::optional<std::int64_t> user_id = std::nullopt;
    std::string login = {};
    std::string action = {};        // session.signed_in, session.refused, access.denied, user.created ...
    std::string subject_kind = {};  // user, unit, session, token, route; '' when the action says it all
    std::optional<std::int64_t> subject_id = std::nullopt;
    // Never a secret, never a phone number.
    boost::json::object details = {};
    std::string address = {};
    std::string request_id = {};
};

// Adds an entry in the caller's transaction. Texts from outside (login, address, request id) longer than their column
// are cut, so that writing about bad input cannot fail because of it.
void write_audit(Connection& db, const AuditEntry& entry);

struct AuditFilter {
    std::optional<std::int64_t> user_id = std::nullopt;
    // A whole action, or its first word with the dot: "session." finds all of them.
    std::string action = {};
    std::string subject_kind = {};
    std::optional<std::int64_t> subject_id = std::nullopt;
    std::optional<Instant> from = std::nullopt;   // recorded at or after
    std::optional<Instant> until = std::nullopt;  // recorded before
};

// Newest first; at most `limit` entries with an id below `before`.
std::vector<AuditEntry> list_audit(Connection& db, const AuditFilter& filter, std::optional<std::int64_t> before,
                                   std::int64_t limit);

}  // namespace callout::storage
