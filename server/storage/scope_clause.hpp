// The SQL mirror of dispatch::reaches(): which tickets a person may see, for lists and counts. A test holds the two
// against each other.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/organisation/scope.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

// A condition with its parameters in order; sql stands in brackets and can be joined with AND.
struct Condition {
    std::string sql;
    std::vector<Parameter> parameters;
};

// For a table or alias with office_path, dealer_path and technician_id. False for an actor without the permission.
Condition visible_to(const dispatch::Actor& actor, dispatch::Permission permission, std::string_view alias);

// One value of one of those columns.
struct ScopePiece {
    std::string_view column;
    Parameter value;
};

// The same as pieces of which one must hold: in an index that begins with its column the rows of each stand in order,
// which they do not for a whole subtree. Nothing for who sees everything, or more than `most` units.
std::optional<std::vector<ScopePiece>> visible_pieces(Connection& db, const dispatch::Actor& actor,
                                                      dispatch::Permission permission, std::size_t most);

}  // namespace callout::storage
