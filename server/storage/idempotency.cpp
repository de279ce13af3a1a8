#include "server/storage/idempotency.hpp"

namespace callout::storage {

void remember_answer(Connection& db, const IdempotencyRecord& record, Instant now) {
    db.insert_later(
        "INSERT INTO idempotency_record (user_id, idempotency_key, request_hash, status, etag, location, body, "
        "created_at)",
        {to_parameter(record.user_id), to_parameter(record.key), to_parameter(record.request_hash),
         to_parameter(record.status), to_parameter(record.etag), to_parameter(record.location),
         to_parameter(record.body), to_parameter(now)});
}

std::optional<IdempotencyRecord> find_answer(Connection& db, std::int64_t user_id, const std::string& key) {
    const auto rows = db.query(
        "SELECT request_hash, status, etag, location, body FROM idempotency_record "
        "WHERE user_id = ? AND idempotency_key = ?",
        user_id, key);
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    return IdempotencyRecord{.user_id = user_id,
                             .key = key,
                             .request_hash = {row.get<std::string>("request_hash")},
                             .status = row.get<int>("status"),
                             .etag = row.get<std::string>("etag"),
                             .location = row.get<std::string>("location"),
                             .body = row.get<std::string>("body")};
}

std::uint64_t forget_answers_before(Connection& db, Instant before, std::int64_t limit) {
    return db.execute("DELETE FROM idempotency_record WHERE created_at < ? LIMIT ?", before, limit);
}

}  // namespace callout::storage
