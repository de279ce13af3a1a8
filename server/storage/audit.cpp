#include "server/storage/audit.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "server/storage/cut.hpp"

namespace callout::storage {
namespace {

AuditEntry to_entry(const Row& row) {
    return {.id = row.get<std::int64_t>("id"),
            .recorded_at = row.get<Instant>("recorded_at"),
            .user_id = row.get<std::optional<std::int64_t>>("user_id"),
            .login = row.get<std::string>("login"),
            .action = row.get<std::string>("action"),
            .subject_kind = row.get<std::string>("subject_kind"),
            .subject_id = row.get<std::optional<std::int64_t>>("subject_id"),
            .details = boost::json::parse(row.get<std::string>("details")).as_object(),
            .address = row.get<std::string>("address"),
            .request_id = row.get<std::string>("request_id")};
}

}  // namespace

void write_audit(Connection& db, const AuditEntry& entry) {
    db.execute(
        "INSERT INTO audit_entry (recorded_at, user_id, login, action, subject_kind, subject_id, details, address,"
        " request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        entry.recorded_at, entry.user_id, cut(entry.login, 64), entry.action, entry.subject_kind, entry.subject_id,
        boost::json::serialize(entry.details), cut(entry.address, 64), cut(entry.request_id, 64));
}

std::vector<AuditEntry> list_audit(Connection& db, const AuditFilter& filter, std::optional<std::int64_t> before,
                                   std::int64_t limit) {
    std::string sql =
        "SELECT id, recorded_at, user_id, login, action, subject_kind, subject_id, details, address, request_id"
        " FROM audit_entry WHERE TRUE";
    std::vector<Parameter> parameters;
    const auto where = [&](std::string_view clause, const auto& value) {
        sql += clause;
        parameters.push_back(to_parameter(value));
    };
    if (filter.user_id) where(" AND user_id = ?", *filter.user_id);
    if (filter.action.ends_with('.')) {
        parameters.push_back(to_parameter(filter.action.size()));
        where(" AND LEFT(action, ?) = ?", filter.action);
    } else if (!filter.action.empty()) {
        where(" AND action = ?", filter.action);
    }
    if (!filter.subject_kind.empty()) where(" AND subject_kind = ?", filter.subject_kind);
    if (filter.subject_id) where(" AND subject_id = ?", *filter.subject_id);
    if (filter.from) where(" AND recorded_at >= ?", *filter.from);
    if (filter.until) where(" AND recorded_at < ?", *filter.until);
    if (before) where(" AND id < ?", *before);
    where(" ORDER BY id DESC LIMIT ?", limit);

    std::vector<AuditEntry> entries;
    for (const auto& row : db.query_with(sql, parameters)) entries.push_back(to_entry(row));
    return entries;
}

}  // namespace callout::storage
