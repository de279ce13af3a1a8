// Reads a JSON object field by field and remembers every mistake, so that a caller hears of all of them at once.
//
//     Fields fields{call.body()};
//     const auto name = fields.text("name", {.max = 200});
//     const auto urgency = fields.choice<Urgency>("urgency", Urgency::normal);
//     if (auto problem = fields.problem()) return tl::unexpected{*std::move(problem)};
//
// A reading function answers a harmless value when its field is wrong; nothing of it may be used before problem() said
// that there is none. A field nobody asked for is a mistake, too.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/clock.hpp"
#include "dispatch/enum_names.hpp"
#include "server/api/problem.hpp"

namespace callout::api {

// Lengths in code points. Control characters but tab and line feed are refused; surrounding white space is cut.
struct TextRule {
    std::size_t min = 1;
    std::size_t max = 200;
};

class Fields {
public:
    explicit Fields(const boost::json::value& value) : Fields{value, "", std::make_shared<std::vector<FieldError>>()} {}

    // Required fields: missing or null is an error.
    std::string text(std::string_view name, TextRule rule = {});
    std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);

    std::int64_t id(std::string_view name) { return integer(name, 1, std::numeric_limits<std::int64_t>::max()); }

    double number(std::string_view name, double min, double max);
    bool flag(std::string_view name);
    Instant instant(std::string_view name);

    // Optional fields: missing or null is nothing.
    std::optional<std::string> optional_text(std::string_view name, TextRule rule = {});
    std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t min, std::int64_t max);
    std::optional<std::int64_t> optional_id(std::string_view name);
    std::optional<double> optional_number(std::string_view name, double min, double max);
    std::optional<bool> optional_flag(std::string_view name);
    std::optional<Instant> optional_instant(std::string_view name);
    // A calendar day, YYYY-MM-DD, answered as it was written.
    std::optional<std::string> optional_date(std::string_view name);

    template <NamedEnum Enum>
    Enum choice(std::string_view name) {
        const auto chosen = optional_choice<Enum>(name);
        if (!chosen && !failed(name)) fail(name, "required");
        return chosen.value_or(Enum{});
    }

    template <NamedEnum Enum>
    std::optional<Enum> optional_choice(std::string_view name) {
        const auto word = optional_text(name, {.min = 0, .max = 64});
        if (!word) return std::nullopt;
        const auto value = parse<Enum>(*word);
        if (!value) fail(name, "unknown_value");
        return value;
    }

    // Whether the field is there at all (null counts): a PATCH tells "leave it" from "empty it".
    bool has(std::string_view name) const;

    // A nested object; an empty one when it is missing or not an object. The reference lives as long as this.
    Fields& object(std::string_view name);

    // Calls read(entry) for each object of an array; an array that is missing has none.
    void each_object(std::string_view name, std::size_t max, const std::function<void(Fields&)>& read);
    std::vector<std::string> texts(std::string_view name, std::size_t max, TextRule rule = {});
    std::vector<std::int64_t> ids(std::string_view name, std::size_t max);

    // An object whose members are all texts, in their order.
    std::vector<std::pair<std::string, std::string>> named_texts(std::string_view name, std::size_t max,
                                                                 TextRule rule = {});

    // Marks a field as wrong for a reason found out elsewhere (an id that does not exist, say).
    void fail(std::string_view name, std::string_view code);

    // Whether the field was found wrong: what was read of it means nothing.
    bool failed(std::string_view name) const;

    // All mistakes as one 422, or nothing. Checks for fields nobody asked for: call it after all reading.
    std::optional<Problem> problem();

private:
    Fields(const boost::json::value& value, std::string pointer, std::shared_ptr<std::vector<FieldError>> errors);

    const boost::json::value* find(std::string_view name);
    const boost::json::value* require(std::string_view name);
    std::string pointer_to(std::string_view name) const;
    void report_unknown() const;
    void fail_at(std::string pointer, std::string_view code);
    std::optional<std::string> checked_text(const boost::json::value& value, const std::string& pointer, TextRule rule);

    const boost::json::object* object_ = nullptr;
    std::string pointer_;
    std::shared_ptr<std::vector<FieldError>> errors_;
    std::vector<std::string> asked_;
    std::vector<std::unique_ptr<Fields>> children_;
};

}  // namespace callout::api
