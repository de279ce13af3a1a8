// Customers over HTTP: look-up by number or name, creating, changing, and showing whole numbers to who may ask for
// them.
#pragma once

#include "server/api/call.hpp"
#include "server/api/fields.hpp"
#include "server/storage/customers.hpp"

namespace callout::api::customers {

Result<Answer> list(Call& call);
Result<Answer> create(Call& call);
Result<Answer> get(Call& call);
Result<Answer> change(Call& call);
Result<Answer> reveal_phones(Call& call);

// The customer that these fields describe, not stored yet; what is wrong with him is remembered by the fields.
storage::Customer read_new(Fields& fields, const Call& call);

}  // namespace callout::api::customers
