#include "server/auth/login.hpp"

#include <algorithm>

namespace callout::auth {

bool is_login(std::string_view text) {
    const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return text.size() >= 2 && good(text.front()) &&
           std::ranges::all_of(text, [&](char c) { return good(c) || c == '.' || c == '_' || c == '@' || c == '-'; });
}

}  // namespace callout::auth
