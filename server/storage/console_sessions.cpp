#include "server/storage/console_sessions.hpp"

#include <string>
#include <vector>

namespace callout::storage {
namespace {

// Ids asked for in one statement; fewer are filled up with 0.
constexpr std::size_t batch_size = 256;

std::unordered_set<std::int64_t> ask(Connection& db, const std::string& sql, std::span<const std::int64_t> ids,
                                     Instant now) {
    std::unordered_set<std::int64_t> valid;
    while (!ids.empty()) {
        const auto batch = ids.first(std::min(ids.size(), batch_size));
        ids = ids.subspan(batch.size());
        std::vector<Parameter> parameters(batch_size + 1, Parameter{std::int64_t{0}});
        for (std::size_t i = 0; i < batch.size(); ++i) parameters[i] = batch[i];
        parameters.back() = to_parameter(now);
        for (const auto& row : db.query_with(sql, parameters)) valid.insert(row.get<std::int64_t>(0));
    }
    return valid;
}

std::string places() {
    std::string text = "?";
    for (std::size_t i = 1; i < batch_size; ++i) text += ",?";
    return text;
}

}  // namespace

std::unordered_set<std::int64_t> valid_sessions(Connection& db, std::span<const std::int64_t> ids, Instant now) {
    static const auto sql =
        "SELECT session.id FROM session JOIN user_account ON user_account.id = session.user_id "
        "WHERE session.id IN (" +
        places() + ") AND session.expires_at > ? AND user_account.disabled_at IS NULL";
    return ask(db, sql, ids, now);
}

std::unordered_set<std::int64_t> valid_tokens(Connection& db, std::span<const std::int64_t> ids, Instant now) {
    static const auto sql =
        "SELECT api_token.id FROM api_token JOIN user_account ON user_account.id = "
        "api_token.user_id WHERE api_token.id IN (" +
        places() +
        ") AND api_token.revoked_at IS NULL AND COALESCE(api_token.expires_at, '9999-01-01') > ? "
        "AND user_account.disabled_at IS NULL";
    return ask(db, sql, ids, now);
}

}  // namespace callout::storage
