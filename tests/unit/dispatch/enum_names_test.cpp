#include "dispatch/enum_names.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "dispatch/tickets/duplicates.hpp"
#include "dispatch/tickets/life_cycle.hpp"

namespace callout::dispatch {
namespace {

template <typename Enum>
class EnumNames : public testing::Test {};

using Enums = testing::Types<Permission, Role, ScopeKind, TicketKind, Urgency, TicketState, Source, OfferOutcome,
                             VisitOutcome, CallbackOutcome, DeadlineKind, RejectReason, RecallReason, PauseReason,
                             UnrepairedReason, CancelReason, Action, EventKind, Party, RefusalCode, DuplicateReason>;
TYPED_TEST_SUITE(EnumNames, Enums);

TYPED_TEST(EnumNames, AreDistinctLowerSnakeCaseWordsThatParseBack) {
    std::set<std::string_view> seen;
    for (const TypeParam value : all_values<TypeParam>) {
        const auto name = to_string(value);
        EXPECT_TRUE(seen.insert(name).second) << name;
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_."), std::string_view::npos) << name;
        EXPECT_EQ(parse<TypeParam>(name), value);
        EXPECT_EQ(parse<TypeParam>(std::string{name} + "x"), std::nullopt);
    }
    EXPECT_EQ(parse<TypeParam>(""), std::nullopt);
    EXPECT_THROW(to_string(static_cast<TypeParam>(value_count<TypeParam>)), std::out_of_range);
}

// A list of names one short would shift or lose the last ones: these are the last values, by hand.
TEST(EnumNamesLists, ReachTheLastValue) {
    EXPECT_EQ(to_string(Permission::report_call_events), "report_call_events");
    EXPECT_EQ(to_string(Role::administrator), "administrator");
    EXPECT_EQ(to_string(TicketState::resolved), "resolved");
    EXPECT_EQ(to_string(TicketState::paused), "paused");
    EXPECT_EQ(to_string(Source::import), "import");
    EXPECT_EQ(to_string(OfferOutcome::cancelled), "cancelled");
    EXPECT_EQ(to_string(DeadlineKind::answered_close), "answered_close");
    EXPECT_EQ(to_string(Action::close), "close");
    EXPECT_EQ(to_string(Action::leave_unrepaired), "leave_unrepaired");
    EXPECT_EQ(to_string(EventKind::offer_made), "offer.made");
    EXPECT_EQ(to_string(EventKind::technician_missing), "technician.missing");
    EXPECT_EQ(to_string(EventKind::callback_overdue), "callback.overdue");
    EXPECT_EQ(to_string(RefusalCode::claim_owed), "claim_owed");
    EXPECT_EQ(to_string(RefusalCode::offer_expired), "offer_expired");
    EXPECT_EQ(to_string(PauseReason::other), "other");
}

TEST(Actions, AreTheAlternativesOfCommandInTheirOrder) {
    EXPECT_EQ(action_of(OpenTicket{}), Action::open);
    EXPECT_EQ(action_of(Redispatch{}), Action::redispatch);
    EXPECT_EQ(action_of(ExpireOffer{}), Action::expire_offer);
    EXPECT_EQ(action_of(LeaveUnrepaired{}), Action::leave_unrepaired);
    EXPECT_EQ(action_of(RemindCallback{}), Action::remind_callback);
    EXPECT_EQ(action_of(ChaseTicket{}), Action::chase);
    EXPECT_EQ(action_of(CloseTicket{}), Action::close);
}

}  // namespace
}  // namespace callout::dispatch
