#include "server/http/compression.hpp"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

#include "server/http/message.hpp"

namespace callout::http {
namespace {

std::string_view take_until(std::string_view& rest, char mark) {
    const auto end = std::min(rest.find(mark), rest.size());
    const auto taken = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return without_blanks(taken);
}

// "q=0", "q=0.0", "q=0.000"
bool is_zero_weight(std::string_view parameter) {
    if (!same_header_name(parameter.substr(0, 2), "q=")) return false;
    return parameter.find_first_not_of("0.", 2) == std::string_view::npos;
}

// The compressor of a thread is made once: its tables are 256 KiB.
class Deflater {
public:
    Deflater() {
        constexpr int gzip_window = 15 + 16;
        if (deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::runtime_error("zlib cannot be initialised");
    }

    ~Deflater() { deflateEnd(&stream_); }

    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    std::optional<std::string> compress(std::string_view content) {
        deflateReset(&stream_);
        std::string compressed(content.size(), '\0');
        // zlib reads through a pointer that is not const and does not write.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
        stream_.avail_in = static_cast<uInt>(content.size());
        stream_.next_out = reinterpret_cast<Bytef*>(compressed.data());
        stream_.avail_out = static_cast<uInt>(compressed.size());
        if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) return std::nullopt;
        compressed.resize(stream_.total_out);
        return compressed;
    }

private:
    z_stream stream_{};
};

}  // namespace

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
    bool by_star = false;
    while (!accept_encoding.empty()) {
        auto entry = take_until(accept_encoding, ',');
        const auto name = take_until(entry, ';');
        const bool refused = is_zero_weight(without_blanks(entry));
        if (same_header_name(name, coding)) return !refused;
        if (name == "*") by_star = !refused;
    }
    return by_star;
}

std::optional<std::string> gzip(std::string_view content) {
    static thread_local Deflater deflater;
    return deflater.compress(content);
}

}  // namespace callout::http
