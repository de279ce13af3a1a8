// Bearer tokens, by which other programs act as a user. The value is shown once, when it is made.
#pragma once

#include "server/api/call.hpp"

namespace callout::api::tokens {

// GET /users/{id}/tokens
Result<Answer> list(Call& call);
// POST /users/{id}/tokens. 409 too_many_tokens, account_disabled.
Result<Answer> create(Call& call);
// DELETE /tokens/{id}
Result<Answer> revoke(Call& call);

}  // namespace callout::api::tokens
