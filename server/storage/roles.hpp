// The roles of an account as a statement answers them: one text, joined by commas.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "dispatch/organisation/permissions.hpp"

namespace callout::storage {

// In the order of the enum. A word that is no role (of a later version) is left out: it gives no permission.
inline std::vector<dispatch::Role> split_roles(std::string_view joined) {
    std::vector<dispatch::Role> roles;
    while (!joined.empty()) {
        const auto comma = std::min(joined.find(','), joined.size());
        if (const auto role = parse<dispatch::Role>(joined.substr(0, comma))) roles.push_back(*role);
        joined.remove_prefix(std::min(comma + 1, joined.size()));
    }
    std::ranges::sort(roles);
    return roles;
}

}  // namespace callout::storage
