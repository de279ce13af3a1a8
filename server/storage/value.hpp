// Values on their way into a statement and out of a row; nothing here knows the driver.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "dispatch/clock.hpp"

namespace callout::storage {

// Bytes for a BINARY column (hashes), told apart from text.
struct Bytes {
    std::string value;
};

// What may be bound to a '?'. An Instant is bound as DATETIME(3) text in UTC.
using Parameter = std::variant<std::monostate, std::int64_t, double, std::string, Bytes>;

// What a column may hold. DECIMAL and date columns arrive as text.
using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

// 2026-11-23 08:00:00.000, as DATETIME(3) is written. parse_instant throws std::invalid_argument on anything else.
std::string to_sql(Instant instant);
Instant parse_instant(std::string_view text);

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
Parameter to_parameter(const T& value) {
    if constexpr (is_optional<T>) {
        return value ? to_parameter(*value) : Parameter{};
    } else if constexpr (std::is_same_v<T, std::nullopt_t> || std::is_same_v<T, std::monostate>) {
        return Parameter{};
    } else if constexpr (std::is_same_v<T, Instant>) {
        return to_sql(value);
    } else if constexpr (std::is_same_v<T, Bytes> || std::is_same_v<T, Parameter>) {
        return value;
    } else if constexpr (std::is_integral_v<T>) {
        return static_cast<std::int64_t>(value);
    } else if constexpr (std::is_floating_point_v<T>) {
        return static_cast<double>(value);
    } else {
        return std::string{std::string_view{value}};
    }
}

// One row, copied out of the driver, so that it outlives statement and connection.
class Row {
public:
    Row(const std::vector<std::string>& columns, std::vector<Value> values)
        : columns_{&columns}, values_{std::move(values)} {}

    const Value& at(std::size_t column) const { return values_.at(column); }

    bool is_null(std::size_t column) const { return std::holds_alternative<std::monostate>(values_.at(column)); }

    // The value of a column, counted from 0. T: an integer, bool, double, std::string, Instant, or std::optional of one
    // of them. Throws std::logic_error when the column is NULL and T is not optional, or of another type: both are
    // mistakes of the statement's author.
    template <class T>
    T get(std::size_t column) const {
        if constexpr (is_optional<T>) {
            return is_null(column) ? T{} : T{get<typename T::value_type>(column)};
        } else if constexpr (std::is_same_v<T, Instant>) {
            return parse_instant(text(column));
        } else if constexpr (std::is_integral_v<T>) {
            return static_cast<T>(integer(column));
        } else if constexpr (std::is_floating_point_v<T>) {
            return static_cast<T>(real(column));
        } else {
            return T{text(column)};
        }
    }

    // The same by the column's name in the result (its alias, where it has one).
    template <class T>
    T get(std::string_view column) const {
        return get<T>(index_of(column));
    }

    bool is_null(std::string_view column) const { return is_null(index_of(column)); }

private:
    std::size_t index_of(std::string_view column) const;
    const std::string& text(std::size_t column) const;
    std::int64_t integer(std::size_t column) const;
    double real(std::size_t column) const;

    const std::vector<std::string>* columns_;
    std::vector<Value> values_;
};

// A whole result. Statements bound it themselves with LIMIT; nothing here streams.
class Rows {
public:
    Rows(std::shared_ptr<const std::vector<std::string>> columns, std::vector<Row> rows)
        : columns_{std::move(columns)}, rows_{std::move(rows)} {}

    auto begin() const { return rows_.begin(); }

    auto end() const { return rows_.end(); }

    std::size_t size() const { return rows_.size(); }

    bool empty() const { return rows_.empty(); }

    const Row& operator[](std::size_t index) const { return rows_[index]; }

    const Row& front() const { return rows_.front(); }

    const Row& back() const { return rows_.back(); }

private:
    std::shared_ptr<const std::vector<std::string>> columns_;  // the statement's own; rows point into it
    std::vector<Row> rows_;
};

}  // namespace callout::storage
