// Names a request in answers and logs; safe to print, never longer than 64 characters.
#pragma once

#include <string>
#include <string_view>

namespace callout::http {

// The proposed id when it is 1 to 64 characters of [A-Za-z0-9_-], else a random one.
std::string request_id(std::string_view proposed);

}  // namespace callout::http
