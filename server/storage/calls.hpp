// Telephone calls as the telephone system reports them, and the tickets they led to.
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>

#include "server/storage/connection.hpp"

namespace callout::storage {

// The calls of a ticket as the contract's Call, the oldest first.
boost::json::array calls_of_ticket(Connection& db, std::int64_t ticket_id);

// Notes which ticket a call led to; false when there is no such call.
bool link_call(Connection& db, std::int64_t call_id, std::int64_t ticket_id);

}  // namespace callout::storage
