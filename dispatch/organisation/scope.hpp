// One rule says who sees or changes what: a person's place in the organisation tree must reach the thing's audience.
// Lists, exports and pushed events all use it; the SQL clause in server/storage mirrors reaches() for current tickets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/organisation/permissions.hpp"

namespace callout::dispatch {

// A materialised path in the organisation tree: "/1/4/23/" is unit 23 below 4 below 1. Empty: no unit.
// True when `unit` is `ancestor` itself or below it. An empty path is nobody's ancestor and below nobody.
bool is_within(std::string_view unit, std::string_view ancestor);

enum class ScopeKind : std::uint8_t {
    whole,       // everything
    subtree,     // what belongs to `path` or below it
    technician,  // only what is assigned to this very user
};

constexpr auto enum_names(ScopeKind) {
    return std::to_array<std::string_view>({"whole", "subtree", "technician"});
}

struct Scope {
    ScopeKind kind = ScopeKind::technician;
    std::string path;  // of the user's unit; decides only for subtree
    std::int64_t user_id = 0;

    friend bool operator==(const Scope&, const Scope&) = default;
};

// Whom a ticket or an event concerns. Paths are empty and the technician is missing where there is none.
struct Audience {
    std::string office_path;
    std::string dealer_path;
    std::string former_dealer_path;  // the dealer who has just lost the ticket, so that his console lets go of it
    std::optional<std::int64_t> technician_id;
    std::vector<std::int64_t> user_ids;  // when not empty, it concerns these people and nobody else

    friend bool operator==(const Audience&, const Audience&) = default;
};

bool reaches(const Scope& scope, const Audience& audience);

// Agents, dispatchers, supervisors and administrators reach everything; a coordinator his office's and a dealer his
// unit's subtree; a technician what is assigned to himself.
Scope scope_of(Role role, std::string_view unit_path, std::int64_t user_id);

// One role at one place. Permissions and scope stay together: somebody who is an agent everywhere and a dealer in one
// town may answer the offers of that town only.
struct Grant {
    Role role = Role::agent;
    PermissionSet permissions;  // of the role, or fewer (an integration's token)
    Scope scope;
};

Grant grant_of(Role role, std::string_view unit_path, std::int64_t user_id);

// Who asks. Without a user id it is Callout itself (a deadline, the offering policy), which needs no permission.
struct Actor {
    std::optional<std::int64_t> user_id;
    std::vector<Grant> grants;

    bool is_system() const { return !user_id.has_value(); }

    // Holds the permission somewhere.
    bool has(Permission permission) const;

    // The first grant with this permission that reaches the audience, or null.
    const Grant* grant_for(Permission permission, const Audience& audience) const;

    // Whether any grant reaches the audience.
    bool reaches(const Audience& audience) const;
};

}  // namespace callout::dispatch
