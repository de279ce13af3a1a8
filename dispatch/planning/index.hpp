// Crews, jobs and requests are numbered by int, with -1 for none; what is kept of each lies in a vector.
#pragma once

#include <cstddef>

namespace callout::planning {

// `number` as an index: it must not be negative.
constexpr std::size_t index(int number) {
    return static_cast<std::size_t>(number);
}

}  // namespace callout::planning
