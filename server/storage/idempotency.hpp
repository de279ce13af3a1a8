// The first answer to every write, kept in the write's own transaction, so that a repeat does nothing again: not after
// a lost connection, not after a crash, not after a COMMIT whose answer never came.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server/storage/connection.hpp"

namespace callout::storage {

struct IdempotencyRecord {
    std::int64_t user_id = 0;  // 0 for a caller without an account
    std::string key;
    Bytes request_hash;  // 32 bytes
    int status = 200;
    std::string etag;
    std::string location;
    std::string body;
};

// Written at the latest by the commit, which throws StatementFailed with duplicate_key() when this user's key is taken,
// and waits for a transaction that is just taking it.
void remember_answer(Connection& db, const IdempotencyRecord& record, Instant now);

std::optional<IdempotencyRecord> find_answer(Connection& db, std::int64_t user_id, const std::string& key);

// Deletes at most `limit` records from before an instant and answers how many there were.
std::uint64_t forget_answers_before(Connection& db, Instant before, std::int64_t limit);

}  // namespace callout::storage
