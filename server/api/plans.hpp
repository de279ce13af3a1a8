// Plans of an office's day over HTTP: made, read, and accepted whole or in parts.
#pragma once

#include "server/api/call.hpp"

namespace callout::api::plans {

// POST /plans
Result<Answer> make(Call& call);
// GET /plans
Result<Answer> list(Call& call);
// GET /plans/{id}
Result<Answer> get(Call& call);
// POST /plans/{id}/accept
Result<Answer> accept(Call& call);

}  // namespace callout::api::plans
