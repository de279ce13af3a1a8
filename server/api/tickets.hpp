// Tickets over HTTP: lists, the board, opening, editing, and every step of their life.
#pragma once

#include "server/api/call.hpp"

namespace callout::api::tickets {

Result<Answer> list(Call& call);
Result<Answer> open(Call& call);
Result<Answer> similar(Call& call);
Result<Answer> get(Call& call);
Result<Answer> edit(Call& call);
Result<Answer> events(Call& call);
Result<Answer> board(Call& call);

// POST /tickets/{id}/{action}: the action is the last segment of the path, with dashes: name-technician.
Result<Answer> act(Call& call);

}  // namespace callout::api::tickets
