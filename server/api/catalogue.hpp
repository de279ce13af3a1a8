// Products and faults over HTTP.
#pragma once

#include "server/api/call.hpp"

namespace callout::api::catalogue {

Result<Answer> list_products(Call& call);
Result<Answer> create_product(Call& call);
Result<Answer> change_product(Call& call);
Result<Answer> list_faults(Call& call);
Result<Answer> create_fault(Call& call);
Result<Answer> change_fault(Call& call);

}  // namespace callout::api::catalogue
