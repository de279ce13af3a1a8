#include "server/storage/names.hpp"

#include <fmt/format.h>

#include <vector>

#include "server/storage/id_list.hpp"

namespace callout::storage {
namespace {

std::string name_from(const Rows& rows) {
    return rows.empty() ? "" : rows.front().get<std::string>(0);
}

// In the order of Named.
constexpr std::array<std::string_view, value_count<Named>> tables{
    "user_account", "organisation_unit", "customer", "product", "fault", "api_token"};

}  // namespace

std::string user_name(Connection& db, std::int64_t user_id) {
    return name_from(db.query("SELECT name FROM user_account WHERE id = ?", user_id));
}

std::string unit_name(Connection& db, std::int64_t unit_id) {
    return name_from(db.query("SELECT name FROM organisation_unit WHERE id = ?", unit_id));
}

void Names::ask(Named kind, std::optional<std::int64_t> id) {
    if (id) names_.at(static_cast<std::size_t>(kind)).try_emplace(*id);
}

void Names::look_up(Connection& db) {
    for (std::size_t kind = 0; kind < names_.size(); ++kind) {
        auto& names = names_.at(kind);
        if (names.empty()) continue;
        std::vector<std::int64_t> ids;
        for (const auto& [id, name] : names) ids.push_back(id);
        const auto list = id_list(ids);
        for (const auto& row : db.query_with(
                 fmt::format("SELECT id, name FROM {} WHERE id IN ({})", tables.at(kind), list.marks), list.parameters))
            names[row.get<std::int64_t>("id")] = row.get<std::string>("name");
    }
}

std::string Names::of(Named kind, std::optional<std::int64_t> id) const {
    const auto& names = names_.at(static_cast<std::size_t>(kind));
    const auto found = id ? names.find(*id) : names.end();
    return found == names.end() ? "" : found->second;
}

}  // namespace callout::storage
