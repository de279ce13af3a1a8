// Which of the sessions and tokens that consoles were opened with still hold, asked for many at once.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_set>

#include "server/storage/connection.hpp"

namespace callout::storage {

// Those of the ids that are there, have not expired, and whose account is not disabled.
std::unordered_set<std::int64_t> valid_sessions(Connection& db, std::span<const std::int64_t> ids, Instant now);
// The same for tokens, which can also be revoked.
std::unordered_set<std::int64_t> valid_tokens(Connection& db, std::span<const std::int64_t> ids, Instant now);

}  // namespace callout::storage
