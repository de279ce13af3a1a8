// A meter only counts up: a reading below an earlier one is refused, unless a new meter began between them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "dispatch/clock.hpp"
#include "dispatch/enum_names.hpp"

namespace callout::dispatch {

struct MeterReading {
    std::int64_t hours = 0;
    Instant read_at{};
    bool meter_replaced = false;  // the first reading of a new meter

    friend bool operator==(const MeterReading&, const MeterReading&) = default;
};

enum class MeterRefusal : std::uint8_t { meter_below_earlier, meter_above_later };

constexpr auto enum_names(MeterRefusal) {
    return std::to_array<std::string_view>({"meter_below_earlier", "meter_above_later"});
}

// Whether a reading contradicts its neighbours in time: the last one read at or before it, and the first one after.
std::optional<MeterRefusal> check_reading(const MeterReading& reading, const std::optional<MeterReading>& earlier,
                                          const std::optional<MeterReading>& later);

// The hours the machine has run, over all its meters; nothing without a reading. The first meter began at 0, a new one
// at its first reading. `readings` in the order of time.
std::optional<std::int64_t> total_hours(std::span<const MeterReading> readings);

}  // namespace callout::dispatch
