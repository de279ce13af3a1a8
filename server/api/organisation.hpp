// The organisation tree: headquarters, offices, dealers, substations, and which products a dealer repairs.
#pragma once

#include "server/api/call.hpp"

namespace callout::api::organisation {

// GET /organisation: the units the caller's grants reach, and his own.
Result<Answer> list(Call& call);
// GET /organisation/{id}
Result<Answer> get(Call& call);
// POST /organisation. 422 taken at /code, kind_not_below_parent at /parent_id.
Result<Answer> create(Call& call);
// PATCH /organisation/{id}: also moves (parent_id) and closes or opens (active) a unit. 409 has_open_tickets when it
// would take running work with it, has_active_units or has_active_users when it would leave them behind.
Result<Answer> change(Call& call);

}  // namespace callout::api::organisation
