#include "server/api/parameters.hpp"

#include <charconv>
#include <limits>

#include "dispatch/rfc3339.hpp"

namespace callout::api {

const std::string* Parameters::find(std::string_view name) {
    asked_.emplace_back(name);
    const auto found =
        std::ranges::find(query_, name, [](const auto& entry) -> std::string_view { return entry.first; });
    return found == query_.end() || found->second.empty() ? nullptr : &found->second;
}

void Parameters::fail(std::string_view name, std::string_view code) {
    errors_.push_back({"?" + std::string{name}, std::string{code}});
}

std::string Parameters::text(std::string_view name, std::size_t max) {
    const auto* value = find(name);
    if (!value) return "";
    if (value->size() > max) {
        fail(name, "too_long");
        return "";
    }
    return *value;
}

std::optional<std::int64_t> Parameters::integer(std::string_view name, std::int64_t min, std::int64_t max) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    std::int64_t integer = 0;
    const auto [rest, error] = std::from_chars(value->data(), value->data() + value->size(), integer);
    if (error != std::errc{} || rest != value->data() + value->size()) {
        fail(name, "not_an_integer");
    } else if (integer < min || integer > max) {
        fail(name, "out_of_range");
    } else {
        return integer;
    }
    return std::nullopt;
}

std::optional<std::int64_t> Parameters::id(std::string_view name) {
    return integer(name, 1, std::numeric_limits<std::int64_t>::max());
}

std::optional<bool> Parameters::flag(std::string_view name) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    if (*value != "true" && *value != "false") {
        fail(name, "not_a_boolean");
        return std::nullopt;
    }
    return *value == "true";
}

std::optional<Instant> Parameters::instant(std::string_view name) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    const auto instant = parse_rfc3339(*value);
    if (!instant) fail(name, "not_a_time");
    return instant;
}

Page Parameters::page() {
    Page page;
    page.cursor = id("cursor");
    page.limit = integer("limit", 1, 200).value_or(page.limit);
    return page;
}

std::vector<std::string> Parameters::words(std::string_view name) {
    asked_.emplace_back(name);
    std::vector<std::string> words;
    for (const auto& [key, value] : query_) {
        if (key != name) continue;
        for (std::size_t from = 0; from <= value.size();) {
            const auto comma = std::min(value.find(',', from), value.size());
            if (comma > from) words.push_back(value.substr(from, comma - from));
            from = comma + 1;
        }
    }
    return words;
}

std::optional<Problem> Parameters::problem() {
    for (const auto& [name, value] : query_)
        if (std::ranges::find(asked_, name) == asked_.end()) fail(name, "unknown_parameter");
    if (errors_.empty()) return std::nullopt;
    return Problem{.status = 422, .code = "invalid_input", .errors = errors_};
}

}  // namespace callout::api
