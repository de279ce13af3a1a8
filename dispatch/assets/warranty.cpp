#include "dispatch/assets/warranty.hpp"

namespace callout::dispatch {
namespace {

// A month that is too short for the day ends on its own last day.
Day plus_months(Day day, std::int32_t months) {
    const Day moved = day + std::chrono::months{months};
    return moved.ok() ? moved : Day{moved.year() / moved.month() / std::chrono::last};
}

std::optional<Day> last_day_covered(const WarrantyTerms& terms, const WarrantyFacts& facts) {
    if (facts.agreed_until) return facts.agreed_until;
    const auto start = facts.commissioned_on ? facts.commissioned_on : facts.sold_on;
    if (!start) return std::nullopt;
    const Day anniversary = plus_months(*start, terms.months);
    // When the start day does not exist in the last month, that month's last day is covered whole.
    if (anniversary.day() != start->day()) return anniversary;
    return Day{std::chrono::sys_days{anniversary} - std::chrono::days{1}};
}

}  // namespace

Warranty warranty_on(Day day, const WarrantyTerms& terms, const WarrantyFacts& facts) {
    Warranty warranty{.until = last_day_covered(terms, facts), .hours_limit = terms.hours};
    if (!warranty.until) {
        warranty.reason = WarrantyReason::start_unknown;
    } else if (day > *warranty.until) {
        warranty.reason = WarrantyReason::date_passed;
    } else if (terms.hours && facts.meter_hours && *facts.meter_hours > *terms.hours) {
        warranty.reason = WarrantyReason::hours_exceeded;
    } else {
        warranty.reason = WarrantyReason::in_force;
    }
    warranty.in_warranty = warranty.reason == WarrantyReason::in_force;
    return warranty;
}

}  // namespace callout::dispatch
