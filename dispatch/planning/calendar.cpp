#include "dispatch/planning/calendar.hpp"

#include <algorithm>

namespace callout::planning {
namespace {

bool has_exception(const Calendar* calendar, std::chrono::local_days day) {
    return calendar && std::ranges::find(calendar->exceptions, day, &DayHours::day) != calendar->exceptions.end();
}

std::vector<Hours> exception_on(const Calendar& calendar, std::chrono::local_days day) {
    std::vector<Hours> hours;
    for (const auto& exception : calendar.exceptions)
        if (exception.day == day) hours.push_back(exception.hours);
    return hours;
}

std::vector<Hours> weekday_of(const Calendar& calendar, std::chrono::local_days day) {
    const auto weekday = static_cast<std::int32_t>(std::chrono::weekday{day}.iso_encoding());
    std::vector<Hours> hours;
    for (const auto& of_week : calendar.week)
        if (of_week.weekday == weekday) hours.push_back(of_week.hours);
    return hours;
}

std::vector<Hours> hours_on(const CalendarLayers& calendar, std::chrono::local_days day) {
    for (const auto* layer : {calendar.own, calendar.dealers})
        if (has_exception(layer, day)) return exception_on(*layer, day);
    for (const auto* layer : {calendar.own, calendar.dealers})
        if (layer && !layer->week.empty()) return weekday_of(*layer, day);
    return weekday_of(usual_hours(), day);
}

// 510100 without what only fills it up: 5101.
std::string_view significant(std::string_view region_code) {
    while (region_code.size() >= 2 && region_code.ends_with("00")) region_code.remove_suffix(2);
    return region_code;
}

}  // namespace

const Calendar& usual_hours() {
    static const Calendar usual = [] {
        Calendar calendar;
        for (std::int32_t weekday = 1; weekday <= 6; ++weekday) {
            calendar.week.push_back({weekday, {8 * 60, 12 * 60}});
            calendar.week.push_back({weekday, {13 * 60, 17 * 60 + 30}});
        }
        return calendar;
    }();
    return usual;
}

std::vector<Interval> working_on(const CalendarLayers& calendar, std::chrono::local_days day,
                                 std::chrono::minutes utc_offset) {
    const Instant midnight{std::chrono::floor<Milliseconds>(day.time_since_epoch()) - utc_offset};
    std::vector<Interval> working;
    auto hours = hours_on(calendar, day);
    std::ranges::sort(hours, {}, &Hours::from_minute);
    for (const auto& [from_minute, until_minute] : hours) {
        if (until_minute <= from_minute) continue;
        const Interval interval{midnight + std::chrono::minutes{from_minute},
                                midnight + std::chrono::minutes{until_minute}};
        if (!working.empty() && interval.from <= working.back().until)
            working.back().until = std::max(working.back().until, interval.until);
        else
            working.push_back(interval);
    }
    return working;
}

bool covers(const std::vector<std::string>& territory, std::string_view region_code) {
    if (territory.empty() || region_code.empty()) return true;
    return std::ranges::any_of(territory,
                               [&](const std::string& code) { return region_code.starts_with(significant(code)); });
}

}  // namespace callout::planning
