#include "server/phones/phone_number.hpp"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>

namespace callout::phones {
namespace {

using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t max_bytes = 100;
constexpr std::size_t max_extension_digits = 10;

// libphonenumber knows the English ways to write an extension, not the Chinese ones.
std::string with_extension_in_english(std::string_view text) {
    std::string english{text};
    for (const std::string_view word : {"分机号", "分机", "转"})
        if (const auto at = english.find(word); at != std::string::npos)
            return english.replace(at, word.size(), " ext. ");
    return english;
}

PhoneError error_of(PhoneNumberUtil::ErrorType error) {
    switch (error) {
        case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
            return PhoneError::unknown_country;
        case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
        case PhoneNumberUtil::TOO_SHORT_NSN:
            return PhoneError::too_short;
        case PhoneNumberUtil::TOO_LONG_NSN:
            return PhoneError::too_long;
        default:
            return PhoneError::not_a_number;
    }
}

PhoneError why_invalid(PhoneNumberUtil::ValidationResult result) {
    switch (result) {
        case PhoneNumberUtil::TOO_SHORT:
        case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
            return PhoneError::too_short;
        case PhoneNumberUtil::TOO_LONG:
            return PhoneError::too_long;
        case PhoneNumberUtil::INVALID_COUNTRY_CODE:
            return PhoneError::unknown_country;
        default:
            return PhoneError::not_in_use;
    }
}

}  // namespace

std::string_view code_of(PhoneError error) {
    constexpr std::array<std::string_view, 5> codes{"phone_not_a_number", "phone_too_short", "phone_too_long",
                                                    "phone_unknown_country", "phone_not_in_use"};
    return codes.at(static_cast<std::size_t>(error));
}

tl::expected<PhoneNumber, PhoneError> parse(std::string_view text, std::string_view default_region) {
    if (text.size() > max_bytes) return tl::unexpected{PhoneError::too_long};
    const auto& util = *PhoneNumberUtil::GetInstance();
    i18n::phonenumbers::PhoneNumber read;
    const auto error = util.Parse(with_extension_in_english(text), std::string{default_region}, &read);
    if (error != PhoneNumberUtil::NO_PARSING_ERROR) return tl::unexpected{error_of(error)};
    if (!util.IsValidNumber(read)) return tl::unexpected{why_invalid(util.IsPossibleNumberWithReason(read))};

    PhoneNumber number;
    util.Format(read, PhoneNumberUtil::E164, &number.e164);
    number.extension = read.extension();
    if (number.extension.size() > max_extension_digits) return tl::unexpected{PhoneError::too_long};
    return number;
}

std::string mask(std::string_view number) {
    constexpr std::size_t shown = 4;
    constexpr std::size_t hidden = 4;
    constexpr std::size_t shortest_with_head = 11;
    std::string masked{number};
    if (masked.size() < shortest_with_head) {
        const auto end = masked.size() - std::min<std::size_t>(masked.size(), 2);
        std::fill_n(masked.begin(), end, '*');
    } else {
        std::fill_n(masked.end() - static_cast<std::ptrdiff_t>(shown + hidden), hidden, '*');
    }
    return masked;
}

std::string reversed(std::string_view number) {
    return {number.rbegin(), number.rend()};
}

std::string digits_of(std::string_view typed) {
    std::string digits;
    for (const char c : typed) {
        if (c >= '0' && c <= '9')
            digits += c;
        else if (std::string_view{" -()+"}.find(c) == std::string_view::npos)
            return {};
    }
    return digits;
}

}  // namespace callout::phones
