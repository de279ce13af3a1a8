// Text from outside as a LIKE pattern: its own % and _ stand for themselves.
#pragma once

#include <string>
#include <string_view>

namespace callout::storage {

inline std::string like_escaped(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

inline std::string beginning_with(std::string_view text) {
    return like_escaped(text) + '%';
}

inline std::string containing(std::string_view text) {
    return '%' + like_escaped(text) + '%';
}

}  // namespace callout::storage
