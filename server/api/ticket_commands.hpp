// Reads the body of an action into the command it asks for.
#pragma once

#include "dispatch/tickets/commands.hpp"
#include "server/api/call.hpp"
#include "server/api/fields.hpp"
#include "server/storage/tickets.hpp"

namespace callout::api {

// Looks up what the command needs to know of the organisation, and where a dealer stands among the suggestions.
// Mistakes, ids that do not exist among them, are left in `fields`; the command may be used once fields.problem() has
// none.
dispatch::Command read_command(dispatch::Action action, Fields& fields, Call& call,
                               const storage::StoredTicket& stored);

// longitude and latitude of the body; nothing when they are missing, an error in `fields` when they are no place.
std::optional<dispatch::Point> read_point(Fields& fields);

}  // namespace callout::api
