// What may be a login: it is typed every morning and shown everywhere.
#pragma once

#include <string_view>

namespace callout::auth {

// At least two characters, lower-case ASCII letters, digits, and . _ @ - after a letter or digit.
bool is_login(std::string_view text);

}  // namespace callout::auth
