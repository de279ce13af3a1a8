// Incidents in the database: one fault, or one batch defect, and the tickets it has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/incidents/same_fault.hpp"
#include "dispatch/organisation/scope.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

struct Incident {
    std::int64_t id = 0;
    dispatch::IncidentKind kind = dispatch::IncidentKind::same_fault;
    std::optional<std::int64_t> lead_ticket_id;  // of a same fault
    std::string title;
    std::string note;
    std::optional<std::int64_t> created_by;
    Instant created_at{};
};

std::int64_t insert_incident(Connection& db, const Incident& incident);
std::optional<Incident> find_incident(Connection& db, std::int64_t id);

// Members that are empty do not restrict.
struct IncidentFilter {
    std::optional<std::int64_t> id;
    std::optional<dispatch::IncidentKind> kind;
    std::string q;             // part of the title
    std::optional<bool> open;  // with, or without, a ticket that has not ended
};

// With how many of its tickets, and of those not ended, somebody may see.
struct CountedIncident : Incident {
    std::int64_t tickets_count = 0;
    std::int64_t open_tickets_count = 0;
};

// Incidents with at least one ticket that `actor` may see, the newest first, those before `before`; at most `limit`.
std::vector<CountedIncident> list_incidents(Connection& db, const dispatch::Actor& actor, const IncidentFilter& filter,
                                            std::optional<std::int64_t> before, std::int64_t limit);

// The open tickets that follow this one, by id; locked until the transaction ends.
std::vector<std::int64_t> lock_open_followers(Connection& db, std::int64_t lead_ticket_id);

// What of a ticket is compared; nothing when there is no such ticket.
std::optional<dispatch::FaultFacts> fault_facts(Connection& db, std::int64_t ticket_id);

// Completes what is compared of a repair that is not saved yet: what its machine and its fault say.
void complete_draft_facts(Connection& db, dispatch::FaultFacts& draft);

// Open repairs that share a machine, an upstream, a place or product and fault with it, reported within 30 days of it;
// at most 500, the youngest first.
std::vector<dispatch::FaultFacts> same_fault_candidates(Connection& db, const dispatch::FaultFacts& ticket);

}  // namespace callout::storage
