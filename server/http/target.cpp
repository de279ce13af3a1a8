#include "server/http/target.hpp"

#include <algorithm>
#include <cstddef>

#include "dispatch/text.hpp"

namespace callout::http {
namespace {

int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::string> percent_decode(std::string_view encoded, bool plus_is_blank) {
    std::string decoded;
    decoded.reserve(encoded.size());
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        char c = encoded[i];
        if (c == '%') {
            if (i + 2 >= encoded.size()) return std::nullopt;
            const int high = hexadecimal(encoded[i + 1]);
            const int low = hexadecimal(encoded[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        decoded.push_back(c);
    }
    return decoded;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

std::optional<std::string> decode_segment(std::string_view encoded) {
    auto segment = percent_decode(encoded, false);
    if (!segment || *segment == "." || *segment == ".." || segment->find_first_of("/\\") != std::string::npos ||
        std::ranges::any_of(*segment, is_control) || !is_utf8(*segment))
        return std::nullopt;
    return segment;
}

std::optional<std::string> decode_path(std::string_view encoded) {
    std::string path;
    path.reserve(encoded.size());
    while (!encoded.empty()) {
        encoded.remove_prefix(1);
        const auto end = std::min(encoded.find('/'), encoded.size());
        const auto segment = decode_segment(encoded.substr(0, end));
        if (!segment) return std::nullopt;
        path += '/';
        path += *segment;
        encoded.remove_prefix(end);
    }
    return path;
}

std::optional<std::string> decode_form_word(std::string_view encoded) {
    auto word = percent_decode(encoded, true);
    if (!word || word->find('\0') != std::string::npos || !is_utf8(*word)) return std::nullopt;
    return word;
}

}  // namespace

std::optional<Parameters> parse_form(std::string_view encoded) {
    Parameters parameters;
    while (!encoded.empty()) {
        const auto end = std::min(encoded.find('&'), encoded.size());
        const auto pair = encoded.substr(0, end);
        encoded.remove_prefix(std::min(end + 1, encoded.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = decode_form_word(pair.substr(0, equals));
        auto value = decode_form_word(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value) return std::nullopt;
        parameters.emplace_back(std::move(*name), std::move(*value));
    }
    return parameters;
}

tl::expected<Target, Refusal> parse_target(std::string_view target) {
    const auto refused = tl::unexpected{Refusal{400, "invalid_target"}};
    const auto outside = [](char c) { return c == '#' || static_cast<unsigned char>(c - 0x21) > 0x7E - 0x21; };
    if (!target.starts_with('/') || std::ranges::any_of(target, outside)) return refused;
    const auto mark = std::min(target.find('?'), target.size());
    auto path = decode_path(target.substr(0, mark));
    if (!path) return refused;
    auto query = parse_form(target.substr(std::min(mark + 1, target.size())));
    if (!query) return refused;
    return Target{std::move(*path), std::move(*query)};
}

}  // namespace callout::http
