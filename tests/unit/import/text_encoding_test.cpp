#include "server/import/text_encoding.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "dispatch/text.hpp"

namespace callout::import {
namespace {

// "客户,电话" and "发动机冒黑烟" in GB18030.
const std::string gb_header = "\xBF\xCD\xBB\xA7,\xB5\xE7\xBB\xB0";
const std::string gb_text = "\xB7\xA2\xB6\xAF\xBB\xFA\xC3\xB0\xBA\xDA\xD1\xCC";

std::optional<Encoding> detect(const std::string& bytes) {
    std::istringstream stream{bytes};
    const auto encoding = detect_encoding(stream);
    EXPECT_TRUE(!encoding || stream.tellg() == std::streampos{0});
    return encoding;
}

std::string converted(Encoding encoding, std::string_view bytes, std::size_t chunk) {
    ToUtf8 to_utf8{encoding};
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += chunk) text += to_utf8.take(bytes.substr(at, chunk));
    return text + to_utf8.finish();
}

TEST(TextEncoding, IsRecognised) {
    EXPECT_EQ(detect("name,phone\n"), Encoding::utf8);
    EXPECT_EQ(detect(""), Encoding::utf8);
    EXPECT_EQ(detect("客户,电话\n𠮷野家,😀\n"), Encoding::utf8);
    EXPECT_EQ(detect("\xEF\xBB\xBFname\n"), Encoding::utf8);
    EXPECT_EQ(detect(gb_header + "\n" + gb_text + "\n"), Encoding::gb18030);
    EXPECT_EQ(detect("\xFF\xFEn\0"), std::nullopt);
}

TEST(TextEncoding, OfUtf8WithOneBrokenPlaceIsStillUtf8) {
    EXPECT_EQ(detect("客户电话发动机冒黑烟地址\xFF北京上海\n"), Encoding::utf8);
}

TEST(TextEncoding, IsConvertedHoweverTheBytesAreCut) {
    for (const std::size_t chunk : {1U, 2U, 3U, 100U}) {
        EXPECT_EQ(converted(Encoding::gb18030, gb_header + "\n" + gb_text, chunk), "客户,电话\n发动机冒黑烟");
        EXPECT_EQ(converted(Encoding::utf8, "\xEF\xBB\xBF客户", chunk), "客户");
        EXPECT_EQ(converted(Encoding::utf8, "a", chunk), "a");
    }
    // Four bytes: U+20BB7, outside the basic plane.
    EXPECT_EQ(converted(Encoding::gb18030, "\x95\x34\xB2\x35", 3), "𠮷");
}

TEST(TextEncoding, MarksWhatMeansNothing) {
    EXPECT_FALSE(is_utf8(converted(Encoding::gb18030,
                                   "a\xFF\xFF"
                                   "b",
                                   100)));
    EXPECT_FALSE(is_utf8(converted(Encoding::gb18030, "a\xB7", 100)));
}

}  // namespace
}  // namespace callout::import
