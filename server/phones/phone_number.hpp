// Telephone numbers are kept in E.164 (+8613912345678) with the extension beside them; what people write is parsed
// once, at the edge. libphonenumber is an affair of the .cpp alone.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace callout::phones {

struct PhoneNumber {
    std::string e164;
    std::string extension;  // digits; empty when there is none

    friend bool operator==(const PhoneNumber&, const PhoneNumber&) = default;
};

enum class PhoneError {
    not_a_number,     // no telephone number can be read in it
    too_short,        // too few digits, or a local number without its area code
    too_long,         // too many digits
    unknown_country,  // the country code does not exist
    not_in_use,       // of the right length, but no such range of numbers is in use
};

// The stable word for an error, as it stands in an answer: phone_not_a_number, phone_too_short ...
std::string_view code_of(PhoneError error);

// Reads a number as people write it: with or without country code (then that of the region, "CN"), with spaces, dashes,
// brackets, full-width digits, and an extension after "ext.", "#", "转" or "分机". At most 100 bytes are looked at;
// more is too_long.
tl::expected<PhoneNumber, PhoneError> parse(std::string_view text, std::string_view default_region);

// For those who may not see it: the four digits before the last four are hidden (+86139****5678); of a short number
// everything but the last two digits.
std::string mask(std::string_view number);

// Back to front, so that a tail is a prefix and an index finds it.
std::string reversed(std::string_view number);

// The digits of what somebody typed to look a number up ("138-1234" -> "1381234"); empty when it holds anything but
// digits, spaces, dashes, brackets and a plus.
std::string digits_of(std::string_view typed);

}  // namespace callout::phones
