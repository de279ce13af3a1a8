#include "tests/unit/dispatch/ticket_play.hpp"

namespace callout::dispatch::play {
namespace {

using enum TicketState;

TEST(Opening, RecordsWhenTheFaultWasReported) {
    Life life;
    auto command = opening();
    command.fault_reported_at = start - 3h;
    life.step(command, person(Role::agent));
    EXPECT_EQ(life.ticket.version, 1);
    EXPECT_EQ(life.ticket.opened_at, start);
    EXPECT_EQ(life.ticket.state_since, start);
    EXPECT_EQ(life.ticket.fault_reported_at, start - 3h);
    const Event& event = life.last.events.at(0);
    EXPECT_EQ(event.kind, EventKind::ticket_opened);
    EXPECT_FALSE(event.from_state);
    EXPECT_EQ(event.to_state, open);
    EXPECT_EQ(event.ticket_version, 1);
}

TEST(Opening, TakesAReportFromAClockALittleAheadAsNow) {
    Life life;
    auto command = opening();
    command.fault_reported_at = start + 30s;
    life.step(command);
    EXPECT_EQ(life.ticket.fault_reported_at, start);
}

TEST(Opening, SaysWhatIsWrong) {
    const Life life;
    auto nobody = opening();
    nobody.customer_id = 0;
    EXPECT_EQ(life.refused(nobody).code, RefusalCode::customer_required);
    auto future = opening();
    future.fault_reported_at = start + 2min;
    EXPECT_EQ(life.refused(future).pointer, "/fault_reported_at");
    auto about = opening();
    about.complained_ticket_id = 3;
    EXPECT_EQ(life.refused(about).code, RefusalCode::complained_ticket_forbidden);
    auto nowhere = opening();
    nowhere.site = Point{0, 0};
    EXPECT_EQ(life.refused(nowhere).code, RefusalCode::position_invalid);
    EXPECT_EQ(life.refused(opening(), the_dealer()).code, RefusalCode::permission_missing);
}

TEST(Edit, NamesWhatChanged) {
    Life life = in(en_route);
    EditTicket command;
    EXPECT_EQ(life.refused(command).code, RefusalCode::nothing_changed);
    command.urgency = Urgency::urgent;
    command.asset_id = 89;
    command.changed = {"urgency", "asset_id"};
    const Instant since = life.ticket.state_since;
    life.step(command, person(Role::agent));
    EXPECT_EQ(life.ticket.urgency, Urgency::urgent);
    EXPECT_EQ(life.ticket.asset_id, 89);
    EXPECT_EQ(life.ticket.state_since, since);
    EXPECT_EQ(std::get<std::string>(attribute(life.last.events.at(0).attributes, "changed")), "urgency,asset_id");
}

TEST(Merge, CanBeUndone) {
    Life life = opened();
    life.step(MergeTicket{2, TicketKind::repair, offered}, person(Role::agent));
    EXPECT_EQ(life.ticket.state, merged);
    EXPECT_EQ(life.ticket.merged_into_id, 2);
    EXPECT_TRUE(life.ticket.ended_at);
    life.step(UnmergeTicket{"another machine"}, person(Role::dispatcher));
    EXPECT_EQ(life.ticket.state, open);
    EXPECT_FALSE(life.ticket.merged_into_id);
    EXPECT_FALSE(life.ticket.ended_at);
    EXPECT_EQ(std::get<std::int64_t>(attribute(life.last.events.at(0).attributes, "merged_into_id")), 2);
}

TEST(Merge, NeedsAnotherLiveTicketOfTheSameKind) {
    const Life life = opened();
    EXPECT_EQ(life.refused(MergeTicket{1, TicketKind::repair, open}).code, RefusalCode::merge_into_itself);
    EXPECT_EQ(life.refused(MergeTicket{2, TicketKind::enquiry, open}).code, RefusalCode::merge_kinds_differ);
    for (const TicketState state : {merged, closed, cancelled})
        EXPECT_EQ(life.refused(MergeTicket{2, TicketKind::repair, state}).code, RefusalCode::merge_target_ended);
}

TEST(Cancel, BeforeArrivalIsTheAgentsAndAfterItTheSupervisors) {
    for (const TicketState state : {open, offered, confirmed, en_route}) {
        const Life life = in(state);
        EXPECT_TRUE(decide(life.ticket, a(Action::cancel), at(life.now, person(Role::agent)))) << to_string(state);
    }
    for (const TicketState state : {on_site, paused}) {
        const Life life = in(state);
        EXPECT_EQ(life.refused(a(Action::cancel), person(Role::agent)).code, RefusalCode::permission_missing);
        EXPECT_TRUE(decide(life.ticket, a(Action::cancel), at(life.now, person(Role::supervisor))));
    }
}

TEST(Cancel, NeedsAReason) {
    EXPECT_EQ(opened().refused(CancelTicket{}).code, RefusalCode::reason_required);
    EXPECT_EQ(opened().refused(CancelTicket{CancelReason::other, ""}).code, RefusalCode::note_required);
}

TEST(Cancel, SaysWhetherATripFeeIsDue) {
    for (const auto& [state, due] : {std::pair{open, false}, {confirmed, false}, {en_route, true}, {paused, true}}) {
        Life life = in(state);
        life.act(Action::cancel);
        EXPECT_EQ(std::get<bool>(attribute(life.last.events.at(0).attributes, "trip_fee_due")), due);
    }
}

TEST(Cancel, EndsWhatWasUnderWay) {
    Life life = in(paused);
    life.act(Action::cancel);
    EXPECT_EQ(record_of<Offer>(life.last)->outcome, OfferOutcome::cancelled);
    EXPECT_EQ(record_of<Visit>(life.last)->outcome, VisitOutcome::aborted);
    EXPECT_TRUE(record_of<Pause>(life.last)->resumed_at);
    EXPECT_EQ(life.ticket.dealer_path, dealer.path) << "he worked on it and keeps seeing it";
    Life asked = in(offered);
    asked.act(Action::cancel);
    EXPECT_EQ(asked.ticket.dealer_path, "") << "he was only asked";
    EXPECT_EQ(asked.last.events.at(0).audience.former_dealer_path, dealer.path);
    EXPECT_TRUE(deadline_of(asked.last, DeadlineKind::offer_expiry).spoken);
}

TEST(Cancel, LosesToTheConfirmationThatCameBefore) {
    Life life = in(offered);
    life.act(Action::cancel);
    const auto refusal = life.refused(ConfirmOffer{1, {}}, the_dealer());
    EXPECT_EQ(refusal.code, RefusalCode::offer_over);
    EXPECT_EQ(std::get<std::string>(attribute(refusal.details, "outcome")), "cancelled");
}

TEST(Chase, IsAnEventOnTheTicketForWhoeverItWaitsFor) {
    Life life = opened();
    life.step(ChaseTicket{"urgent"}, person(Role::agent));
    EXPECT_EQ(life.ticket.chases_count, 1);
    EXPECT_EQ(life.last.events.at(0).informs, (std::vector{Party::dispatchers, Party::office}));
    life.act(Action::offer).act(Action::chase);
    EXPECT_EQ(life.last.events.at(0).informs, (std::vector{Party::dealer, Party::office}));
    Life travelling = in(en_route);
    travelling.act(Action::chase);
    EXPECT_EQ(travelling.last.events.at(0).informs.at(0), Party::technician);
}

TEST(Note, NeedsText) {
    EXPECT_EQ(in(closed).refused(AddNote{}).code, RefusalCode::note_required);
}

TEST(Clock, GoingBackwardsNeverPutsAStepBeforeTheOneBefore) {
    Life life = in(offered);
    life.now = life.ticket.state_since - 5min;
    const Instant since = life.ticket.state_since;
    life.act(Action::confirm);
    EXPECT_EQ(life.ticket.confirmed_at, since);
}

TEST(Refusals, HaveAClassEach) {
    EXPECT_EQ(class_of(RefusalCode::offer_expired), RefusalClass::conflict);
    EXPECT_EQ(class_of(RefusalCode::not_your_offer), RefusalClass::forbidden);
    EXPECT_EQ(class_of(RefusalCode::reason_required), RefusalClass::invalid);
}

}  // namespace
}  // namespace callout::dispatch::play
