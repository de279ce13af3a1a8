// The names of people, units and other things, for showing what refers to them by id.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

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

// The names of many things, looked up together.
class Names {
public:
    // Notes what look_up() shall find; nothing for what there is none of.
    void ask(Named kind, std::optional<std::int64_t> id);
    // One statement for each kind that was asked for.
    void look_up(Connection& db);
    // Empty when there is no such thing, or it was not asked for.
    std::string of(Named kind, std::optional<std::int64_t> id) const;

private:
    std::array<std::map<std::int64_t, std::string>, value_count<Named>> names_;
};

}  // namespace callout::storage
