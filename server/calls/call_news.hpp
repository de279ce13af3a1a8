// Tells the desks of the agents concerned what became of a call: the event reaches those at whom it rings or rang, and
// who answered it, and nobody else.
#pragma once

#include <vector>

#include "dispatch/calls/call.hpp"
#include "server/storage/calls.hpp"

namespace callout::calls {

// Cuts a list of people to what an event can be addressed to.
void cut_to_audience(std::vector<std::int64_t>& users);

// Appends the event in the caller's transaction; false when there is no news, or nobody to tell.
bool append_news(storage::Connection& db, const storage::TelephoneCall& call, dispatch::CallNews news,
                 const std::vector<storage::Caller>& callers, Instant now);

}  // namespace callout::calls
