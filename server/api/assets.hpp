// Machines over HTTP: with their warranty as of today, their owners, and their meters.
#pragma once

#include "server/api/call.hpp"

namespace callout::api::assets {

Result<Answer> list(Call& call);
Result<Answer> create(Call& call);
Result<Answer> get(Call& call);
Result<Answer> change(Call& call);
Result<Answer> add_meter_reading(Call& call);
Result<Answer> transfer(Call& call);

}  // namespace callout::api::assets
