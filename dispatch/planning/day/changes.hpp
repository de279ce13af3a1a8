// What a proposed plan would change, visit by visit, and what becomes of the day when only some of it is accepted: what
// is left is always possible, and what cannot be had alone says what it depends on.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dispatch/enum_names.hpp"
#include "dispatch/planning/day/day.hpp"

namespace callout::planning::day {

// What stands now: everybody does what he has, in the order planned or promised, else of what is due. What nobody has,
// or cannot be kept any more in that order, is unserved.
Plan standing_plan(const Day& day);

// The name carries the unit.
enum class ChangeReasonCode : std::uint8_t {
    nobody_has_it,
    holder_cannot,     // who has it cannot do it any more, or not in time for his window and shift
    late_min,          // this visit
    detour_km,         // that this visit adds to a technician's ways
    day_working_min,   // of the technician who has it, and of the one who shall
    makes_room,        // better for other visits, not for this one
    only_with_others,  // accepted alone, it has no room or keeps the time it has
};

constexpr auto enum_names(ChangeReasonCode) {
    return std::to_array<std::string_view>({"nobody_has_it", "holder_cannot", "late_min", "detour_km",
                                            "day_working_min", "makes_room", "only_with_others"});
}

struct ChangeReason {
    ChangeReasonCode code = ChangeReasonCode::makes_room;
    double before = 0;
    double after = 0;

    friend bool operator==(const ChangeReason&, const ChangeReason&) = default;
};

struct Place {
    std::int64_t technician_id = 0;
    Instant leave{};   // the place before
    Instant arrive{};  // as planned
    Instant end{};
    double detour_m = 0;  // that it adds to his ways
};

struct Change {
    std::int64_t ticket_id = 0;
    std::optional<std::int64_t> holder;  // the technician who has it, whether he can do it or not
    std::optional<Place> from;
    std::optional<Place> to;  // missing: there is no room for it on this day, or who has it cannot do it
    std::vector<ChangeReason> reasons;
};

// A visit that the same technician would reach within this as the day stands is not worth a change.
inline constexpr std::chrono::minutes kSameTime{15};

// In the order of the proposed tours, what they leave out last; to that belongs what neither plan has because who has
// it does not work that day, is gone, or cannot keep its promise. Departed visits never change. Each is something that
// merge() brings about when it alone is chosen, or says `only_with_others`: a visit that changes hands goes to whom it
// shall (when he comes follows from what else he has), one that only changes its time is reached at that time.
std::vector<Change> changes(const Day& day, const Plan& now, const Plan& proposed);

struct Move {
    std::int64_t ticket_id = 0;
    std::optional<std::int64_t> from_technician_id;
    std::optional<std::int64_t> technician_id;  // missing: to nobody
    Instant arrive{};
    bool chosen = false;
};

struct RefusedMove {
    std::int64_t ticket_id = 0;
    // Moves that do not happen and would make room for it, or its time possible; empty: the day has changed and there
    // is none.
    std::vector<std::int64_t> depends_on;
};

struct Merged {
    Plan plan;  // what stands now with every chosen move that is not refused
    std::vector<RefusedMove> refused;
};

// The day as it stands with the chosen moves. What stands keeps its place before what moves. Refused is a move without
// room, and one of nothing but the time when it does not reach, within kSameTime, the time that all moves would give
// it.
Merged merge(const Day& day, std::span<const Move> moves);

}  // namespace callout::planning::day
