// Whether a machine is under warranty on a day is a pure function of its dates, its meter and its product's terms, and
// the answer says why.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "dispatch/enum_names.hpp"

namespace callout::dispatch {

using Day = std::chrono::year_month_day;

struct WarrantyTerms {
    std::int32_t months = 12;
    std::optional<std::int64_t> hours;  // of the running meter; missing: no limit by meter
};

struct WarrantyFacts {
    std::optional<Day> sold_on;
    std::optional<Day> commissioned_on;
    std::optional<Day> agreed_until;  // an extension (or cut) agreed for this machine, instead of the months
    // Hours on the meter, summed over replaced meters; missing when nobody has read it.
    std::optional<std::int64_t> meter_hours;
};

enum class WarrantyReason : std::uint8_t {
    in_force,
    date_passed,
    hours_exceeded,
    start_unknown,  // neither sold nor commissioned, and nothing agreed
};

constexpr auto enum_names(WarrantyReason) {
    return std::to_array<std::string_view>({"in_force", "date_passed", "hours_exceeded", "start_unknown"});
}

struct Warranty {
    bool in_warranty = false;
    std::optional<Day> until;  // the last day it covers
    std::optional<std::int64_t> hours_limit;
    WarrantyReason reason = WarrantyReason::start_unknown;

    friend bool operator==(const Warranty&, const Warranty&) = default;
};

// Runs from commissioning, else from sale, for the product's months: bought on 15 March for 12 months, 14 March of the
// next year is the last day covered (30 November for 3 months: 28 or 29 February). Both limits count, whichever comes
// first; a meter exactly at the limit is still covered.
Warranty warranty_on(Day day, const WarrantyTerms& terms, const WarrantyFacts& facts);

}  // namespace callout::dispatch
