// Who can work and what there is to do, in named units: the one description that suggesting and planning both start
// from.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/clock.hpp"
#include "dispatch/enum_names.hpp"
#include "dispatch/geography.hpp"

namespace callout::planning {

using dispatch::Point;

// Words of a kind (skills, tools, licences): sorted, each once. normalise() makes them so.
using Codes = std::vector<std::string>;

void normalise(Codes& codes);

// The first code that is needed and not there, or nothing. Both are normalised.
std::optional<std::string> first_missing(const Codes& there, const Codes& needed);

// Pieces of a spare part, in a van or for a repair.
struct Part {
    std::string number;
    std::int32_t quantity = 1;  // > 0

    friend bool operator==(const Part&, const Part&) = default;
};

using Parts = std::vector<Part>;  // sorted by number, each once

void normalise(Parts& parts);  // adds up repeated numbers, drops quantities of 0 and less

// The first part of which more is needed than there is, with the quantity that is short, or nothing.
std::optional<Part> first_short(const Parts& there, const Parts& needed);

// From `from` until just before `until`.
struct Interval {
    Instant from{};
    Instant until{};

    friend bool operator==(const Interval&, const Interval&) = default;
};

struct Technician {
    std::int64_t id = 0;
    std::string name;
    std::int64_t dealer_unit_id = 0;
    std::string dealer_path;        // in the organisation tree
    std::optional<Point> home;      // where the day begins and ends; without it he cannot be planned
    std::optional<Point> position;  // where the day goes on, when not at home
    Codes skills;
    Codes tools;
    Codes licences;
    Parts parts;                    // in the van when the day begins
    std::vector<Interval> working;  // of the day, in order, apart; the gaps between them are breaks. Empty: a day off
    double mean_working_min = 0;    // a day, over the last 30 days
    std::int32_t visits_done = 0;   // ended already today: they count against the visits he may have in a day
};

enum class VisitState : std::uint8_t {
    unassigned,  // nobody has it yet
    assigned,    // a technician has it; it may still move
    departed,    // somebody is on the way or at work: nothing of it moves any more
};

constexpr auto enum_names(VisitState) {
    return std::to_array<std::string_view>({"unassigned", "assigned", "departed"});
}

// What a piece of work asks for.
struct Needs {
    Codes skills;
    Codes tools;
    Codes licences;
    Parts parts;
};

// One trip to one site.
struct Visit {
    std::int64_t ticket_id = 0;
    std::optional<Point> site;
    Needs needs;
    Interval window;  // work may begin from `from` until `until`; arriving earlier means waiting
    std::chrono::minutes duration{60};
    double priority = 1;  // weight of a minute late, > 0; an urgent one weighs more
    std::optional<Instant> promised_arrival_at;
    std::optional<Instant> due_at;                     // work should have begun by then; a promise takes its place
    std::optional<std::vector<std::int64_t>> dealers;  // whose technicians may do it; missing: anybody's
    VisitState state = VisitState::unassigned;
    std::optional<std::int64_t> technician_id;  // who has it; given unless it is unassigned
    std::optional<Instant> planned_arrival_at;  // as the last accepted plan says
    bool pinned = false;                        // a dispatcher has fixed technician and order
    std::optional<Instant> departed_at;         // given once departed
    std::optional<Instant> arrived_at;          // given once at work
};

// Roads are estimated: great circle × road_factor, driven at one speed.
struct TravelModel {
    double road_factor = 1.3;  // road metres per metre of great circle
    double speed_km_h = 50;

    double road_m(const Point& from, const Point& to) const { return dispatch::distance_m(from, to) * road_factor; }

    Milliseconds time_for(double road_metres) const {
        return Milliseconds{static_cast<std::int64_t>(road_metres * 3600 / speed_km_h)};
    }

    Milliseconds time(const Point& from, const Point& to) const { return time_for(road_m(from, to)); }
};

// Why a technician cannot do a visit, or nobody can. The order is the one in which they are looked for.
enum class Obstacle : std::uint8_t {
    duplicate_id,       // the id stands for another technician or visit as well
    malformed,          // a duration or priority that is not positive, a window that ends before it begins
    no_technician,      // there is none at all
    site_missing,       // no coordinates, (0, 0) among them
    longer_than_a_day,  // more work than the longest working day holds
    not_authorised,     // the dealer may not repair this product
    declined,           // the dealer has refused it already, or said nothing
    outside_territory,
    home_missing,
    skill_missing,
    licence_missing,
    tool_missing,
    part_missing,
    not_working,     // a day off, or the day is over
    overloaded,      // has as much as may be
    window_missed,   // cannot be there in time, whatever the order
    promise_broken,  // only by being late somewhere that was promised
};

constexpr auto enum_names(Obstacle) {
    return std::to_array<std::string_view>(
        {"duplicate_id", "malformed", "no_technician", "site_missing", "longer_than_a_day", "not_authorised",
         "declined", "outside_territory", "home_missing", "skill_missing", "licence_missing", "tool_missing",
         "part_missing", "not_working", "overloaded", "window_missed", "promise_broken"});
}

// The first of skill, licence, tool and part that stands between technician and visit, with the word that is missing.
struct MissingNeed {
    Obstacle obstacle = Obstacle::skill_missing;
    std::string what;

    friend bool operator==(const MissingNeed&, const MissingNeed&) = default;
};

std::optional<MissingNeed> first_missing_need(const Technician& technician, const Needs& needs);

}  // namespace callout::planning
