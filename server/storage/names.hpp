// The names of people and units, for showing what refers to them by id.
#pragma once

#include <cstdint>
#include <string>

#include "server/storage/connection.hpp"

namespace callout::storage {

// Empty when there is no such user or unit.
std::string user_name(Connection& db, std::int64_t user_id);
std::string unit_name(Connection& db, std::int64_t unit_id);

}  // namespace callout::storage
