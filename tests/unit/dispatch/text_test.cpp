#include "dispatch/text.hpp"

#include <gtest/gtest.h>

namespace callout {
namespace {

TEST(Text, KnowsRareHanAndEmojiForUtf8) {
    EXPECT_TRUE(is_utf8("柴油机 𠮷 🚜"));
    EXPECT_TRUE(is_utf8("\xF4\x8F\xBF\xBF"));
    EXPECT_TRUE(is_utf8(""));
}

TEST(Text, TakesNothingBrokenOverLongOrOutOfRangeForUtf8) {
    for (const auto* text : {"\x80", "\xE5\xB7", "\xE5\xB7 ", "\xC0\xAF", "\xE0\x80\x80", "\xF0\x80\x80\x80",
                             "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"})
        EXPECT_FALSE(is_utf8(text)) << ::testing::PrintToString(std::string{text});
}

TEST(Text, SaysHowFarItIsUtf8) {
    EXPECT_EQ(utf8_prefix("柴油\xFF"), 6U);
    EXPECT_EQ(utf8_prefix("\xFF"), 0U);
    EXPECT_EQ(utf8_prefix("柴"), 3U);
}

TEST(Text, CountsCharactersNotBytes) {
    EXPECT_EQ(code_points("柴油机 🚜"), 5U);
    EXPECT_EQ(code_points(""), 0U);
}

TEST(Text, IsCutBetweenCharacters) {
    EXPECT_EQ(cut_to_bytes("柴油机", 9), "柴油机");
    EXPECT_EQ(cut_to_bytes("柴油机", 8), "柴油");
    EXPECT_EQ(cut_to_bytes("柴油机", 2), "");
    EXPECT_EQ(cut_to_code_points("柴油机", 3), "柴油机");
    EXPECT_EQ(cut_to_code_points("柴油机", 2), "柴油");
    EXPECT_EQ(cut_to_code_points("柴油机", 0), "");
}

TEST(Text, LosesTheWhiteAroundItOnly) {
    EXPECT_EQ(trimmed(" \t a b\r\n"), "a b");
    EXPECT_EQ(trimmed(" \r\n"), "");
}

TEST(Text, MayHaveTabsAndLineEndsButNoOtherControlCharacter) {
    EXPECT_FALSE(has_control_character("a\tb\r\nc 柴"));
    EXPECT_TRUE(has_control_character("a\x1B[0m"));
    EXPECT_TRUE(has_control_character("\x7F"));
    EXPECT_TRUE(has_control_character(std::string_view{"\0", 1}));
}

TEST(Text, IsPutInLowerCaseByItsLatinLettersAlone) {
    EXPECT_EQ(lower_case("Agent.Ö柴Z@["), "agent.Ö柴z@[");
}

}  // namespace
}  // namespace callout
