// Text that may be longer than its column.
#pragma once

#include <cstddef>
#include <string_view>

namespace callout::storage {

// The beginning of it: at most so many code points, never the half of one.
inline std::string_view cut(std::string_view utf8, std::size_t code_points) {
    std::size_t seen = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(utf8[i]) & 0xC0) != 0x80;
        if (begins && seen++ == code_points) return utf8.substr(0, i);
    }
    return utf8;
}

}  // namespace callout::storage
