#include "server/storage/imported.hpp"

#include <fmt/format.h>

#include <bit>
#include <vector>

namespace callout::storage {
namespace {

// As many marks as the next power of two, the last key repeated: few statements for lists of any length.
Rows with_keys(Connection& db, std::string_view table, std::span<const std::string> keys) {
    std::string marks;
    std::vector<Parameter> parameters;
    for (std::size_t i = 0; i < std::bit_ceil(keys.size()); ++i) {
        marks += i == 0 ? "?" : ", ?";
        parameters.push_back(to_parameter(i < keys.size() ? keys[i] : keys.back()));
    }
    return db.query_with(fmt::format("SELECT external_key, id FROM {} WHERE external_key IN ({})", table, marks),
                         parameters);
}

}  // namespace

std::unordered_set<std::string> imported_tickets(Connection& db, std::span<const std::string> external_keys) {
    std::unordered_set<std::string> found;
    if (external_keys.empty()) return found;
    for (const auto& row : with_keys(db, "ticket", external_keys)) found.insert(row.get<std::string>(0));
    return found;
}

std::unordered_map<std::string, std::int64_t> imported_customers(Connection& db,
                                                                 std::span<const std::string> external_keys) {
    std::unordered_map<std::string, std::int64_t> found;
    if (external_keys.empty()) return found;
    for (const auto& row : with_keys(db, "customer", external_keys))
        found.emplace(row.get<std::string>(0), row.get<std::int64_t>(1));
    return found;
}

}  // namespace callout::storage
