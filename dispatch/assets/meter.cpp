#include "dispatch/assets/meter.hpp"

namespace callout::dispatch {

std::optional<MeterRefusal> check_reading(const MeterReading& reading, const std::optional<MeterReading>& earlier,
                                          const std::optional<MeterReading>& later) {
    if (!reading.meter_replaced && earlier && reading.hours < earlier->hours) return MeterRefusal::meter_below_earlier;
    if (later && !later->meter_replaced && reading.hours > later->hours) return MeterRefusal::meter_above_later;
    return std::nullopt;
}

std::optional<std::int64_t> total_hours(std::span<const MeterReading> readings) {
    if (readings.empty()) return std::nullopt;
    std::int64_t total = 0;
    std::int64_t previous = 0;
    for (const auto& reading : readings) {
        if (!reading.meter_replaced) total += reading.hours - previous;
        previous = reading.hours;
    }
    return total;
}

}  // namespace callout::dispatch
