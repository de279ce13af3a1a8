#include "dispatch/organisation/permissions.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace callout::dispatch {
namespace {

std::vector<Role> roles_with(Permission permission) {
    std::vector<Role> roles;
    for (const Role role : all_values<Role>)
        if (permissions_of(role).has(permission)) roles.push_back(role);
    return roles;
}

using Roles = std::vector<Role>;

TEST(Permissions, FollowTheTableOfPeople) {
    EXPECT_EQ(roles_with(Permission::view_tickets), Roles(all_values<Role>.begin(), all_values<Role>.end()));
    EXPECT_EQ(roles_with(Permission::open_ticket), Roles{Role::agent});
    EXPECT_EQ(roles_with(Permission::call_back), Roles{Role::agent});
    EXPECT_EQ(roles_with(Permission::handle_calls), Roles{Role::agent});
    EXPECT_EQ(roles_with(Permission::merge_tickets), (Roles{Role::agent, Role::dispatcher}));
    EXPECT_EQ(roles_with(Permission::offer_ticket), Roles{Role::dispatcher});
    EXPECT_EQ(roles_with(Permission::recall_offer), Roles{Role::dispatcher});
    EXPECT_EQ(roles_with(Permission::answer_offer), (Roles{Role::coordinator, Role::dealer}));
    EXPECT_EQ(roles_with(Permission::name_technician), (Roles{Role::coordinator, Role::dealer}));
    EXPECT_EQ(roles_with(Permission::report_visit), Roles{Role::technician});
    EXPECT_EQ(roles_with(Permission::report_visit_for_others), (Roles{Role::coordinator, Role::dealer}));
    EXPECT_EQ(roles_with(Permission::cancel_ticket), (Roles{Role::agent, Role::supervisor}));
    EXPECT_EQ(roles_with(Permission::cancel_after_arrival), Roles{Role::supervisor});
    EXPECT_EQ(roles_with(Permission::handle_complaint), Roles{Role::supervisor});
    EXPECT_EQ(roles_with(Permission::manage_users), Roles{Role::administrator});
    EXPECT_EQ(roles_with(Permission::view_audit), (Roles{Role::supervisor, Role::administrator}));
}

TEST(Permissions, OfTheAdministratorAreSetUpAndNotTheDesksWork) {
    for (const auto permission :
         {Permission::open_ticket, Permission::edit_ticket, Permission::offer_ticket, Permission::answer_offer,
          Permission::cancel_ticket, Permission::add_note, Permission::edit_customers, Permission::reveal_phone})
        EXPECT_FALSE(permissions_of(Role::administrator).has(permission)) << to_string(permission);
}

TEST(Permissions, EachBelongsToSomeRole) {
    for (const Permission permission : all_values<Permission>)
        EXPECT_FALSE(roles_with(permission).empty()) << to_string(permission);
}

TEST(PermissionSet, IsASet) {
    PermissionSet set{Permission::chase_ticket, Permission::add_note};
    EXPECT_TRUE(set.contains({Permission::add_note}));
    EXPECT_FALSE(set.contains({Permission::add_note, Permission::call_back}));
    set &= PermissionSet{Permission::add_note};
    EXPECT_EQ(set, PermissionSet{Permission::add_note});
    set |= PermissionSet{Permission::call_back};
    EXPECT_TRUE(set.has(Permission::call_back));
    EXPECT_TRUE(PermissionSet{}.empty());
}

}  // namespace
}  // namespace callout::dispatch
