#include "dispatch/organisation/scope.hpp"

#include <gtest/gtest.h>

namespace callout::dispatch {
namespace {

const Audience in_shanghai{
    .office_path = "/1/4/", .dealer_path = "/1/4/23/", .former_dealer_path = "", .technician_id = 900, .user_ids = {}};

TEST(Path, IsWithinItselfAndWhatIsAboveButNotItsNamesake) {
    EXPECT_TRUE(is_within("/1/4/23/", "/1/4/23/"));
    EXPECT_TRUE(is_within("/1/4/23/", "/1/"));
    EXPECT_FALSE(is_within("/1/4/", "/1/4/23/"));
    EXPECT_FALSE(is_within("/1/42/", "/1/4/"));
    EXPECT_FALSE(is_within("/1/4/23/", ""));
    EXPECT_FALSE(is_within("", "/1/"));
    EXPECT_FALSE(is_within("", ""));
    EXPECT_FALSE(is_within("/1/42/", "/1/4")) << "no path without its last slash";
}

TEST(Scope, OfTheDeskAndAdministrationIsEverything) {
    for (const Role role : {Role::agent, Role::dispatcher, Role::supervisor, Role::administrator}) {
        EXPECT_TRUE(reaches(scope_of(role, "/1/9/", 5), in_shanghai)) << to_string(role);
        EXPECT_TRUE(reaches(scope_of(role, "", 5), Audience{}));
    }
}

TEST(Scope, OfACoordinatorIsHisOffice) {
    EXPECT_TRUE(reaches(scope_of(Role::coordinator, "/1/4/", 5), in_shanghai));
    EXPECT_FALSE(reaches(scope_of(Role::coordinator, "/1/5/", 5), in_shanghai));
    EXPECT_FALSE(reaches(scope_of(Role::coordinator, "", 5), in_shanghai)) << "no unit, no subtree";
    EXPECT_FALSE(reaches(scope_of(Role::coordinator, "/1/4/", 5), Audience{}));
}

TEST(Scope, OfADealerIsWhatHeAndHisSubstationsHaveOrHaveJustLost) {
    const auto dealer = scope_of(Role::dealer, "/1/4/23/", 5);
    EXPECT_TRUE(reaches(dealer, in_shanghai));
    Audience substation = in_shanghai;
    substation.dealer_path = "/1/4/23/77/";
    EXPECT_TRUE(reaches(dealer, substation));
    Audience other = in_shanghai;
    other.dealer_path = "/1/4/24/";
    EXPECT_FALSE(reaches(dealer, other));
    other.former_dealer_path = "/1/4/23/";
    EXPECT_TRUE(reaches(dealer, other));
}

TEST(Scope, OfATechnicianIsHisOwn) {
    EXPECT_TRUE(reaches(scope_of(Role::technician, "/1/4/23/", 900), in_shanghai));
    EXPECT_FALSE(reaches(scope_of(Role::technician, "/1/4/23/", 901), in_shanghai));
    Audience unassigned = in_shanghai;
    unassigned.technician_id.reset();
    EXPECT_FALSE(reaches(scope_of(Role::technician, "/1/4/23/", 900), unassigned));
}

TEST(Scope, DoesNotReachWhatIsMeantForNamedPeopleOnly) {
    Audience two_agents;
    two_agents.user_ids = {7, 12};
    EXPECT_TRUE(reaches(scope_of(Role::agent, "/1/", 7), two_agents));
    EXPECT_FALSE(reaches(scope_of(Role::agent, "/1/", 8), two_agents));
    EXPECT_TRUE(reaches(scope_of(Role::technician, "/1/", 12), two_agents));
}

TEST(Actor, WithSeveralRolesReachesTheirUnionButUsesAPermissionOnlyWhereItWasGiven) {
    const Actor actor{5, {grant_of(Role::technician, "/1/4/24/", 5), grant_of(Role::coordinator, "/1/5/", 5)}};
    Audience own = in_shanghai;
    own.technician_id = 5;
    Audience region = in_shanghai;
    region.office_path = "/1/5/";
    EXPECT_TRUE(actor.reaches(own));
    EXPECT_TRUE(actor.reaches(region));
    EXPECT_FALSE(actor.reaches(in_shanghai));
    EXPECT_TRUE(actor.has(Permission::answer_offer));
    EXPECT_EQ(actor.grant_for(Permission::answer_offer, own), nullptr);
    ASSERT_NE(actor.grant_for(Permission::answer_offer, region), nullptr);
    EXPECT_EQ(actor.grant_for(Permission::answer_offer, region)->role, Role::coordinator);
    EXPECT_FALSE(actor.is_system());
    EXPECT_TRUE(Actor{}.is_system());
}

}  // namespace
}  // namespace callout::dispatch
