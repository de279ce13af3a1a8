// One node plans an office's day in the background at a time: a lease in a row, taken by compare and set. Another takes
// it when it has run out.
#pragma once

#include <cstdint>
#include <string_view>

#include "dispatch/clock.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

enum class PlanningLease : std::uint8_t {
    taken,
    of_another,  // who has not planned this yet
    not_needed,  // what has happened up to `seq` was planned already
};

// Takes the office's lease for `holder`, or prolongs his, to plan what has happened up to the event `seq`.
PlanningLease take_planning_lease(Connection& db, std::int64_t office_unit_id, std::string_view holder,
                                  std::int64_t seq, Instant now, Instant expires_at);

// Notes that the holder has planned this office up to the event `seq`; false when another has taken the lease since.
bool finish_planning(Connection& db, std::int64_t office_unit_id, std::string_view holder, std::int64_t seq);

}  // namespace callout::storage
