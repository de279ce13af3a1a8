// The languages Callout speaks to people.
#pragma once

#include <optional>
#include <string>

#include "server/api/fields.hpp"

namespace callout::api {

// Reads the field `language`: zh, en, or nothing when it is not there.
inline std::optional<std::string> read_language(Fields& fields) {
    auto language = fields.optional_text("language", {.max = 8});
    if (language && *language != "zh" && *language != "en") fields.fail("language", "unknown_value");
    return language;
}

}  // namespace callout::api
