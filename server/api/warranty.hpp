// Whether a machine is under warranty, as the contract shows it.
#pragma once

#include <boost/json/value.hpp>
#include <vector>

#include "dispatch/tickets/ticket.hpp"
#include "server/api/call.hpp"
#include "server/storage/assets.hpp"

namespace callout::api {

// On the day of an instant, by these readings of its meter.
boost::json::object warranty_view(const storage::Asset& asset, const std::vector<storage::StoredReading>& readings,
                                  Instant at);

// Of the machine a ticket is about; null when it is about none. What counts is the day its fault was reported, and the
// meter as it was read until the ticket ended: what came later says nothing about this repair.
boost::json::value warranty_of(Call& call, const dispatch::Ticket& ticket);

}  // namespace callout::api
