// Whatever somebody types as a telephone number: a number that was accepted is E.164, is accepted again as itself, and
// its mask shows no more than it may.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "server/phones/phone_number.hpp"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace callout::phones;
    const std::string_view typed{reinterpret_cast<const char*>(data), size};
    const auto masked = mask(typed);
    require(masked.size() == typed.size());
    const auto number = parse(typed, "CN");
    if (!number) return 0;
    require(number->e164.size() <= 16 && number->e164.starts_with('+'));
    require(std::all_of(number->e164.begin() + 1, number->e164.end(), is_digit));
    require(std::ranges::all_of(number->extension, is_digit));
    const auto again = parse(number->e164, "CN");
    require(again && again->e164 == number->e164);
    return 0;
}
