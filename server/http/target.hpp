// What comes out of here is valid UTF-8 without control characters in paths, and a path has one spelling: no "." or
// ".." segments, no encoded slashes, nothing decoded twice.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "server/http/request_head.hpp"

namespace callout::http {

using Parameters = std::vector<std::pair<std::string, std::string>>;

struct Target {
    std::string path;
    Parameters query;
};

// Decodes an origin-form target ("/path?query"). Refuses with 400 invalid_target.
tl::expected<Target, Refusal> parse_target(std::string_view target);

// Decodes application/x-www-form-urlencoded, '+' being a blank; nothing when an escape is broken or the result is not
// UTF-8 or holds NUL.
std::optional<Parameters> parse_form(std::string_view encoded);

}  // namespace callout::http
