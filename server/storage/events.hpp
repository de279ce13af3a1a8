// The append-only event table: written inside business transactions without a number, numbered once committed.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dispatch/organisation/scope.hpp"
#include "notifications/event.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

// What is to be recorded. The sequencer gives it its seq after the transaction is committed.
struct NewEvent {
    std::string kind;  // ticket.opened, call.ringing, user.changed ...
    std::optional<std::int64_t> ticket_id = std::nullopt;
    std::optional<std::int64_t> ticket_version = std::nullopt;
    std::string from_state = {};
    std::string to_state = {};
    Instant happened_at{};
    Instant recorded_at{};
    std::string source = "system";
    std::optional<std::int64_t> actor_id = std::nullopt;
    boost::json::object attributes = {};
    dispatch::Audience audience = {};
    // Only for those who may read internal notes.
    bool internal = false;
};

// Adds the event in the caller's transaction.
void append_event(Connection& db, const NewEvent& event);

// The rest is the sequencer's and the stream's.

// The highest number, 0 when there is none.
std::int64_t event_head(Connection& db);

// Committed events without a number, the earliest inserted first, at most `limit`. Waits for nobody: what is not yet
// committed is not there.
std::vector<notifications::Event> events_without_seq(Connection& db, std::int64_t limit);

// Numbers these rows first_seq, first_seq + 1 … in the caller's transaction; at most 512. False when another sequencer
// numbered one of them or took one of the numbers: roll back. Throws StatementFailed when it lost a deadlock to it.
bool number_events(Connection& db, std::span<const notifications::Event> events, std::int64_t first_seq);

// Events with after < seq <= until in their order, at most `limit`.
std::vector<notifications::Event> events_after(Connection& db, std::int64_t after, std::int64_t until,
                                               std::int64_t limit);

// Whom a ticket concerns now; nothing when there is no such ticket.
std::optional<dispatch::Audience> ticket_audience(Connection& db, std::int64_t ticket_id);

// The number of the last event a reader can see; 0 when there is none.
std::int64_t last_seq(Connection& db);

}  // namespace callout::storage
