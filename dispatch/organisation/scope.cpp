#include "dispatch/organisation/scope.hpp"

#include <algorithm>

namespace callout::dispatch {

bool is_within(std::string_view unit, std::string_view ancestor) {
    // Every path ends with '/', so "/1/4/" is no prefix of "/1/42/".
    return !ancestor.empty() && ancestor.back() == '/' && unit.starts_with(ancestor);
}

bool reaches(const Scope& scope, const Audience& audience) {
    if (!audience.user_ids.empty())
        return std::ranges::find(audience.user_ids, scope.user_id) != audience.user_ids.end();
    switch (scope.kind) {
        case ScopeKind::whole:
            return true;
        case ScopeKind::subtree:
            return is_within(audience.office_path, scope.path) || is_within(audience.dealer_path, scope.path) ||
                   is_within(audience.former_dealer_path, scope.path);
        case ScopeKind::technician:
            return audience.technician_id == scope.user_id;
    }
    return false;
}

Scope scope_of(Role role, std::string_view unit_path, std::int64_t user_id) {
    switch (role) {
        case Role::agent:
        case Role::dispatcher:
        case Role::supervisor:
        case Role::administrator:
            return {ScopeKind::whole, std::string{unit_path}, user_id};
        case Role::coordinator:
        case Role::dealer:
            return {ScopeKind::subtree, std::string{unit_path}, user_id};
        case Role::technician:
            break;
    }
    return {ScopeKind::technician, std::string{unit_path}, user_id};
}

Grant grant_of(Role role, std::string_view unit_path, std::int64_t user_id) {
    return {role, permissions_of(role), scope_of(role, unit_path, user_id)};
}

bool Actor::has(Permission permission) const {
    return std::ranges::any_of(grants, [&](const Grant& grant) { return grant.permissions.has(permission); });
}

const Grant* Actor::grant_for(Permission permission, const Audience& audience) const {
    const auto found = std::ranges::find_if(grants, [&](const Grant& grant) {
        return grant.permissions.has(permission) && dispatch::reaches(grant.scope, audience);
    });
    return found == grants.end() ? nullptr : &*found;
}

bool Actor::reaches(const Audience& audience) const {
    return std::ranges::any_of(grants, [&](const Grant& grant) { return dispatch::reaches(grant.scope, audience); });
}

}  // namespace callout::dispatch
