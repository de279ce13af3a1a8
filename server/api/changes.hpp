// How a change reads a field into what is there: a field that is absent leaves it, null empties it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/api/fields.hpp"

namespace callout::api {

inline void take_text(Fields& fields, std::string_view name, std::string& target, std::size_t max) {
    if (fields.has(name)) target = fields.optional_text(name, {.max = max}).value_or("");
}

// A text that may not be empty, and that a new thing must have.
inline void take_required_text(Fields& fields, std::string_view name, std::string& target, std::size_t max) {
    if (target.empty() || fields.has(name)) target = fields.text(name, {.max = max});
}

inline void take_date(Fields& fields, std::string_view name, std::optional<std::string>& target) {
    if (fields.has(name)) target = fields.optional_date(name);
}

template <NamedEnum Enum>
void take_choice(Fields& fields, std::string_view name, Enum& target) {
    if (fields.has(name)) target = fields.choice<Enum>(name);
}

inline void take_flag(Fields& fields, std::string_view name, bool& target) {
    if (fields.has(name)) target = fields.flag(name);
}

// A point is whole or missing.
inline void take_point(Fields& fields, std::optional<double>& longitude, std::optional<double>& latitude) {
    if (fields.has("longitude")) longitude = fields.optional_number("longitude", -180, 180);
    if (fields.has("latitude")) latitude = fields.optional_number("latitude", -90, 90);
    if (longitude.has_value() != latitude.has_value() && (fields.has("longitude") || fields.has("latitude")))
        fields.fail(longitude ? "latitude" : "longitude", "required");
}

}  // namespace callout::api
