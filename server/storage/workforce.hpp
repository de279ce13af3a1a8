// Everything a suggestion wants to know of the database: who is there, what he has on his days, what he did of late.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/planning/suggest.hpp"
#include "server/storage/connection.hpp"
#include "server/storage/technicians.hpp"
#include "server/storage/tickets.hpp"

namespace callout::storage {

// The clock of those who work.
struct WorkforceClock {
    Instant now{};
    std::chrono::minutes utc_offset{0};  // of the zone, at this instant

    std::chrono::local_days today() const;
    std::string date() const;  // today as YYYY-MM-DD
};

// As the planners know him, without the hours of any day; home is the dealer's place when he has said none.
planning::Technician technician_from(const TechnicianProfile& profile, const ServiceArea& area);

// Who said no, or nothing, since the ticket was last open afresh: those whose failures it still counts.
std::set<std::int64_t> declined_dealers(Connection& db, std::int64_t ticket_id, std::int32_t failed_offers_count);

// Whether the technician an accepted plan gives a ticket's visit to has it while nobody is named: he does as long as
// the ticket is with a dealer he works for. Whom a dealer or dispatcher has taken it back from does not have it any
// more, whoever is asked next.
bool has_as_planned(dispatch::TicketState state, std::string_view dealer_path, std::string_view technician_path);

using VisitsByTechnician = std::map<std::int64_t, std::vector<planning::Visit>>;

// The repairs these technicians, by id, have and have not ended yet: who is named, or while nobody is, planned for
// today or later.
VisitsByTechnician open_visits(Connection& db, std::span<const TechnicianProfile> technicians,
                               const std::map<std::int64_t, FaultRequirement>& requirement_of,
                               const WorkforceClock& clock);

// What a technician did within the last 30 days.
struct RecentWork {
    double mean_working_min = 0;              // a day, from departing to the end of the visit
    std::int32_t visits_today = 0;            // that have ended; a trip called back before he arrived is none
    std::optional<dispatch::Point> position;  // where his last visit of today ended
};

std::map<std::int64_t, RecentWork> recent_work(Connection& db, std::span<const std::int64_t> technician_ids,
                                               const WorkforceClock& clock);

struct SuggestionInput {
    planning::Job job;
    std::vector<planning::Dealer> dealers;
    std::vector<planning::Candidate> candidates;
    std::map<std::int64_t, std::string> dealer_names;
};

// How long from now a visit may begin, and for how many calendar days from today technicians are looked at.
inline constexpr std::chrono::hours visit_within{72};
inline constexpr int days_ahead = 4;

// For a ticket with its latest offers. Technicians of dealers who are out of the question stand in it with their ids
// and names only: what hinders them is their dealer.
SuggestionInput suggestion_input(Connection& db, const StoredTicket& stored, const WorkforceClock& clock);

}  // namespace callout::storage
