#include "server/storage/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace callout::storage {
namespace {

int digits(std::string_view text, std::size_t from, std::size_t count) {
    int value = 0;
    const auto* end = text.data() + from + count;
    if (const auto [rest, error] = std::from_chars(text.data() + from, end, value); error != std::errc{} || rest != end)
        throw std::invalid_argument{"not a DATETIME(3)"};
    return value;
}

}  // namespace

std::string to_sql(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{instant - day};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

Instant parse_instant(std::string_view text) {
    if (text.size() < 19) throw std::invalid_argument{"not a DATETIME(3)"};
    const std::chrono::year_month_day date{std::chrono::year{digits(text, 0, 4)},
                                           std::chrono::month{static_cast<unsigned>(digits(text, 5, 2))},
                                           std::chrono::day{static_cast<unsigned>(digits(text, 8, 2))}};
    auto instant = Instant{std::chrono::sys_days{date}} + std::chrono::hours{digits(text, 11, 2)} +
                   std::chrono::minutes{digits(text, 14, 2)} + std::chrono::seconds{digits(text, 17, 2)};
    if (text.size() >= 23) instant += Milliseconds{digits(text, 20, 3)};
    return instant;
}

std::size_t Row::index_of(std::string_view column) const {
    const auto found = std::ranges::find(*columns_, column);
    if (found == columns_->end()) throw std::logic_error{fmt::format("no column {} in this result", column)};
    return static_cast<std::size_t>(found - columns_->begin());
}

const std::string& Row::text(std::size_t column) const {
    if (const auto* value = std::get_if<std::string>(&values_.at(column))) return *value;
    throw std::logic_error{fmt::format("column {} is not text, or NULL", columns_->at(column))};
}

std::int64_t Row::integer(std::size_t column) const {
    if (const auto* value = std::get_if<std::int64_t>(&values_.at(column))) return *value;
    throw std::logic_error{fmt::format("column {} is not an integer, or NULL", columns_->at(column))};
}

double Row::real(std::size_t column) const {
    if (const auto* value = std::get_if<double>(&values_.at(column))) return *value;
    return static_cast<double>(integer(column));
}

}  // namespace callout::storage
