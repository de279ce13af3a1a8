// A field that holds a telephone number: written as people write it, taken as E.164.
#pragma once

#include <string>
#include <string_view>

#include "server/api/call.hpp"
#include "server/api/fields.hpp"

namespace callout::api {

// Empty when the field is missing, null or empty; a number that cannot be read is a mistake of the field.
std::string read_phone(Fields& fields, std::string_view name, const Call& call);

}  // namespace callout::api
