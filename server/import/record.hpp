// One row of a table by the names of its columns; remembers the first mistake, which is why the row is rejected.
//
// A reading function answers a harmless value when its field is wrong; nothing may be used before mistake() said that
// there is none.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dispatch/clock.hpp"
#include "dispatch/enum_names.hpp"
#include "dispatch/geography.hpp"
#include "server/import/csv_reader.hpp"

namespace callout::import {

struct Mistake {
    std::string column;  // its name, or its number where the name is not known; empty: the whole row
    std::string reason;  // a stable word
};

// Where each column stands, by the header row.
class Header {
public:
    explicit Header(const std::vector<std::string>& names);

    std::optional<std::size_t> index_of(std::string_view name) const;

    std::size_t size() const { return names_.size(); }

    const std::vector<std::string>& names() const { return names_; }

private:
    std::vector<std::string> names_;
};

class Record {
public:
    Record(const Header& header, const CsvRow& row);

    // Surrounding white space is cut. Lengths in code points. A column the file does not have is empty.
    std::string text(std::string_view column, std::size_t max);
    std::string required_text(std::string_view column, std::size_t max);
    // Parts between semicolons, without the empty ones.
    std::vector<std::string> texts(std::string_view column, std::size_t max_parts, std::size_t max);
    // E.164, or empty.
    std::string phone(std::string_view column, std::string_view region);
    // YYYY-MM-DD.
    std::optional<std::string> date(std::string_view column);
    // RFC 3339; a space may stand for the T.
    std::optional<Instant> instant(std::string_view column);
    std::optional<double> number(std::string_view column, double min, double max);
    std::optional<std::int64_t> integer(std::string_view column, std::int64_t min, std::int64_t max);
    // Both or neither.
    std::optional<dispatch::Point> point();

    template <NamedEnum Enum>
    std::optional<Enum> choice(std::string_view column) {
        const auto word = text(column, 64);
        if (word.empty()) return std::nullopt;
        const auto value = parse<Enum>(word);
        if (!value) fail(column, "unknown_value");
        return value;
    }

    void fail(std::string_view column, std::string_view reason);

    const std::optional<Mistake>& mistake() const { return mistake_; }

private:
    std::string_view raw(std::string_view column) const;

    const Header& header_;
    const CsvRow& row_;
    std::optional<Mistake> mistake_;
};

}  // namespace callout::import
