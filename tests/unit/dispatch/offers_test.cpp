#include "tests/unit/dispatch/ticket_play.hpp"

namespace callout::dispatch::play {
namespace {

using enum TicketState;

TEST(Offer, RunsOnItsOwnClockAndInformsDealerAndOfficeAtTheSameMoment) {
    Life life = opened();
    const Instant now = life.now;
    life.step(OfferTicket{dealer, office, "nearest"}, person(Role::dispatcher));
    EXPECT_EQ(life.ticket.offer->offered_at, now);
    EXPECT_EQ(life.ticket.offer->expires_at, now + 15min);
    EXPECT_EQ(life.ticket.offer->offered_by, 100);
    EXPECT_EQ(deadline_of(life.last, DeadlineKind::offer_reminder).due_at, now + 7min + 30s);
    EXPECT_EQ(deadline_of(life.last, DeadlineKind::offer_expiry).due_at, now + 15min);
    const Event& event = life.last.events.at(0);
    EXPECT_EQ(event.kind, EventKind::offer_made);
    EXPECT_EQ(event.informs, (std::vector{Party::dealer, Party::office}));
    EXPECT_EQ(event.audience.dealer_path, dealer.path);
    EXPECT_EQ(event.audience.office_path, office.path);
    EXPECT_EQ(std::get<std::string>(attribute(event.attributes, "why")), "nearest");
    EXPECT_EQ(life.ticket.first_offered_at, now);
}

TEST(Offer, OfAnUrgentTicketIsAnsweredWithinFiveMinutes) {
    Life life;
    auto command = opening();
    command.urgency = Urgency::urgent;
    life.step(command).act(Action::offer);
    EXPECT_EQ(life.ticket.offer->expires_at - life.ticket.offer->offered_at, 5min);
}

TEST(Offer, BringsItsOfficeWhenTheTicketHasNone) {
    Life life;
    auto command = opening();
    command.office.reset();
    life.step(command).step(OfferTicket{far_dealer, other_office, ""});
    EXPECT_EQ(life.ticket.office_path, other_office.path);
    Life with_office = opened();
    with_office.step(OfferTicket{far_dealer, other_office, ""});
    EXPECT_EQ(with_office.ticket.office_path, office.path);
}

TEST(Offer, NeedsADealer) {
    EXPECT_EQ(opened().refused(OfferTicket{}).code, RefusalCode::dealer_required);
    EXPECT_EQ(opened().refused(OfferTicket{}).pointer, "/dealer_unit_id");
}

TEST(Offer, ExpiresByItselfAndGoesBackToOpen) {
    Life life = in(offered);
    life.now = life.ticket.offer->expires_at;
    life.step(*command_for(life.ticket, DeadlineKind::offer_expiry));
    EXPECT_EQ(life.ticket.state, open);
    EXPECT_FALSE(life.ticket.dealer_unit_id);
    EXPECT_EQ(life.ticket.offer->outcome, OfferOutcome::expired);
    EXPECT_EQ(record_of<Offer>(life.last)->ended_at, life.ticket.offer->expires_at);
    const Event& event = life.last.events.at(0);
    EXPECT_EQ(event.kind, EventKind::offer_expired);
    EXPECT_EQ(event.source, Source::system);
    EXPECT_FALSE(event.actor_user_id);
    EXPECT_EQ(event.audience.former_dealer_path, dealer.path);
    EXPECT_EQ(life.ticket.failed_offers_count, 1);
}

TEST(Offer, IsNeverAcceptedBySilenceOrTooLate) {
    Life life = in(offered);
    life.now = life.ticket.offer->expires_at - 1ms;
    EXPECT_EQ(life.refused(ExpireOffer{1}).code, RefusalCode::not_due);
    EXPECT_TRUE(decide(life.ticket, ConfirmOffer{1, {}}, at(life.now, the_dealer())));
    life.now += 1ms;
    EXPECT_EQ(life.refused(ConfirmOffer{1, {}}, the_dealer()).code, RefusalCode::offer_expired);
    EXPECT_EQ(life.refused(RejectOffer{1, RejectReason::too_far, ""}, the_dealer()).code, RefusalCode::offer_expired);
}

TEST(Offer, ConfirmedJustAfterItExpiredIsToldSo) {
    Life life = in(offered);
    const Instant expires_at = life.ticket.offer->expires_at;
    life.now = expires_at;
    life.act(Action::expire_offer);
    const auto refusal = life.refused(ConfirmOffer{1, {}}, the_dealer());
    EXPECT_EQ(refusal.code, RefusalCode::offer_expired);
    EXPECT_EQ(std::get<Instant>(attribute(refusal.details, "ended_at")), expires_at);
    // His console may still ask about the ticket he has just lost.
    EXPECT_TRUE(the_dealer().reaches(audience_of(life.ticket)));
}

TEST(Offer, ExpiringJustAfterItWasConfirmedChangesNothing) {
    Life life = in(offered);
    life.step(ConfirmOffer{1, {}}, the_dealer());
    life.now += 1h;
    const auto refusal = life.refused(ExpireOffer{1});
    EXPECT_EQ(refusal.code, RefusalCode::offer_over);
    EXPECT_EQ(std::get<std::string>(attribute(refusal.details, "outcome")), "confirmed");
    EXPECT_FALSE(command_for(life.ticket, DeadlineKind::offer_expiry));
}

TEST(Offer, OfEarlierTimesCannotBeAnsweredInPlaceOfThePresentOne) {
    Life life = in(offered);
    life.act(Action::recall).step(OfferTicket{dealer, office, ""});
    EXPECT_EQ(life.refused(ConfirmOffer{1, {}}, the_dealer()).code, RefusalCode::offer_over);
    life.step(ConfirmOffer{2, {}}, the_dealer());
    EXPECT_EQ(life.ticket.state, confirmed);
}

TEST(Offer, MergedOrRecalledMeanwhileTellsWhatHappened) {
    Life recalled = in(offered);
    recalled.act(Action::recall);
    const auto over = recalled.refused(ConfirmOffer{1, {}}, the_dealer());
    EXPECT_EQ(over.code, RefusalCode::offer_over);
    EXPECT_EQ(std::get<std::string>(attribute(over.details, "outcome")), "recalled");

    Life merged_first = opened();
    merged_first.act(Action::merge);
    const auto refusal = merged_first.refused(a(Action::offer), person(Role::dispatcher));
    EXPECT_EQ(refusal.code, RefusalCode::ticket_state_forbids);
    EXPECT_EQ(std::get<std::string>(attribute(refusal.details, "state")), "merged");
    EXPECT_EQ(std::get<std::int64_t>(attribute(refusal.details, "merged_into_id")), 4711);

    EXPECT_EQ(in(offered).refused(a(Action::merge), person(Role::agent)).code, RefusalCode::ticket_state_forbids);
}

TEST(Offer, IsAnsweredOnlyByItsDealerOrTheOfficeAboveHim) {
    const Life life = in(offered);
    EXPECT_EQ(life.refused(ConfirmOffer{1, {}}, person(Role::dealer, other_dealer.path)).code,
              RefusalCode::not_your_offer);
    EXPECT_EQ(life.refused(ConfirmOffer{1, {}}, person(Role::coordinator, other_office.path)).code,
              RefusalCode::not_your_offer);
    EXPECT_EQ(life.refused(ConfirmOffer{1, {}}, person(Role::dispatcher)).code, RefusalCode::permission_missing);
    EXPECT_EQ(life.refused(ExpireOffer{1}, person(Role::administrator)).code, RefusalCode::system_only);
    // An agent everywhere and a dealer in another town has no say here.
    Actor both = person(Role::agent);
    both.grants.push_back(grant_of(Role::dealer, other_dealer.path, 100));
    EXPECT_EQ(life.refused(ConfirmOffer{1, {}}, both).code, RefusalCode::not_your_offer);
}

TEST(Offer, OfADealerInAnotherRegionIsNotAnsweredByTheOfficeThatWatchesTheTicket) {
    Life life = opened();
    life.step(OfferTicket{far_dealer, other_office, ""});
    EXPECT_EQ(life.refused(ConfirmOffer{1, {}}, person(Role::coordinator, office.path)).code,
              RefusalCode::not_your_offer);
    life.step(ConfirmOffer{1, {}}, person(Role::coordinator, other_office.path));
    EXPECT_EQ(life.ticket.state, confirmed);
}

TEST(Offer, AnsweredByTheOfficeIsRecordedAsOnBehalf) {
    Life life = in(offered);
    life.step(ConfirmOffer{1, {}}, person(Role::coordinator, office.path));
    EXPECT_EQ(life.last.events.at(0).source, Source::office_on_behalf);
    Life by_dealer = in(offered);
    by_dealer.step(ConfirmOffer{1, {}}, the_dealer());
    EXPECT_EQ(by_dealer.last.events.at(0).source, Source::console);
}

TEST(Offer, ConfirmedRecordsThePromiseAndAsksForATechnicianInTime) {
    Life life = in(offered);
    const Instant now = life.now;
    life.step(ConfirmOffer{1, now + 2h}, the_dealer());
    EXPECT_EQ(life.ticket.promised_arrival_at, now + 2h);
    EXPECT_EQ(life.ticket.confirmed_at, now);
    EXPECT_EQ(deadline_of(life.last, DeadlineKind::technician_naming).due_at, now + 15min);
    EXPECT_TRUE(deadline_of(life.last, DeadlineKind::offer_expiry).spoken);
    EXPECT_FALSE(deadline_of(life.last, DeadlineKind::offer_expiry).due_at);
    EXPECT_EQ(record_of<Offer>(life.last)->outcome, OfferOutcome::confirmed);
}

TEST(Offer, CannotPromiseAnArrivalInThePast) {
    const Life life = in(offered);
    const auto refusal = life.refused(ConfirmOffer{1, life.now - 2min}, the_dealer());
    EXPECT_EQ(refusal.code, RefusalCode::promised_in_past);
    EXPECT_EQ(refusal.pointer, "/promised_arrival_at");
}

TEST(Offer, RejectedOrRecalledNeedsAReasonAndOtherANote) {
    const Life life = in(offered);
    EXPECT_EQ(life.refused(RejectOffer{1, {}, "x"}).code, RefusalCode::reason_required);
    EXPECT_EQ(life.refused(RejectOffer{1, {}, "x"}).pointer, "/reason");
    EXPECT_EQ(life.refused(RejectOffer{1, RejectReason::other, ""}).code, RefusalCode::note_required);
    EXPECT_EQ(life.refused(RecallOffer{{}, ""}).code, RefusalCode::reason_required);
    EXPECT_EQ(life.refused(RecallOffer{RecallReason::other, ""}).pointer, "/note");
}

TEST(Offer, FailingTwiceGoesToTheOfficeAndThreeTimesToHeadquarters) {
    Life life = opened();
    const auto fail = [&] { life.act(Action::offer).act(Action::reject); };
    fail();
    EXPECT_EQ(kinds_of(life.last), std::vector{EventKind::offer_rejected});
    fail();
    EXPECT_EQ(kinds_of(life.last), (std::vector{EventKind::offer_rejected, EventKind::offer_escalated}));
    EXPECT_EQ(life.last.events.at(1).informs, std::vector{Party::office});
    EXPECT_EQ(life.last.events.at(1).ticket_version, life.ticket.version);
    fail();
    EXPECT_EQ(life.last.events.at(1).informs.at(0), Party::headquarters);
    EXPECT_EQ(std::get<std::int64_t>(attribute(life.last.events.at(1).attributes, "failed_offers_count")), 3);
    // What the former dealer may know is that he lost it, not how it goes on.
    EXPECT_EQ(life.last.events.at(0).audience.former_dealer_path, dealer.path);
    EXPECT_EQ(life.last.events.at(1).audience.former_dealer_path, "");
}

TEST(Offer, RecalledIsNoFailureOfTheDealer) {
    Life life = in(offered);
    life.act(Action::recall);
    EXPECT_EQ(life.ticket.failed_offers_count, 0);
    EXPECT_EQ(kinds_of(life.last), std::vector{EventKind::offer_recalled});
}

TEST(Offer, RecalledFromAConfirmedTicketTakesItFromTheTechnicianToo) {
    Life life = in(confirmed);
    life.act(Action::recall);
    EXPECT_EQ(life.ticket.state, open);
    EXPECT_FALSE(life.ticket.technician_id);
    EXPECT_EQ(life.last.events.at(0).audience.technician_id, technician_id);
    EXPECT_TRUE(deadline_of(life.last, DeadlineKind::technician_naming).spoken);
    EXPECT_EQ(life.ticket.offer->outcome, OfferOutcome::recalled);
    EXPECT_TRUE(life.ticket.offer->answered_at);
}

TEST(Offer, RecalledOnTheWayAbortsTheVisit) {
    Life life = in(en_route);
    life.act(Action::recall);
    EXPECT_EQ(record_of<Visit>(life.last)->outcome, VisitOutcome::aborted);
}

TEST(Redispatch, RecallsAndOffersInOneStep) {
    Life life = in(confirmed);
    life.step(Redispatch{RecallReason::dealer_unreachable, "", {other_dealer, office, "next"}},
              person(Role::dispatcher));
    EXPECT_EQ(life.ticket.state, offered);
    EXPECT_EQ(life.ticket.dealer_path, other_dealer.path);
    EXPECT_EQ(kinds_of(life.last), (std::vector{EventKind::offer_recalled, EventKind::offer_made}));
    EXPECT_EQ(life.last.events.at(0).audience.former_dealer_path, dealer.path);
    EXPECT_EQ(life.last.events.at(1).audience.former_dealer_path, "");
    EXPECT_EQ(life.last.events.at(1).audience.dealer_path, other_dealer.path);
    EXPECT_FALSE(life.last.events.at(1).audience.technician_id);
    EXPECT_EQ(life.last.records.size(), 2U);
    EXPECT_TRUE(deadline_of(life.last, DeadlineKind::offer_expiry).due_at);
    EXPECT_FALSE(life.ticket.confirmed_at);
}

TEST(Redispatch, OfAnOfferedTicketLeavesTheNewOffersDeadlines) {
    Life life = in(offered);
    life.step(Redispatch{RecallReason::dealer_too_slow, "", {other_dealer, office, ""}});
    EXPECT_EQ(deadline_of(life.last, DeadlineKind::offer_expiry).due_at, life.ticket.offer->expires_at);
}

TEST(Redispatch, ToTheSameDealerIsRefused) {
    const Life life = in(confirmed);
    EXPECT_EQ(life.refused(Redispatch{RecallReason::dealer_too_slow, "", {dealer, office, ""}}).code,
              RefusalCode::already_offered_here);
}

TEST(OfferReminder, ComesOnceAtHalfTime) {
    Life life = in(offered);
    life.now = life.ticket.offer->offered_at + 7min + 30s;
    life.step(*command_for(life.ticket, DeadlineKind::offer_reminder));
    EXPECT_EQ(life.ticket.state, offered);
    EXPECT_EQ(life.last.events.at(0).informs, std::vector{Party::dealer});
    EXPECT_FALSE(deadline_of(life.last, DeadlineKind::offer_reminder).due_at);
}

TEST(Offer, LostGivesTheFormerDealersOfficeNoMoreSayInTheTicket) {
    Life life = opened();
    life.step(OfferTicket{far_dealer, other_office, ""});
    const Actor his_office = person(Role::coordinator, other_office.path);
    EXPECT_TRUE(decide(life.ticket, ChaseTicket{}, at(life.now, his_office)));
    life.act(Action::reject);
    EXPECT_EQ(life.refused(ChaseTicket{}, his_office).code, RefusalCode::out_of_scope);
}

TEST(Offer, FailuresAreCountedAfreshWhenAnotherVisitIsNeeded) {
    Life left = opened();
    left.act(Action::offer).act(Action::reject).act(Action::offer).act(Action::confirm);
    left.act(Action::name_technician).act(Action::depart).act(Action::arrive);
    Life not_fixed = left;
    left.act(Action::leave_unrepaired);
    EXPECT_EQ(left.ticket.failed_offers_count, 0);
    EXPECT_EQ(not_fixed.ticket.failed_offers_count, 1);
    RecordCallback callback;
    callback.outcome = CallbackOutcome::reached;
    callback.fixed = false;
    not_fixed.act(Action::finish).step(callback);
    EXPECT_EQ(not_fixed.ticket.failed_offers_count, 0);
}

}  // namespace
}  // namespace callout::dispatch::play
