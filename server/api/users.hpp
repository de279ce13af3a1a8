// People who sign in: looking them up, and for administrators making, changing, disabling and resetting them.
#pragma once

#include <boost/json/object.hpp>

#include "server/api/call.hpp"
#include "server/storage/users.hpp"

namespace callout::api {

boost::json::object user_view(const storage::User& user);

}  // namespace callout::api

namespace callout::api::users {

// GET /users. Who may not manage users sees the active ones his grants reach, and himself.
Result<Answer> list(Call& call);
// GET /users/{id}
Result<Answer> get(Call& call);
// POST /users. The first password is in the answer, this once. 422 taken at /login.
Result<Answer> create(Call& call);
// PATCH /users/{id}. 409 last_administrator, 412 version_conflict.
Result<Answer> change(Call& call);
// POST /users/{id}/reset-password. All his sessions end.
Result<Answer> reset_password(Call& call);
// POST /users/{id}/disable: his sessions end at once. 409 own_account, last_administrator. Again: nothing happens.
Result<Answer> disable(Call& call);
// POST /users/{id}/enable
Result<Answer> enable(Call& call);

}  // namespace callout::api::users
