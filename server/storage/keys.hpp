// Keys of things: the codes of units, products and faults, the serial numbers of machines. The database compares them
// byte for byte, for the system they come from may mean something by the case of a letter. People do not: they search
// in whatever case, and take a key for another's that differs in nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/storage/connection.hpp"

namespace callout::storage {

enum class KeyOf : std::uint8_t { unit, product, fault, asset };

// The column of a key for a comparison as people make it. No index serves it; an asset's key has a column for that.
std::string as_people_read(std::string_view key_column);

// Whether people would take the key for that of another thing than `own_id`.
bool is_taken(Connection& db, KeyOf kind, std::string_view key, std::int64_t own_id);

}  // namespace callout::storage
