// Text as people and files bring it. Everything kept is UTF-8; bytes from outside are looked at first.
#pragma once

#include <string>
#include <string_view>

namespace callout {

// The length in bytes of the well-formed sequence at the beginning of a text that is not empty; 0 when it is none
// (Unicode 15, table 3-7: no over-long forms, no surrogates, nothing beyond U+10FFFF).
std::size_t utf8_sequence(std::string_view text);

// How many bytes at the beginning are well-formed; all of them in UTF-8.
std::size_t utf8_prefix(std::string_view text);

bool is_utf8(std::string_view text);

std::size_t code_points(std::string_view utf8);

// The beginning, as much as has room, cut between characters.
std::string_view cut_to_bytes(std::string_view utf8, std::size_t max);
std::string_view cut_to_code_points(std::string_view utf8, std::size_t max);

// Without the blanks, tabs and line ends around it.
std::string_view trimmed(std::string_view text);

// Any but tabs and line ends.
bool has_control_character(std::string_view text);

// Of A to Z only, whatever the locale.
std::string lower_case(std::string_view text);

}  // namespace callout
