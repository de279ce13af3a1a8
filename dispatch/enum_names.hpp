// Every enum of the domain has exactly one name per value: the word that stands in SQL, in JSON and in TypeScript.
//
// An enum takes part by having a function beside it that lists the names in the order of its values (0, 1, 2 …):
//     enum class Urgency : std::uint8_t { normal, urgent };
//     constexpr auto enum_names(Urgency) { return std::to_array<std::string_view>({"normal", "urgent"}); }
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace callout {

template <typename Enum>
concept NamedEnum = std::is_enum_v<Enum> && requires(Enum value) {
    { enum_names(value)[0] } -> std::convertible_to<std::string_view>;
};

template <NamedEnum Enum>
inline constexpr auto names_of = enum_names(Enum{});

template <NamedEnum Enum>
inline constexpr std::size_t value_count = names_of<Enum>.size();

// All values in their order, for loops.
template <NamedEnum Enum>
inline constexpr std::array<Enum, value_count<Enum>> all_values = [] {
    std::array<Enum, value_count<Enum>> values{};
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<Enum>(i);
    return values;
}();

// The name of a value. A value outside the enum's range is a programming error and throws std::out_of_range.
template <NamedEnum Enum>
constexpr std::string_view to_string(Enum value) {
    return names_of<Enum>.at(static_cast<std::size_t>(value));
}

// The value with exactly this name (case matters), or nothing.
template <NamedEnum Enum>
constexpr std::optional<Enum> parse(std::string_view name) {
    for (const Enum value : all_values<Enum>)
        if (names_of<Enum>[static_cast<std::size_t>(value)] == name) return value;
    return std::nullopt;
}

}  // namespace callout
