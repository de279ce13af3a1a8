// Customers over HTTP: look-up by number or name, creating, changing, and showing whole numbers to who may ask for
// them.
#pragma once

#include "server/api/call.hpp"

namespace callout::api::customers {

Result<Answer> list(Call& call);
Result<Answer> create(Call& call);
Result<Answer> get(Call& call);
Result<Answer> change(Call& call);
Result<Answer> reveal_phones(Call& call);

}  // namespace callout::api::customers
