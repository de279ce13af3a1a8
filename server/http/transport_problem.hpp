// What the transport itself refuses is said in the same form as what the application refuses.
#pragma once

#include <string_view>

#include "server/http/message.hpp"
#include "server/http/request_head.hpp"

namespace callout::http {

// application/problem+json in the language of an Accept-Language header (Chinese when it asks for it first, else
// English). 503 carries Retry-After, 426 the WebSocket version that is spoken.
Response transport_problem(const Refusal& refusal, std::string_view request_id, std::string_view accept_language);

}  // namespace callout::http
