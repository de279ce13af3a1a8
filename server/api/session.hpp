// Signing in and out, the caller's own sessions, password and language.
#pragma once

#include "server/api/call.hpp"

namespace callout::api::session {

// POST /session. 401 wrong_login_or_password, whatever of the two it was; 429 with Retry-After after many failures.
Result<Answer> sign_in(Call& call);
// GET /session
Result<Answer> get(Call& call);
// PATCH /session: the language.
Result<Answer> change(Call& call);
// DELETE /session. 409 not_a_session for a caller with a token.
Result<Answer> sign_out(Call& call);
// GET /sessions
Result<Answer> list(Call& call);
// DELETE /sessions/{id}
Result<Answer> revoke(Call& call);
// POST /password. The other sessions end.
Result<Answer> change_password(Call& call);

}  // namespace callout::api::session
