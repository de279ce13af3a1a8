// The shape of the organisation and who administers it: headquarters, below it offices, below them dealers, below them
// substations; pure rules that the API, the command line and imports share.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dispatch/enum_names.hpp"
#include "dispatch/organisation/scope.hpp"

namespace callout::dispatch {

enum class UnitKind : std::uint8_t { headquarters, office, dealer, substation };

constexpr auto enum_names(UnitKind) {
    return std::to_array<std::string_view>({"headquarters", "office", "dealer", "substation"});
}

// Whether a unit of this kind may stand directly below one of the other; without a parent only headquarters may. A
// dealer without an office stands below headquarters.
bool may_stand_below(UnitKind kind, std::optional<UnitKind> parent);

// Whether somebody in a unit of this kind may have the role: dealers and technicians belong to a dealer or a
// substation, coordinators to an office or headquarters, everybody else to headquarters or an office.
bool may_work_in(Role role, UnitKind kind);

// Whether the actor holds a permission of administration (manage_users, manage_organisation, manage_tokens) for a unit.
// It reaches what his place in the tree reaches; Callout itself administers everything.
bool administers(const Actor& actor, Permission permission, std::string_view unit_path);

// Whether he may give a role to somebody in a unit. Nobody hands out administration that he does not have himself.
bool may_grant(const Actor& actor, Role role, std::string_view unit_path);

}  // namespace callout::dispatch
