// What an import has to know of earlier runs: which rows of a file are in the database already.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "server/storage/connection.hpp"

namespace callout::storage {

// Those of the keys that tickets carry.
std::unordered_set<std::string> imported_tickets(Connection& db, std::span<const std::string> external_keys);

// The customers that carry one of the keys, by key.
std::unordered_map<std::string, std::int64_t> imported_customers(Connection& db,
                                                                 std::span<const std::string> external_keys);

}  // namespace callout::storage
