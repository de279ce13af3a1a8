// What decides who can do a repair, over HTTP: technicians' profiles, dealers' territories and hours, what a fault asks
// for, which codes these use, and whether an office lets Callout offer by itself. Every write replaces the whole and
// says which version it saw.
#pragma once

#include "server/api/call.hpp"

namespace callout::api::service {

Result<Answer> list_technicians(Call& call);
Result<Answer> get_technician(Call& call);
Result<Answer> put_technician(Call& call);
Result<Answer> get_service_area(Call& call);
Result<Answer> put_service_area(Call& call);
Result<Answer> get_requirement(Call& call);
Result<Answer> put_requirement(Call& call);
Result<Answer> delete_requirement(Call& call);
Result<Answer> codes_in_use(Call& call);
Result<Answer> get_offering_policy(Call& call);
Result<Answer> put_offering_policy(Call& call);

}  // namespace callout::api::service
