#include "tests/unit/dispatch/ticket_play.hpp"

namespace callout::dispatch::play {
namespace {

using enum TicketState;

TEST(Technician, MustBelongToTheDealer) {
    Life life = opened();
    life.act(Action::offer).act(Action::confirm);
    EXPECT_EQ(life.refused(NameTechnician{901, other_dealer.path}, the_dealer()).code,
              RefusalCode::technician_not_of_dealer);
    EXPECT_EQ(life.refused(NameTechnician{901, office.path}, the_dealer()).code, RefusalCode::technician_not_of_dealer);
    EXPECT_EQ(life.refused(NameTechnician{0, dealer.path}, the_dealer()).pointer, "/technician_id");
    life.step(NameTechnician{901, dealer.path + "77/"}, the_dealer());
    EXPECT_EQ(life.ticket.technician_id, 901);
    EXPECT_TRUE(deadline_of(life.last, DeadlineKind::technician_naming).spoken);
}

TEST(Technician, ReplacedByAnotherIsToldThatHeIsReleased) {
    Life life = in(confirmed);
    life.step(NameTechnician{901, dealer.path}, the_dealer());
    ASSERT_EQ(kinds_of(life.last), (std::vector{EventKind::technician_released, EventKind::technician_named}));
    EXPECT_EQ(life.last.events.at(0).audience.technician_id, technician_id);
    EXPECT_EQ(life.last.events.at(1).audience.technician_id, 901);
    EXPECT_EQ(life.refused(NameTechnician{901, dealer.path}).code, RefusalCode::technician_already_named);
}

TEST(Technician, NotNamedInTimeIsReportedToTheOffice) {
    Life life = opened();
    life.act(Action::offer).act(Action::confirm);
    life.now += 15min;
    life.step(*command_for(life.ticket, DeadlineKind::technician_naming));
    EXPECT_EQ(kinds_of(life.last), std::vector{EventKind::technician_missing});
    EXPECT_EQ(life.last.events.at(0).informs, (std::vector{Party::dealer, Party::office}));
    life.step(NameTechnician{technician_id, dealer.path});
    EXPECT_FALSE(command_for(life.ticket, DeadlineKind::technician_naming));
    EXPECT_EQ(life.refused(RemindTechnician{}).code, RefusalCode::technician_already_named);
}

TEST(Visit, IsReportedByItsTechnicianHisDealerOrTheOfficeOnly) {
    const Life life = in(confirmed);
    EXPECT_EQ(life.refused(Depart{}, person(Role::technician, dealer.path, 901)).code, RefusalCode::not_your_visit);
    EXPECT_EQ(life.refused(Depart{}, person(Role::dealer, other_dealer.path)).code, RefusalCode::not_your_visit);
    EXPECT_EQ(life.refused(Depart{}, person(Role::agent)).code, RefusalCode::permission_missing);
    for (const auto& actor : {the_technician(), the_dealer(), person(Role::coordinator, office.path)})
        EXPECT_TRUE(decide(life.ticket, Depart{}, at(life.now, actor)));
    const auto by_office = decide(life.ticket, Depart{}, at(life.now, person(Role::coordinator, office.path)));
    EXPECT_EQ(by_office->events.at(0).source, Source::office_on_behalf);
}

TEST(Visit, StartsWithTheDeparture) {
    Life life = in(confirmed);
    const Instant now = life.now;
    life.step(Depart{}, the_technician());
    EXPECT_EQ(life.ticket.visits_count, 1);
    EXPECT_EQ(life.ticket.visit->departed_at, now);
    EXPECT_EQ(life.ticket.visit->technician_id, technician_id);
    EXPECT_EQ(life.ticket.visit->offer_number, 1);
    EXPECT_EQ(*record_of<Visit>(life.last), *life.ticket.visit);
}

TEST(Visit, KeepsTheDistanceFromTheArrivalToTheMachineAsEvidence) {
    Life life = in(en_route);
    life.step(Arrive{{}, Point{31.2394, 121.4737}, 20.0}, the_technician());
    ASSERT_TRUE(life.ticket.visit->distance_to_site_m);
    EXPECT_NEAR(*life.ticket.visit->distance_to_site_m, 1000.8, 1);
    EXPECT_EQ(life.ticket.first_arrived_at, life.ticket.arrived_at);
    Life silent = in(en_route);
    silent.step(Arrive{}, the_technician());
    EXPECT_FALSE(silent.ticket.visit->distance_to_site_m);
    EXPECT_EQ(in(en_route).refused(Arrive{{}, Point{0, 0}, {}}).code, RefusalCode::position_invalid);
}

TEST(Visit, MayBeReportedLaterThanItHappenedButInOrder) {
    Life life = in(confirmed);
    const Instant named = life.now;
    const Instant confirmed_at = *life.ticket.confirmed_at;
    life.now += 2h;  // no network on the way
    EXPECT_EQ(life.refused(Depart{confirmed_at - 2min}).code, RefusalCode::happened_too_early);
    EXPECT_EQ(std::get<Instant>(attribute(life.refused(Depart{confirmed_at - 2min}).details, "not_before")),
              life.ticket.state_since);
    life.step(Depart{named + 10min}, the_technician());
    EXPECT_EQ(life.ticket.departed_at, named + 10min);
    EXPECT_EQ(life.ticket.state_since, named + 10min);
    EXPECT_EQ(life.last.events.at(0).happened_at, named + 10min);
    EXPECT_GT(life.last.events.at(0).recorded_at, named + 1h);
    life.step(Arrive{named + 50min, {}, {}}, the_technician());
    EXPECT_EQ(life.ticket.arrived_at, named + 50min);
    EXPECT_EQ(life.refused(FinishRepair{named + 40min, "", ""}).code, RefusalCode::happened_too_early);
}

TEST(Visit, CannotHaveHappenedInTheFuture) {
    Life life = in(confirmed);
    const auto refusal = life.refused(Depart{life.now + 61s});
    EXPECT_EQ(refusal.code, RefusalCode::happened_in_future);
    EXPECT_EQ(refusal.pointer, "/happened_at");
    const Instant now = life.now;
    life.step(Depart{now + 59s});
    EXPECT_EQ(life.ticket.departed_at, now) << "a clock a little ahead counts as now";
}

TEST(Visit, OfAPhoneALittleBehindIsMovedToTheStepBefore) {
    Life life = in(en_route);
    const Instant departed = *life.ticket.departed_at;
    life.step(Arrive{departed - 30s, {}, {}});
    EXPECT_EQ(life.ticket.arrived_at, departed);
}

TEST(Visit, PausesStopTheClockOnlyForListedReasons) {
    Life life = in(on_site);
    EXPECT_EQ(life.refused(PauseVisit{}).code, RefusalCode::reason_required);
    EXPECT_EQ(life.refused(PauseVisit{{}, PauseReason::other, ""}).code, RefusalCode::note_required);
    const Instant now = life.now;
    life.step(PauseVisit{{}, PauseReason::customer_absent, ""}, the_technician());
    EXPECT_TRUE(life.ticket.pause->stops_clock);
    life.step(ResumeVisit{}, the_technician());
    EXPECT_FALSE(life.ticket.pause);
    EXPECT_EQ(record_of<Pause>(life.last)->paused_at, now);
    EXPECT_EQ(record_of<Pause>(life.last)->resumed_at, now + 1min);
    life.step(PauseVisit{{}, PauseReason::technician_rest, ""});
    EXPECT_FALSE(life.ticket.pause->stops_clock);
    EXPECT_EQ(life.ticket.pause->number, 2);
    EXPECT_FALSE(stops_clock(PauseReason::other));
    EXPECT_TRUE(stops_clock(PauseReason::waiting_for_part));
}

TEST(Visit, FinishedIsSignedAndACallbackFallsDueWithinADay) {
    Life life = in(on_site);
    const Instant now = life.now;
    life.step(FinishRepair{{}, "new injector", "Li"}, the_technician());
    EXPECT_EQ(life.ticket.repaired_at, now);
    EXPECT_EQ(life.ticket.visit->outcome, VisitOutcome::repaired);
    EXPECT_EQ(record_of<Visit>(life.last)->signed_by, "Li");
    EXPECT_EQ(deadline_of(life.last, DeadlineKind::callback_due).due_at, now + 24h);
    EXPECT_EQ(life.ticket.callback_due_at, now + 24h);
}

TEST(Visit, WithoutARepairOpensTheTicketForAnother) {
    Life life = in(on_site);
    EXPECT_EQ(life.refused(LeaveUnrepaired{}).code, RefusalCode::reason_required);
    life.step(LeaveUnrepaired{{}, UnrepairedReason::part_missing, "gasket"}, the_technician());
    EXPECT_EQ(life.ticket.state, open);
    EXPECT_FALSE(life.ticket.dealer_unit_id);
    EXPECT_EQ(life.last.events.at(0).audience.former_dealer_path, dealer.path);
    EXPECT_EQ(life.last.events.at(0).audience.technician_id, technician_id);
    const Instant first_arrival = *life.ticket.first_arrived_at;
    life.act(Action::offer).act(Action::confirm).act(Action::name_technician).act(Action::depart);
    EXPECT_EQ(life.ticket.visit->number, 2);
    EXPECT_EQ(life.ticket.visit->offer_number, 2);
    EXPECT_FALSE(life.ticket.arrived_at);
    life.act(Action::arrive);
    EXPECT_EQ(life.ticket.first_arrived_at, first_arrival);
}

}  // namespace
}  // namespace callout::dispatch::play
