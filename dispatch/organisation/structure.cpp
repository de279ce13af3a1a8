#include "dispatch/organisation/structure.hpp"

#include <algorithm>
#include <array>

namespace callout::dispatch {
namespace {

constexpr std::array administration{Permission::manage_users, Permission::manage_organisation,
                                    Permission::manage_tokens};

}  // namespace

bool may_stand_below(UnitKind kind, std::optional<UnitKind> parent) {
    switch (kind) {
        case UnitKind::headquarters:
            return !parent;
        case UnitKind::office:
            return parent == UnitKind::headquarters;
        case UnitKind::dealer:
            return parent == UnitKind::headquarters || parent == UnitKind::office;
        case UnitKind::substation:
            return parent == UnitKind::dealer;
    }
    return false;
}

bool may_work_in(Role role, UnitKind kind) {
    const bool outside = kind == UnitKind::dealer || kind == UnitKind::substation;
    return outside == (role == Role::dealer || role == Role::technician);
}

bool administers(const Actor& actor, Permission permission, std::string_view unit_path) {
    return actor.is_system() || std::ranges::any_of(actor.grants, [&](const Grant& grant) {
               if (!grant.permissions.has(permission)) return false;
               return grant.scope.kind == ScopeKind::whole ||
                      (grant.scope.kind == ScopeKind::subtree && is_within(unit_path, grant.scope.path));
           });
}

bool may_grant(const Actor& actor, Role role, std::string_view unit_path) {
    if (!administers(actor, Permission::manage_users, unit_path)) return false;
    return std::ranges::all_of(administration, [&](Permission permission) {
        return !permissions_of(role).has(permission) || administers(actor, permission, unit_path);
    });
}

}  // namespace callout::dispatch
