// Makes a proposal of an office's day: what stands, what would be better, and each difference with its reasons.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dispatch/planning/day/changes.hpp"
#include "server/storage/connection.hpp"
#include "server/storage/office_day.hpp"
#include "server/storage/plan_proposals.hpp"

namespace callout::plans {

struct PlannedDay {
    planning::day::Plan standing;
    planning::day::Plan proposed;
    std::vector<planning::day::Change> changes;
};

// Searches for this long on the calling thread, beginning with what stands. Touches no database.
PlannedDay plan(const storage::OfficeDay& office, std::chrono::milliseconds search_time);

// Writes the proposal and the event that tells the office's consoles; answers the proposal's id. `created_by` missing:
// the planner in the background.
std::int64_t store(storage::Connection& db, const storage::OfficeDay& office, const PlannedDay& planned, Instant now,
                   std::optional<std::int64_t> created_by);

// What accepting a change from `technician_id` would do to the ticket.
storage::PlanAction action_for(const storage::PlannedTicket& ticket, const planning::day::Change& change);

// Tells the office's consoles that a proposal was made or decided: plan.proposed, plan.accepted.
void announce(storage::Connection& db, std::string_view kind, const storage::Proposal& proposal,
              std::optional<std::int64_t> actor_id, Instant now);

}  // namespace callout::plans
