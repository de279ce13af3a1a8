// Every code an answer may carry, said in Chinese and in English: what happened and what to do next.
#pragma once

#include <string_view>

namespace callout::api {

// The text for a code; the code itself when none is written. May hold {name} for a value of the problem.
std::string_view message(std::string_view code, std::string_view language);

}  // namespace callout::api
