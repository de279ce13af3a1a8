#include "server/import/text_encoding.hpp"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>

#include "dispatch/text.hpp"

namespace callout::import {
namespace {

constexpr std::string_view mark = "\xEF\xBB\xBF";
constexpr std::size_t chunk_bytes = std::size_t{64} * 1024;
// A UTF-8 file with single broken places is still one; GB18030 read as UTF-8 is broken nearly everywhere.
constexpr std::uint64_t whole_for_one_broken = 10;

struct Census {
    std::uint64_t whole = 0;   // sequences of several bytes
    std::uint64_t broken = 0;  // bytes that fit nowhere
};

// Counts up to the last three bytes, which may be the beginning of a sequence, and answers where it stopped.
std::size_t count(std::string_view text, bool at_end, Census& census) {
    std::size_t at = 0;
    while (at < text.size() && (at_end || text.size() - at > 3)) {
        const auto length = utf8_sequence(text.substr(at));
        if (length == 0) ++census.broken;
        if (length > 1) ++census.whole;
        at += std::max<std::size_t>(length, 1);
    }
    return at;
}

}  // namespace

std::optional<Encoding> detect_encoding(std::istream& stream) {
    Census census;
    std::string rest;
    std::string chunk(chunk_bytes, '\0');
    bool first = true;
    bool marked = false;
    while (stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || stream.gcount() > 0) {
        rest.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
        if (first && (rest.starts_with("\xFF\xFE") || rest.starts_with("\xFE\xFF"))) return std::nullopt;
        if (first) marked = rest.starts_with(mark);
        first = false;
        rest.erase(0, count(rest, false, census));
    }
    count(rest, true, census);
    stream.clear();
    stream.seekg(0);
    if (marked || census.broken * whole_for_one_broken <= census.whole) return Encoding::utf8;
    return Encoding::gb18030;
}

struct ToUtf8::Converter {
    iconv_t handle = iconv_open("UTF-8", "GB18030");
    std::string rest;

    Converter() {
        // NOLINTNEXTLINE(performance-no-int-to-ptr): POSIX says no with this number.
        if (handle == reinterpret_cast<iconv_t>(-1)) throw std::runtime_error{"iconv does not know GB18030"};
    }

    ~Converter() { iconv_close(handle); }

    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    std::string convert(std::string_view bytes) {
        rest += bytes;
        std::string text;
        std::array<char, 4096> out{};
        char* in = rest.data();
        std::size_t in_left = rest.size();
        while (in_left > 0) {
            char* to = out.data();
            std::size_t out_left = out.size();
            const auto result = iconv(handle, &in, &in_left, &to, &out_left);
            text.append(out.data(), out.size() - out_left);
            if (result != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
            if (errno == EINVAL) break;  // a character that is not whole yet
            text += '\xFF';
            ++in;
            --in_left;
        }
        rest.erase(0, rest.size() - in_left);
        return text;
    }
};

ToUtf8::ToUtf8(Encoding encoding)
    : converter_{encoding == Encoding::gb18030 ? std::make_unique<Converter>() : nullptr} {}

ToUtf8::~ToUtf8() = default;

std::string ToUtf8::without_mark(std::string text) {
    if (head_done_) return text;
    head_ += text;
    if (head_.size() < mark.size() && mark.starts_with(head_)) return {};
    head_done_ = true;
    return head_.starts_with(mark) ? head_.substr(mark.size()) : std::move(head_);
}

std::string ToUtf8::take(std::string_view bytes) {
    return without_mark(converter_ ? converter_->convert(bytes) : std::string{bytes});
}

std::string ToUtf8::finish() {
    std::string end = head_done_ ? "" : std::move(head_);
    head_done_ = true;
    if (converter_) end.append(converter_->rest.size(), '\xFF');
    return end;
}

}  // namespace callout::import
