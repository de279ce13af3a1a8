// The contract as the program carries it: what is served is what it was built against.
#pragma once

#include <string_view>

namespace callout::api {

// api/openapi.yaml
std::string_view openapi_yaml();

// api/events.schema.json
std::string_view events_schema();

}  // namespace callout::api
