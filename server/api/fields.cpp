#include "server/api/fields.hpp"

#include <algorithm>

#include "dispatch/rfc3339.hpp"
#include "dispatch/text.hpp"

namespace callout::api {
namespace {

namespace json = boost::json;

const json::object empty_object;

bool is_date(std::string_view text) {
    return text.size() == 10 && parse_rfc3339(std::string{text} + "T00:00:00Z");
}

// One step of a JSON pointer (RFC 6901, 3).
std::string escaped(std::string_view name) {
    std::string step = "/";
    for (const char c : name) {
        if (c == '~')
            step += "~0";
        else if (c == '/')
            step += "~1";
        else
            step += c;
    }
    return step;
}

std::optional<std::int64_t> to_integer(const json::value& value) {
    if (value.is_int64()) return value.get_int64();
    if (value.is_uint64() && value.get_uint64() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return static_cast<std::int64_t>(value.get_uint64());
    return std::nullopt;
}

}  // namespace

Fields::Fields(const json::value& value, std::string pointer, std::shared_ptr<std::vector<FieldError>> errors)
    : object_{value.is_object() ? &value.get_object() : &empty_object},
      pointer_{std::move(pointer)},
      errors_{std::move(errors)} {
    if (!value.is_object()) errors_->push_back({pointer_, "not_an_object"});
}

std::string Fields::pointer_to(std::string_view name) const {
    return pointer_ + escaped(name);
}

void Fields::fail(std::string_view name, std::string_view code) {
    fail_at(pointer_to(name), code);
}

void Fields::fail_at(std::string pointer, std::string_view code) {
    errors_->push_back({std::move(pointer), std::string{code}});
}

bool Fields::failed(std::string_view name) const {
    return std::ranges::find(*errors_, pointer_to(name), &FieldError::pointer) != errors_->end();
}

bool Fields::has(std::string_view name) const {
    return object_->contains(name);
}

const json::value* Fields::find(std::string_view name) {
    if (std::ranges::find(asked_, name) == asked_.end()) asked_.emplace_back(name);
    const auto* value = object_->if_contains(name);
    return value && !value->is_null() ? value : nullptr;
}

const json::value* Fields::require(std::string_view name) {
    const auto* value = find(name);
    if (!value) fail(name, "required");
    return value;
}

std::optional<std::string> Fields::checked_text(const json::value& value, const std::string& pointer, TextRule rule) {
    if (!value.is_string()) {
        fail_at(pointer, "not_text");
        return std::nullopt;
    }
    const auto& string = value.get_string();
    const std::string_view text = trimmed({string.data(), string.size()});
    const auto length = code_points(text);
    if (has_control_character(text)) {
        fail_at(pointer, "control_character");
    } else if (length < rule.min) {
        fail_at(pointer, length == 0 ? "required" : "too_short");
    } else if (length > rule.max) {
        fail_at(pointer, "too_long");
    } else {
        return std::string{text};
    }
    return std::nullopt;
}

std::string Fields::text(std::string_view name, TextRule rule) {
    const auto* value = require(name);
    return value ? checked_text(*value, pointer_to(name), rule).value_or("") : "";
}

std::optional<std::string> Fields::optional_text(std::string_view name, TextRule rule) {
    const auto* value = find(name);
    return value ? checked_text(*value, pointer_to(name), {.min = 0, .max = rule.max}) : std::nullopt;
}

std::int64_t Fields::integer(std::string_view name, std::int64_t min, std::int64_t max) {
    return require(name) ? optional_integer(name, min, max).value_or(min) : min;
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view name, std::int64_t min, std::int64_t max) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    const auto integer = to_integer(*value);
    if (!integer) {
        fail(name, "not_an_integer");
    } else if (*integer < min || *integer > max) {
        fail(name, "out_of_range");
    } else {
        return integer;
    }
    return std::nullopt;
}

std::optional<std::int64_t> Fields::optional_id(std::string_view name) {
    return optional_integer(name, 1, std::numeric_limits<std::int64_t>::max());
}

double Fields::number(std::string_view name, double min, double max) {
    return require(name) ? optional_number(name, min, max).value_or(min) : min;
}

std::optional<double> Fields::optional_number(std::string_view name, double min, double max) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    if (!value->is_number()) {
        fail(name, "not_a_number");
        return std::nullopt;
    }
    const auto number = value->to_number<double>();
    if (number >= min && number <= max) return number;
    fail(name, "out_of_range");
    return std::nullopt;
}

