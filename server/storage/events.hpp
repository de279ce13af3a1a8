// The append-only event table: written inside business transactions without a number, numbered once committed.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "dispatch/organisation/scope.hpp"
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

// The number of the last event a reader can see; 0 when there is none.
std::int64_t last_seq(Connection& db);

}  // namespace callout::storage
