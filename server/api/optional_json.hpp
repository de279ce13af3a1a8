// What may be missing, as JSON writes it: null.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <type_traits>

#include "dispatch/enum_names.hpp"
#include "dispatch/rfc3339.hpp"

namespace callout::api {

inline boost::json::value to_json(const std::optional<Instant>& instant) {
    return instant ? boost::json::value(to_rfc3339(*instant)) : boost::json::value(nullptr);
}

inline boost::json::value to_json(const std::optional<std::string>& text) {
    return text ? boost::json::value(*text) : boost::json::value(nullptr);
}

template <class Number>

requires std::is_arithmetic_v<Number> boost::json::value to_json(const std::optional<Number>& number) {
    return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

template <NamedEnum Enum>
boost::json::value to_json(const std::optional<Enum>& value) {
    return value ? boost::json::value(to_string(*value)) : boost::json::value(nullptr);
}

}  // namespace callout::api
