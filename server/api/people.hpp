// What every change about people and the organisation does besides the change itself: it is audited, told to the
// consoles it concerns, and believed at once.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

#include "server/api/call.hpp"
#include "server/storage/organisation.hpp"
#include "server/storage/users.hpp"

namespace callout::api {

// Writes an audit entry about what the caller does, in his transaction. The details never hold a secret or a phone
// number.
void record(Call& call, std::string_view action, std::string_view subject_kind = {},
            std::optional<std::int64_t> subject_id = std::nullopt, boost::json::object details = {});

// After an account was changed: its consoles, and those of whoever sees it, hear `user.changed`, and the authenticator
// forgets what it knew. `former_path` is where it stood before, when that changed.
void tell_of_user(Call& call, const storage::User& user, std::string_view former_path = {});

// The same for a unit: `organisation.changed`.
void tell_of_unit(Call& call, const storage::Unit& unit, std::string_view former_path = {});

// Ends consoles and memory of sessions that were deleted.
void end_sessions(Call& call, std::int64_t user_id, const std::vector<std::int64_t>& session_ids);

}  // namespace callout::api
