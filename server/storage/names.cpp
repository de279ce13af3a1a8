#include "server/storage/names.hpp"

#include <fmt/format.h>

#include <array>
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

std::unordered_map<std::int64_t, std::string> look_up_names(Connection& db, Named kind,
                                                            const std::set<std::int64_t>& ids) {
    std::unordered_map<std::int64_t, std::string> names;
    if (ids.empty()) return names;
    const auto list = id_list(std::vector(ids.begin(), ids.end()));
    for (const auto& row : db.query_with(fmt::format("SELECT id, name FROM {} WHERE id IN ({})",
                                                     tables.at(static_cast<std::size_t>(kind)), list.marks),
                                         list.parameters))
        names[row.get<std::int64_t>("id")] = row.get<std::string>("name");
    return names;
}

}  // namespace callout::storage
