// Names from a file as keys that fit their column.
#pragma once

#include <string>
#include <string_view>

namespace callout::import {

// The text, or when it has more bytes than the column takes its beginning with a hash of the whole: two long names that
// begin alike stay two.
std::string shortened(std::string_view text, std::size_t max_bytes);

}  // namespace callout::import
