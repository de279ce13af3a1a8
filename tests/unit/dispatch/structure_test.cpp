#include "dispatch/organisation/structure.hpp"

#include <gtest/gtest.h>

namespace callout::dispatch {
namespace {

using enum UnitKind;

TEST(Structure, IsATreeOfFourKinds) {
    // Rows: a unit; columns: what it stands below (nothing, headquarters, office, dealer, substation).
    const std::array<std::pair<UnitKind, std::array<bool, 5>>, 4> table{{
        {headquarters, {true, false, false, false, false}},
        {office, {false, true, false, false, false}},
        {dealer, {false, true, true, false, false}},
        {substation, {false, false, false, true, false}},
    }};
    for (const auto& [kind, below] : table) {
        EXPECT_EQ(may_stand_below(kind, std::nullopt), below[0]) << to_string(kind);
        for (const auto parent : all_values<UnitKind>)
            EXPECT_EQ(may_stand_below(kind, parent), below[static_cast<std::size_t>(parent) + 1])
                << to_string(kind) << " below " << to_string(parent);
    }
}

TEST(Structure, GivesEachRoleItsUnits) {
    for (const auto role : all_values<Role>) {
        const bool outside = role == Role::dealer || role == Role::technician;
        EXPECT_EQ(may_work_in(role, headquarters), !outside) << to_string(role);
        EXPECT_EQ(may_work_in(role, office), !outside) << to_string(role);
        EXPECT_EQ(may_work_in(role, dealer), outside) << to_string(role);
        EXPECT_EQ(may_work_in(role, substation), outside) << to_string(role);
    }
}

Actor with(std::initializer_list<Permission> permissions, Scope scope) {
    return {.user_id = 7, .grants = {{.permissions = permissions, .scope = std::move(scope)}}};
}

TEST(Administration, ReachesAsFarAsThePlaceInTheTree) {
    const auto everywhere = with({Permission::manage_users}, {ScopeKind::whole, "/1/", 7});
    EXPECT_TRUE(administers(everywhere, Permission::manage_users, "/1/2/4/"));
    EXPECT_FALSE(administers(everywhere, Permission::manage_tokens, "/1/2/4/"));
    const auto region = with({Permission::manage_users}, {ScopeKind::subtree, "/1/2/", 7});
    EXPECT_TRUE(administers(region, Permission::manage_users, "/1/2/"));
    EXPECT_TRUE(administers(region, Permission::manage_users, "/1/2/4/"));
    EXPECT_FALSE(administers(region, Permission::manage_users, "/1/"));
    EXPECT_FALSE(administers(region, Permission::manage_users, "/1/20/"));
    EXPECT_FALSE(administers(with({Permission::manage_users}, {ScopeKind::technician, "/1/2/", 7}),
                             Permission::manage_users, "/1/2/"));
    EXPECT_TRUE(administers(Actor{}, Permission::manage_users, "/1/")) << "Callout itself";
}

TEST(Administration, IsHandedOutByThoseOnlyWhoHaveIt) {
    const auto administrator = Actor{7, {grant_of(Role::administrator, "/1/", 7)}};
    for (const auto role : all_values<Role>) EXPECT_TRUE(may_grant(administrator, role, "/1/2/")) << to_string(role);
    const auto region = with({Permission::manage_users}, {ScopeKind::subtree, "/1/2/", 7});
    EXPECT_TRUE(may_grant(region, Role::technician, "/1/2/4/"));
    EXPECT_FALSE(may_grant(region, Role::administrator, "/1/2/")) << "he administers no organisation and no tokens";
    EXPECT_FALSE(may_grant(region, Role::technician, "/1/3/"));
    for (const auto role : {Role::agent, Role::supervisor, Role::dealer})
        EXPECT_FALSE(may_grant(Actor{7, {grant_of(role, "/1/", 7)}}, Role::agent, "/1/")) << to_string(role);
}

}  // namespace
}  // namespace callout::dispatch
