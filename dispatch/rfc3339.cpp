#include "dispatch/rfc3339.hpp"

#include <fmt/format.h>

namespace callout {
namespace {

// Reads fixed-width digits and separators from the front; remembers the first disappointment.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_{text} {}

    int number(std::size_t width) {
        int value = 0;
        for (std::size_t i = 0; i < width; ++i) value = value * 10 + digit();
        return value;
    }

    void expect(std::string_view any_of) {
        if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) failed_ = true;
        if (!rest_.empty()) rest_.remove_prefix(1);
    }

    bool next_is(std::string_view any_of) const {
        return !rest_.empty() && any_of.find(rest_.front()) != std::string_view::npos;
    }

    // The decimals of a second, cut to milliseconds.
    int milliseconds() {
        int value = 0;
        int width = 0;
        for (; next_is("0123456789"); ++width) {
            const int figure = digit();
            if (width < 3) value = value * 10 + figure;
        }
        if (width == 0) failed_ = true;
        for (; width < 3; ++width) value *= 10;
        return value;
    }

    std::chrono::minutes offset() {
        if (next_is("Zz")) {
            expect("Zz");
            return {};
        }
        const int sign = next_is("-") ? -1 : 1;
        expect("+-");
        const int hours = number(2);
        expect(":");
        const int minutes = number(2);
        if (hours > 23 || minutes > 59) failed_ = true;
        return sign * (std::chrono::hours{hours} + std::chrono::minutes{minutes});
    }

    bool finished() const { return !failed_ && rest_.empty(); }

private:
    int digit() {
        const char c = rest_.empty() ? ' ' : rest_.front();
        if (c < '0' || c > '9') {
            failed_ = true;
            return 0;
        }
        rest_.remove_prefix(1);
        return c - '0';
    }

    std::string_view rest_;
    bool failed_ = false;
};

}  // namespace

std::string to_rfc3339(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{instant - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
    Reader reader{text};
    const std::chrono::year year{reader.number(4)};
    reader.expect("-");
    const std::chrono::month month{static_cast<unsigned>(reader.number(2))};
    reader.expect("-");
    const std::chrono::day day{static_cast<unsigned>(reader.number(2))};
    reader.expect("Tt ");
    const int hours = reader.number(2);
    reader.expect(":");
    const int minutes = reader.number(2);
    reader.expect(":");
    const int seconds = reader.number(2);
    int milliseconds = 0;
    if (reader.next_is(".")) {
        reader.expect(".");
        milliseconds = reader.milliseconds();
    }
    const auto offset = reader.offset();

    const std::chrono::year_month_day date{year, month, day};
    if (!reader.finished() || !date.ok() || hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
    if (year < std::chrono::year{1970} || year > std::chrono::year{2199}) return std::nullopt;
    return Instant{std::chrono::sys_days{date}} + std::chrono::hours{hours} + std::chrono::minutes{minutes} +
           std::chrono::seconds{seconds} + Milliseconds{milliseconds} - offset;
}

}  // namespace callout
