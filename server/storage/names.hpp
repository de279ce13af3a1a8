// The names of people, units and other things, for showing what refers to them by id.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>

#include "dispatch/enum_names.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

// Empty when there is no such user or unit.
std::string user_name(Connection& db, std::int64_t user_id);
std::string unit_name(Connection& db, std::int64_t unit_id);

enum class Named : std::uint8_t { user, unit, customer, product, fault, token };

constexpr auto enum_names(Named) {
    return std::to_array<std::string_view>({"user", "unit", "customer", "product", "fault", "token"});
}

// Of those of these things that there are.
std::unordered_map<std::int64_t, std::string> look_up_names(Connection& db, Named kind,
                                                            const std::set<std::int64_t>& ids);

}  // namespace callout::storage
