// A working calendar answers for any day between which instants somebody works: weekly hours with breaks, and days that
// are not like the others.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "dispatch/planning/resources.hpp"

namespace callout::planning {

// Minutes of the day, local time, 0 … 1440; from < until. Both 0 in an exception: a day off.
struct Hours {
    std::int32_t from_minute = 0;
    std::int32_t until_minute = 0;

    friend bool operator==(const Hours&, const Hours&) = default;
};

struct WeekdayHours {
    std::int32_t weekday = 1;  // 1 Monday … 7 Sunday
    Hours hours;

    friend bool operator==(const WeekdayHours&, const WeekdayHours&) = default;
};

struct DayHours {
    std::chrono::local_days day;
    Hours hours;

    friend bool operator==(const DayHours&, const DayHours&) = default;
};

struct Calendar {
    std::vector<WeekdayHours> week;
    std::vector<DayHours> exceptions;

    bool empty() const { return week.empty() && exceptions.empty(); }
};

// Monday to Saturday, 8:00 to 12:00 and 13:00 to 17:30: for whom nobody has set hours.
const Calendar& usual_hours();

// A technician's own exceptions go before the dealer's (a holiday), these before his own week, then the dealer's week,
// then the usual hours.
struct CalendarLayers {
    const Calendar* own = nullptr;
    const Calendar* dealers = nullptr;
};

// In order and apart; what overlaps is one. `utc_offset` is the zone's on that day (8 h in China): on the two days of a
// year when a zone changes its clock the hours after the change are off by it.
std::vector<Interval> working_on(const CalendarLayers& calendar, std::chrono::local_days day,
                                 std::chrono::minutes utc_offset);

// Whether a territory of region codes covers a place: the code itself or one above it (510000 covers 510104). An empty
// territory covers everything; a place without a code is covered by every territory, for nobody knows better.
bool covers(const std::vector<std::string>& territory, std::string_view region_code);

}  // namespace callout::planning
