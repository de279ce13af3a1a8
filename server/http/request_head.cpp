#include "server/http/request_head.hpp"

#include <algorithm>
#include <array>

#include "server/http/message.hpp"

namespace callout::http {
namespace {

constexpr Refusal malformed{400, "malformed_request"};
constexpr Refusal bad_header{400, "malformed_header"};
constexpr Refusal bad_framing{400, "invalid_framing"};

constexpr std::array<bool, 256> make_token_table() {
    std::array<bool, 256> table{};
    for (unsigned char c : std::string_view{"!#$%&'*+-.^_`|~0123456789"
                                            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"})
        table[c] = true;
    return table;
}

constexpr auto token_table = make_token_table();

bool is_token(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return token_table[static_cast<unsigned char>(c)]; });
}

bool is_visible(char c) {
    return c > 0x20 && c < 0x7F;
}

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 18 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host(std::string_view text) {
    constexpr std::string_view marks = ".-_:[]~%!$&'()*+,;=";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               marks.find(c) != std::string_view::npos;
    });
}

bool is_token_list(std::string_view list) {
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        const auto element = without_blanks(list.substr(0, end));
        if (!element.empty() && !is_token(element)) return false;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return true;
}

// What the headers say together about where the message ends.
struct Framing {
    bool http_1_1 = false;
    std::size_t hosts = 0;
    std::size_t lengths = 0;
    std::size_t codings = 0;

    std::optional<Refusal> take(std::string_view name, std::string_view value) {
        if (same_header_name(name, "Host")) {
            ++hosts;
            if (!is_host(value)) return Refusal{400, "invalid_host"};
        } else if (same_header_name(name, "Content-Length")) {
            ++lengths;
            if (!is_number(value)) return bad_framing;
        } else if (same_header_name(name, "Transfer-Encoding")) {
            ++codings;
            if (!same_header_name(value, "chunked")) return bad_framing;
        } else if (same_header_name(name, "Connection") || same_header_name(name, "Proxy-Connection")) {
            if (!is_token_list(value)) return bad_header;
        } else if (same_header_name(name, "Expect")) {
            if (!same_header_name(value, "100-continue")) return Refusal{417, "expectation_failed"};
        }
        return std::nullopt;
    }

    std::optional<Refusal> conclude() const {
        if (hosts > 1 || (hosts == 0 && http_1_1)) return Refusal{400, "invalid_host"};
        if (lengths > 1 || codings > 1) return bad_framing;
        if (codings == 1 && (lengths == 1 || !http_1_1)) return bad_framing;
        return std::nullopt;
    }
};

std::optional<Refusal> check_request_line(std::string_view line, const Limits& limits, Framing& framing) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return malformed;
    const auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (!is_token(line.substr(0, first))) return malformed;
    if (target.size() > limits.target_bytes) return Refusal{414, "uri_too_long"};
    if (!target.starts_with('/') || !std::ranges::all_of(target, is_visible)) return Refusal{400, "invalid_target"};
    if (!version.starts_with("HTTP/")) return malformed;
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return Refusal{505, "http_version_not_supported"};
    framing.http_1_1 = version == "HTTP/1.1";
    return std::nullopt;
}

std::optional<Refusal> check_header_line(std::string_view line, Framing& framing) {
    if (line.front() == ' ' || line.front() == '\t') return bad_header;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return bad_header;
    return framing.take(line.substr(0, colon), without_blanks(line.substr(colon + 1)));
}

std::string_view take_line(std::string_view& rest) {
    const auto end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    return line;
}

}  // namespace

tl::expected<std::optional<std::size_t>, Refusal> HeadScanner::scan(std::string_view input) {
    for (; position_ < input.size(); ++position_) {
        const auto c = static_cast<unsigned char>(input[position_]);
        const bool after_return = position_ > line_begin_ && input[position_ - 1] == '\r';
        if (c == '\n') {
            if (!after_return) return tl::unexpected{malformed};
            ++line_ends_;
            const bool empty_line = position_ == line_begin_ + 1;
            line_begin_ = position_ + 1;
            if (empty_line) return ++position_;
        } else if (after_return || (c < 0x20 && c != '\t' && c != '\r') || c == 0x7F) {
            return tl::unexpected{line_ends_ == 0 ? malformed : bad_header};
        }
    }
    return std::nullopt;
}

std::optional<Refusal> check_head(std::string_view head, const Limits& limits) {
    Framing framing;
    auto rest = head;
    if (const auto refusal = check_request_line(take_line(rest), limits, framing)) return refusal;
    std::size_t count = 0;
    for (auto line = take_line(rest); !line.empty(); line = take_line(rest)) {
        if (++count > limits.header_count) return Refusal{431, "headers_too_large"};
        if (const auto refusal = check_header_line(line, framing)) return refusal;
    }
    return framing.conclude();
}

}  // namespace callout::http
