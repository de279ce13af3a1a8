#include "server/import/record.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "dispatch/rfc3339.hpp"
#include "dispatch/text.hpp"
#include "server/import/text_encoding.hpp"
#include "server/phones/phone_number.hpp"

namespace callout::import {
namespace {

// Everything that can be wrong with a row whatever it means.
std::optional<Mistake> mistake_of_row(const Header& header, const CsvRow& row) {
    const auto name_of = [&](std::size_t index) {
        return index < header.size() ? header.names()[index] : std::to_string(index + 1);
    };
    if (row.fault) return Mistake{name_of(row.fault_column - 1), std::string{code_of(*row.fault)}};
    if (row.fields.size() < header.size()) return Mistake{"", "too_few_columns"};
    if (row.fields.size() > header.size()) return Mistake{"", "too_many_columns"};
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
        if (!is_utf8(row.fields[i])) return Mistake{name_of(i), "broken_encoding"};
        if (has_control_character(row.fields[i])) return Mistake{name_of(i), "control_character"};
    }
    return std::nullopt;
}

}  // namespace

Header::Header(const std::vector<std::string>& names) {
    for (const auto& name : names) names_.emplace_back(trimmed(name));
}

std::optional<std::size_t> Header::index_of(std::string_view name) const {
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names_.begin());
}

Record::Record(const Header& header, const CsvRow& row)
    : header_{header}, row_{row}, mistake_{mistake_of_row(header, row)} {}

void Record::fail(std::string_view column, std::string_view reason) {
    if (!mistake_) mistake_ = Mistake{std::string{column}, std::string{reason}};
}

std::string_view Record::raw(std::string_view column) const {
    const auto index = header_.index_of(column);
    if (!index || *index >= row_.fields.size()) return {};
    return trimmed(row_.fields[*index]);
}

std::string Record::text(std::string_view column, std::size_t max) {
    const auto value = raw(column);
    if (code_points(value) > max) {
        fail(column, "too_long");
        return "";
    }
    return std::string{value};
}

std::string Record::required_text(std::string_view column, std::size_t max) {
    auto value = text(column, max);
    if (value.empty()) fail(column, "required");
    return value;
}

std::vector<std::string> Record::texts(std::string_view column, std::size_t max_parts, std::size_t max) {
    std::vector<std::string> parts;
    auto rest = raw(column);
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        const auto part = trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (part.empty()) continue;
        if (code_points(part) > max) fail(column, "too_long");
        if (parts.size() == max_parts) {
            fail(column, "too_many");
            break;
        }
        parts.emplace_back(part);
    }
    return parts;
}

std::string Record::phone(std::string_view column, std::string_view region) {
    const auto typed = text(column, 40);
    if (typed.empty()) return "";
    const auto number = phones::parse(typed, region);
    if (!number) fail(column, phones::code_of(number.error()));
    return number ? number->e164 : "";
}

std::optional<std::string> Record::date(std::string_view column) {
    const auto value = text(column, 40);
    if (value.empty()) return std::nullopt;
    if (value.size() == 10 && parse_rfc3339(value + "T00:00:00Z")) return value;
    fail(column, "not_a_date");
    return std::nullopt;
}

std::optional<Instant> Record::instant(std::string_view column) {
    const auto value = text(column, 40);
    if (value.empty()) return std::nullopt;
    const auto instant = parse_rfc3339(value);
    if (!instant) fail(column, "not_a_time");
    return instant;
}

std::optional<double> Record::number(std::string_view column, double min, double max) {
    const auto value = raw(column);
    if (value.empty()) return std::nullopt;
    double number = 0;
    const auto [rest, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || rest != value.data() + value.size() || !std::isfinite(number)) {
        fail(column, "not_a_number");
    } else if (number < min || number > max) {
        fail(column, "out_of_range");
    } else {
        return number;
    }
    return std::nullopt;
}

std::optional<std::int64_t> Record::integer(std::string_view column, std::int64_t min, std::int64_t max) {
    const auto value = raw(column);
    if (value.empty()) return std::nullopt;
    std::int64_t number = 0;
    const auto [rest, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || rest != value.data() + value.size()) {
        fail(column, "not_an_integer");
    } else if (number < min || number > max) {
        fail(column, "out_of_range");
    } else {
        return number;
    }
    return std::nullopt;
}

std::optional<dispatch::Point> Record::point() {
    const auto longitude = number("longitude", -180, 180);
    const auto latitude = number("latitude", -90, 90);
    if (longitude.has_value() != latitude.has_value() && !mistake_)
        fail(longitude ? "latitude" : "longitude", "required");
    if (!longitude || !latitude) return std::nullopt;
    return dispatch::Point{.latitude = *latitude, .longitude = *longitude};
}

}  // namespace callout::import