bool Fields::flag(std::string_view name) {
    return require(name) && optional_flag(name).value_or(false);
}

std::optional<bool> Fields::optional_flag(std::string_view name) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    if (value->is_bool()) return value->get_bool();
    fail(name, "not_a_boolean");
    return std::nullopt;
}

Instant Fields::instant(std::string_view name) {
    return require(name) ? optional_instant(name).value_or(Instant{}) : Instant{};
}

std::optional<Instant> Fields::optional_instant(std::string_view name) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    if (value->is_string())
        if (const auto instant = parse_rfc3339(std::string_view{value->get_string()})) return instant;
    fail(name, "not_a_time");
    return std::nullopt;
}

std::optional<std::string> Fields::optional_date(std::string_view name) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    if (value->is_string() && is_date(std::string_view{value->get_string()}))
        return std::string{std::string_view{value->get_string()}};
    fail(name, "not_a_date");
    return std::nullopt;
}

Fields& Fields::object(std::string_view name) {
    const auto* value = find(name);
    static const json::value nothing = json::object{};
    children_.push_back(std::unique_ptr<Fields>{new Fields{value ? *value : nothing, pointer_to(name), errors_}});
    return *children_.back();
}

void Fields::each_object(std::string_view name, std::size_t max, const std::function<void(Fields&)>& read) {
    const auto* value = find(name);
    if (!value) return;
    if (!value->is_array()) return fail(name, "not_an_array");
    if (value->get_array().size() > max) return fail(name, "too_many");
    std::size_t index = 0;
    for (const auto& entry : value->get_array()) {
        children_.push_back(
            std::unique_ptr<Fields>{new Fields{entry, pointer_to(name) + '/' + std::to_string(index++), errors_}});
        read(*children_.back());
    }
}

std::vector<std::string> Fields::texts(std::string_view name, std::size_t max, TextRule rule) {
    std::vector<std::string> texts;
    const auto* value = find(name);
    if (!value) return texts;
    if (!value->is_array()) {
        fail(name, "not_an_array");
    } else if (value->get_array().size() > max) {
        fail(name, "too_many");
    } else {
        for (const auto& entry : value->get_array()) {
            const auto pointer = pointer_to(name) + '/' + std::to_string(&entry - value->get_array().begin());
            if (auto text = checked_text(entry, pointer, rule)) texts.push_back(*std::move(text));
        }
    }
    return texts;
}

std::vector<std::pair<std::string, std::string>> Fields::named_texts(std::string_view name, std::size_t max,
                                                                     TextRule rule) {
    std::vector<std::pair<std::string, std::string>> texts;
    const auto* value = find(name);
    if (!value) return texts;
    if (!value->is_object()) {
        fail(name, "not_an_object");
    } else if (value->get_object().size() > max) {
        fail(name, "too_many");
    } else {
        for (const auto& [key, entry] : value->get_object()) {
            const auto pointer = pointer_to(name) + escaped(key);
            if (auto text = checked_text(entry, pointer, rule)) texts.emplace_back(key, *std::move(text));
        }
    }
    return texts;
}

std::vector<std::int64_t> Fields::ids(std::string_view name, std::size_t max) {
    std::vector<std::int64_t> ids;
    const auto* value = find(name);
    if (!value) return ids;
    if (!value->is_array()) {
        fail(name, "not_an_array");
    } else if (value->get_array().size() > max) {
        fail(name, "too_many");
    } else {
        for (const auto& entry : value->get_array()) {
            const auto id = to_integer(entry);
            if (id && *id > 0)
                ids.push_back(*id);
            else
                fail_at(pointer_to(name) + '/' + std::to_string(&entry - value->get_array().begin()), "not_an_integer");
        }
    }
    return ids;
}

void Fields::report_unknown() const {
    for (const auto& member : *object_)
        if (std::ranges::find(asked_, std::string_view{member.key()}) == asked_.end())
            errors_->push_back({pointer_to(member.key()), "unknown_field"});
    for (const auto& child : children_) child->report_unknown();
}

std::optional<Problem> Fields::problem() {
    report_unknown();
    if (errors_->empty()) return std::nullopt;
    return Problem{.status = 422, .code = "invalid_input", .errors = *errors_};
}

}  // namespace callout::api
