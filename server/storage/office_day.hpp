// One office's day as the planner is given it: who works, what is to be done, what has been promised and accepted, and
// what has departed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "dispatch/planning/day/day.hpp"
#include "dispatch/tickets/commands.hpp"
#include "dispatch/tickets/kinds.hpp"
#include "server/storage/connection.hpp"
#include "server/storage/workforce.hpp"

namespace callout::storage {

// Nothing when there is no active office of this id.
std::optional<dispatch::UnitPlace> active_office(Connection& db, std::int64_t unit_id);

struct PlannedTicket {
    std::int64_t version = 0;
    dispatch::TicketState state = dispatch::TicketState::open;
    std::string customer_name;
    std::optional<std::int64_t> technician_id;  // named on the ticket, as opposed to planned
};

struct OfficeDay {
    dispatch::UnitPlace office;
    std::string date;  // YYYY-MM-DD, of the office's calendar
    planning::day::Day day;
    std::map<std::int64_t, PlannedTicket> tickets;
    std::map<std::int64_t, std::string> dealer_names;
};

// A day holds no more tickets than this; the urgent and the oldest come first.
inline constexpr std::int64_t max_planned_tickets = 2000;

// The rest of today, or the next day on which anybody works when today is over.
OfficeDay office_day(Connection& db, const dispatch::UnitPlace& office, const WorkforceClock& clock);

}  // namespace callout::storage
