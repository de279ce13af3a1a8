// Telephone calls over HTTP: what the telephone system reports, and the call log.
#pragma once

#include "server/api/call.hpp"

namespace callout::api::calls {

// POST /calls/events/{token}: Zammad's generic CTI payload, JSON or form-encoded. Not found without the right token.
Result<Answer> report(Call& call);

Result<Answer> list(Call& call);
Result<Answer> change(Call& call);

}  // namespace callout::api::calls
