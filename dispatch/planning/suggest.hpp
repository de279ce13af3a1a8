// The same people, day and visit always give the same suggestion, and every figure in it says what it is made of.
//
// For one visit: who may do it at all (hard filters, in the order of Obstacle), where it fits most cheaply into each
// technician's running day, and who of these is best. What was promised to other customers is kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dispatch/planning/resources.hpp"

namespace callout::planning {

// The filters of whoever sends the technicians.
struct Dealer {
    std::int64_t unit_id = 0;
    bool authorised = true;                 // may repair the product
    std::vector<std::string> region_codes;  // his territory; see covers()
    std::int32_t waiting_visits = 0;        // he has taken them on and named nobody yet
};

// One working day of a technician and what he has on it.
struct Day {
    std::vector<Interval> working;
    std::vector<Visit> visits;   // in any order; running_order() puts them in theirs
    std::optional<Point> start;  // where he is when it goes on; missing: at home
};

struct Candidate {
    Technician technician;          // `working` is not read: the days have theirs
    std::vector<Day> days;          // today first; one where the visit fits is enough
    std::int32_t asset_visits = 0;  // times he has repaired this very machine
};

struct Job {
    Visit visit;                                 // `dealers` and `technician_id` are not read
    std::string region_code;                     // where the machine stands, or ''
    std::vector<std::int64_t> declined_dealers;  // have said no to it, or nothing: not asked again
};

// Costs in minutes of a technician's time, so that they can be added to his way.
struct SuggestSettings {
    TravelModel travel;
    double response_weight = 0.1;   // of a minute the customer waits for the arrival × the visit's priority
    double day_load_min = 3;        // for each visit he has on that day already
    double fairness_weight = 0.25;  // of a minute he works more a day than the others, over 30 days
    double fairness_limit_min = 30;
    double asset_visit_min = -10;  // he knows the machine
    double asset_visit_limit_min = -20;
    double waiting_visit_min = 10;               // for each the dealer has named nobody for, over his technicians
    std::chrono::minutes promise_tolerance{15};  // an arrival later than promised by no more than this is kept
    std::size_t limit = 5;
};

// The name carries the unit.
enum class ReasonCode : std::uint8_t {
    travel_min,  // to the site from where he is before
    road_km,     // of this way
    detour_min,  // added to the day's ways
    detour_km,
    response_min,      // from now until he arrives
    waiting_min,       // idle before the window opens
    visits_that_day,   // without this one, but with those he has done already
    working_min_mean,  // a day over 30 days
    asset_visits,
    dealer_waiting_visits,
    slack_min,  // how much later everything after it could still become
    skills,     // that were asked for, all of which he has
    tools,
    licences,
    parts,
};

constexpr auto enum_names(ReasonCode) {
    return std::to_array<std::string_view>({"travel_min", "road_km", "detour_min", "detour_km", "response_min",
                                            "waiting_min", "visits_that_day", "working_min_mean", "asset_visits",
                                            "dealer_waiting_visits", "slack_min", "skills", "tools", "licences",
                                            "parts"});
}

// cost_min of all reasons add up to the suggestion's; 0 where a reason only informs.
struct Reason {
    ReasonCode code = ReasonCode::travel_min;
    double value = 0;
    double cost_min = 0;
};

struct Suggestion {
    std::int64_t technician_id = 0;
    std::int64_t dealer_unit_id = 0;
    std::int32_t rank = 0;  // 1 is the best; among technicians, or of the dealer among dealers
    double cost_min = 0;
    Instant departs_at{};  // from the stop before, so as not to wait in working time
    Instant arrives_at{};
    std::int32_t day = 0;                         // index into Candidate::days
    std::optional<std::int64_t> after_ticket_id;  // the stop before; missing: from where he is
    std::vector<Reason> reasons;
};

// What speaks against all technicians of a dealer.
std::optional<Hindrance> hindrance_of(const Dealer& dealer, const Job& job);

struct WhyNot {
    std::int64_t id = 0;                        // a technician's, or a dealer's
    bool known = true;                          // false: there is no such technician or dealer here
    std::optional<Hindrance> hindrance;         // of a dealer: how far the best of his technicians came
    std::optional<std::int32_t> rank;           // when he could do it
    std::optional<double> cost_difference_min;  // to the best
};

struct HindranceCount {
    Hindrance hindrance;
    std::int32_t technicians = 0;
};

struct Suggestions {
    std::vector<Suggestion> technicians;  // the best first, at most settings.limit
    std::vector<Suggestion> dealers;      // each with its best technician
    std::int32_t feasible_technicians = 0;
    std::int32_t feasible_dealers = 0;
    std::vector<WhyNot> why_not_technicians;
    std::vector<WhyNot> why_not_dealers;
    std::vector<HindranceCount> hindrances;  // who cannot, and why; in the order of Obstacle
    std::optional<Hindrance> nobody;         // why the list is empty: how far anybody came
};

struct WhyNotQuestion {
    std::vector<std::int64_t> technician_ids;
    std::vector<std::int64_t> dealer_unit_ids;
};

// What a technician goes through in which order: what he is at first, then by promise, or plan where nothing is
// promised; what has neither last. The pointers point into `visits`.
std::vector<const Visit*> running_order(const std::vector<Visit>& visits);

// Dealers and candidates in any order. Of several dealers, candidates, or visits of one candidate, with the same id the
// first counts; a repeated candidate is told as a hindrance. Never fails: what is missing or makes no sense is an
// obstacle by name.
Suggestions suggest(const Job& job, std::span<const Dealer> dealers, std::span<const Candidate> candidates, Instant now,
                    const WhyNotQuestion& question = {}, const SuggestSettings& settings = {});

}  // namespace callout::planning
