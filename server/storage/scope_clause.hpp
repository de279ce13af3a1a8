// The SQL mirror of dispatch::reaches(): which tickets a person may see, for lists and counts. A test holds the two
// against each other.
#pragma once

#include <string>
#include <vector>

#include "dispatch/organisation/scope.hpp"
#include "server/storage/value.hpp"

namespace callout::storage {

// A condition with its parameters in order; sql stands in brackets and can be joined with AND.
struct Condition {
    std::string sql;
    std::vector<Parameter> parameters;
};

// For a table or alias with office_path, dealer_path and technician_id. False for an actor without the permission.
Condition visible_to(const dispatch::Actor& actor, dispatch::Permission permission, std::string_view alias);

}  // namespace callout::storage
