// Files come in UTF-8, with or without a byte order mark, or in GB18030 as Chinese spreadsheets write it; everything
// behind this sees UTF-8.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dispatch/enum_names.hpp"

namespace callout::import {

enum class Encoding : std::uint8_t { utf8, gb18030 };

constexpr auto enum_names(Encoding) {
    return std::to_array<std::string_view>({"utf-8", "gb18030"});
}

// Reads the whole stream and rewinds it. UTF-8 where it is that but for single broken places, else GB18030; nothing for
// UTF-16, which nobody should have to guess.
std::optional<Encoding> detect_encoding(std::istream& stream);

// Bytes of any cut into UTF-8, without the byte order mark. A byte that means nothing comes out as 0xFF, which is no
// UTF-8 either, so that the row it stands in is recognised as broken.
class ToUtf8 {
public:
    explicit ToUtf8(Encoding encoding);
    ~ToUtf8();
    ToUtf8(const ToUtf8&) = delete;
    ToUtf8& operator=(const ToUtf8&) = delete;

    std::string take(std::string_view bytes);
    // What an end in the middle of a character leaves.
    std::string finish();

private:
    struct Converter;

    std::string without_mark(std::string text);

    std::unique_ptr<Converter> converter_;  // null for UTF-8
    std::string head_;                      // the first bytes, until it is known whether they are the mark
    bool head_done_ = false;
};

}  // namespace callout::import
