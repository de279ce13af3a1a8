// The words a customer is described with.
#pragma once

#include <cstdint>

#include "dispatch/enum_names.hpp"

namespace callout::dispatch {

enum class CustomerKind : std::uint8_t { person, company };

constexpr auto enum_names(CustomerKind) {
    return std::to_array<std::string_view>({"person", "company"});
}

enum class CustomerTier : std::uint8_t { standard, silver, gold };

constexpr auto enum_names(CustomerTier) {
    return std::to_array<std::string_view>({"standard", "silver", "gold"});
}

}  // namespace callout::dispatch
