#include "server/http/message.hpp"

#include <algorithm>

namespace callout::http {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool same_header_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view without_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_media_type(std::string_view content_type, std::string_view media_type) {
    const auto named = content_type.substr(0, content_type.find_first_of("; \t"));
    return std::ranges::equal(named, media_type, {}, lower, lower);
}

std::string_view to_string(Verb verb) {
    switch (verb) {
        case Verb::get:
            return "GET";
        case Verb::head:
            return "HEAD";
        case Verb::post:
            return "POST";
        case Verb::put:
            return "PUT";
        case Verb::patch:
            return "PATCH";
        case Verb::del:
            return "DELETE";
        case Verb::options:
            return "OPTIONS";
    }
    return "";
}

std::string_view find_header(const std::vector<Header>& headers, std::string_view name) {
    const auto found =
        std::ranges::find_if(headers, [&](const Header& header) { return same_header_name(header.name, name); });
    return found == headers.end() ? std::string_view{} : std::string_view{found->value};
}

std::string_view Request::parameter(std::string_view name) const {
    const auto found =
        std::ranges::find(query, name, [](const auto& entry) -> std::string_view { return entry.first; });
    return found == query.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace callout::http
