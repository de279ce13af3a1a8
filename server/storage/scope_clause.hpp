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

// The same as conditions of which one must hold, each a value of one column: in an index that begins with the column
// the rows of each stand in order, which they do not for a whole subtree. One that is always true for who sees
// everything. Nothing for a subtree of more than `most` units.
std::optional<std::vector<Condition>> visible_pieces(Connection& db, const dispatch::Actor& actor,
                                                     dispatch::Permission permission, std::string_view alias,
                                                     std::size_t most);

}  // namespace callout::storage
