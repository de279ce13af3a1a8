// The audit log, for those who may read it.
#pragma once

#include "server/api/call.hpp"

namespace callout::api::audit {

// GET /audit: the newest first.
Result<Answer> list(Call& call);

}  // namespace callout::api::audit
