// Lists of ids: as parameters of a statement, and as columns keep them.
#pragma once

#include <bit>
#include <charconv>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/storage/value.hpp"

namespace callout::storage {

// Ids for an IN (…), bound. The number of marks is rounded up to a power of two (the last id is repeated), so that
// lists of any length prepare only a handful of statements.
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

// The ids of "/1/4/23/" or ",7,12,": each stands between two separators of one character. Ends at what is no id.
inline std::vector<std::int64_t> ids_between_separators(std::string_view text) {
    std::vector<std::int64_t> ids;
    while (!text.empty()) {
        text.remove_prefix(1);  // the separator
        std::int64_t id = 0;
        const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), id);
        if (error != std::errc{}) break;
        ids.push_back(id);
        text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    }
    return ids;
}

}  // namespace callout::storage
