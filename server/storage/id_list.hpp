// Ids for an IN (…), bound. The number of marks is rounded up to a power of two (the last id is repeated), so that
// lists of any length prepare only a handful of statements.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "server/storage/value.hpp"

namespace callout::storage {

struct IdList {
    std::string marks;  // "?, ?, ?, ?"; "NULL" for an empty list, which is in nothing
    std::vector<Parameter> parameters;
};

inline IdList id_list(std::span<const std::int64_t> ids) {
    if (ids.empty()) return {"NULL", {}};
    IdList list;
    const auto marks = std::bit_ceil(ids.size());
    for (std::size_t i = 0; i < marks; ++i) {
        list.marks += i == 0 ? "?" : ", ?";
        list.parameters.push_back(to_parameter(ids[i < ids.size() ? i : ids.size() - 1]));
    }
    return list;
}

}  // namespace callout::storage
