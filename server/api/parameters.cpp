#include "server/api/parameters.hpp"

#include <charconv>
#include <limits>

#include "dispatch/rfc3339.hpp"

namespace callout::api {
namespace {

constexpr std::int64_t max_limit = 200;

}  // namespace

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

std::int64_t Parameters::limit() {
    return integer("limit", 1, max_limit).value_or(Page{}.limit);
}

Page Parameters::page() {
    Page page;
    page.cursor = id("cursor");
    page.limit = limit();
    return page;
}

bool Parameters::is(std::string_view name, std::string_view value) {
    const auto* found = find(name);
    return found && *found == value;
}

std::vector<std::int64_t> Parameters::ids(std::string_view name) {
    std::vector<std::int64_t> ids;
    for (const auto& word : words(name)) {
        std::int64_t id = 0;
        const auto [rest, error] = std::from_chars(word.data(), word.data() + word.size(), id);
        if (error != std::errc{} || rest != word.data() + word.size() || id <= 0) fail(name, "not_an_integer");
        ids.push_back(id);
    }
    if (std::ssize(ids) > max_limit) fail(name, "too_many");
    return ids;
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
