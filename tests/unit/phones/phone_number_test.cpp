#include "server/phones/phone_number.hpp"

#include <gtest/gtest.h>

namespace callout::phones {
namespace {

std::string e164(std::string_view text) {
    const auto number = parse(text, "CN");
    return number ? number->e164 : std::string{code_of(number.error())};
}

TEST(PhoneNumber, IsReadAsPeopleWriteIt) {
    for (const auto* text : {"13912345678", "139 1234 5678", "139-1234-5678", "+86 139 1234 5678", "0086 13912345678",
                             "8613912345678", "１３９１２３４５６７８", "  13912345678 "})
        EXPECT_EQ(e164(text), "+8613912345678") << text;
    EXPECT_EQ(e164("010-88886666"), "+861088886666");
    EXPECT_EQ(e164("(010) 8888 6666"), "+861088886666");
    EXPECT_EQ(e164("0571-88880000"), "+8657188880000");
    EXPECT_EQ(e164("0471-6100185"), "+864716100185");
    EXPECT_EQ(e164("400-810-0000"), "+864008100000");
    EXPECT_EQ(e164("+41 44 668 18 00"), "+41446681800");
}

TEST(PhoneNumber, KeepsTheExtensionBesideIt) {
    for (const auto* text : {"010-88886666转123", "010-88886666 分机 123", "010-88886666 ext. 123", "010-88886666#123",
                             "010-88886666分机号123"})
        EXPECT_EQ(parse(text, "CN"), (PhoneNumber{"+861088886666", "123"})) << text;
}

TEST(PhoneNumber, OfAnotherRegionIsReadByThatRegionsRules) {
    EXPECT_EQ(parse("415 252 3804", "US"), (PhoneNumber{"+14152523804", ""}));
}

TEST(PhoneNumber, SaysWhyItCannotBeOne) {
    EXPECT_EQ(e164(""), "phone_not_a_number");
    EXPECT_EQ(e164("anonymous"), "phone_not_a_number");
    EXPECT_EQ(e164("转"), "phone_not_a_number");
    EXPECT_EQ(e164("110"), "phone_too_short");
    EXPECT_EQ(e164("+999 123456"), "phone_unknown_country");
    EXPECT_EQ(e164("1391234567"), "phone_not_in_use");
    EXPECT_EQ(e164("139123456781391234567813"), "phone_too_long");
    EXPECT_EQ(e164(std::string(100'000, '1')), "phone_too_long");
    EXPECT_EQ(e164("\xff\xfe"), "phone_not_a_number");
}

TEST(PhoneNumber, IsMaskedInItsMiddle) {
    EXPECT_EQ(mask("+8613912345678"), "+86139****5678");
    EXPECT_EQ(mask("+861088886666"), "+8610****6666");
    EXPECT_EQ(mask("95598"), "***98");
    EXPECT_EQ(mask(""), "");
}

TEST(PhoneNumber, TailIsAPrefixOfItsReverse) {
    EXPECT_EQ(reversed("+8613912345678"), "8765432193168+");
    EXPECT_EQ(digits_of("1234-5678"), "12345678");
    EXPECT_EQ(digits_of("李雷 1234"), "");
}

}  // namespace
}  // namespace callout::phones
