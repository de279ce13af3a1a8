// Tickets that follow another: one visit, many callbacks.
#include "dispatch/tickets/offering.hpp"
#include "tests/unit/dispatch/ticket_play.hpp"

namespace callout::dispatch::play {
namespace {

constexpr JoinIncident::Lead lead{.id = 4711, .state = TicketState::offered};

Life following() {
    return opened().step(JoinIncident{12, lead});
}

TEST(Incidents, AFollowerIsOfferedToNobody) {
    const auto life = following();
    EXPECT_EQ(life.ticket.incident_id, 12);
    EXPECT_EQ(life.ticket.lead_ticket_id, 4711);
    const auto refusal = life.refused(OfferTicket{dealer, office, "near"});
    EXPECT_EQ(refusal.code, RefusalCode::follows_lead);
    const auto allowed = allowed_actions(life.ticket, at(life.now));
    EXPECT_EQ(std::ranges::count(allowed, Action::offer), 0);
    EXPECT_EQ(std::ranges::count(allowed, Action::leave_incident), 1);
    EXPECT_EQ(std::ranges::count(allowed, Action::join_incident), 0);
}

TEST(Incidents, TheLeadsRepairRepairsTheFollowerAndHeIsCalledBackForHimself) {
    auto life = following();
    life.act(Action::finish_with_lead);
    EXPECT_EQ(life.ticket.state, TicketState::repaired);
    EXPECT_TRUE(deadline_of(life.last, DeadlineKind::callback_due).due_at);
    EXPECT_EQ(life.ticket.visits_count, 0);
    life.act(Action::record_callback);
    EXPECT_EQ(life.ticket.state, TicketState::closed);
}

TEST(Incidents, AFollowerWhoIsNotHelpedIsDispatchedForHimself) {
    auto life = following();
    life.act(Action::finish_with_lead);
    life.step(RecordCallback{std::nullopt, CallbackOutcome::reached, false, std::nullopt, {}, ""});
    EXPECT_EQ(life.ticket.state, TicketState::open);
    EXPECT_EQ(life.ticket.lead_ticket_id, std::nullopt);
    EXPECT_EQ(life.ticket.incident_id, std::nullopt);
    EXPECT_EQ(kinds_of(life.last), (std::vector{EventKind::ticket_reopened, EventKind::ticket_left_incident}));
    life.act(Action::offer);
    EXPECT_EQ(life.ticket.state, TicketState::offered);
}

TEST(Incidents, ALeadOrAMarkedTicketThatIsNotHelpedStaysInItsIncident) {
    auto life = opened().step(JoinIncident{12, std::nullopt});
    for (const auto action :
         {Action::offer, Action::confirm, Action::name_technician, Action::depart, Action::arrive, Action::finish})
        life.act(action);
    life.step(RecordCallback{std::nullopt, CallbackOutcome::reached, false, std::nullopt, {}, ""});
    EXPECT_EQ(life.ticket.state, TicketState::open);
    EXPECT_EQ(life.ticket.incident_id, 12);
}

TEST(Incidents, OnlyWhatIsStillToBeRepairedLeads) {
    const auto life = opened();
    const auto refused_with = [&](JoinIncident::Lead other) { return life.refused(JoinIncident{12, other}).code; };
    EXPECT_EQ(refused_with({.id = life.ticket.id}), RefusalCode::lead_is_itself);
    EXPECT_EQ(refused_with({.id = 4711, .state = TicketState::repaired}), RefusalCode::lead_over);
    EXPECT_EQ(refused_with({.id = 4711, .state = TicketState::cancelled}), RefusalCode::lead_over);
    EXPECT_EQ(refused_with({.id = 4711, .kind = TicketKind::complaint}), RefusalCode::lead_over);
    EXPECT_EQ(refused_with({.id = 4711, .follows = true}), RefusalCode::lead_over);
}

TEST(Incidents, WhoHasADealerFollowsNobodyButCanBeMarked) {
    auto life = in(TicketState::offered);
    EXPECT_EQ(life.refused(JoinIncident{12, lead}).code, RefusalCode::ticket_state_forbids);
    life.step(JoinIncident{12, std::nullopt});
    EXPECT_EQ(life.ticket.incident_id, 12);
    EXPECT_EQ(life.ticket.state, TicketState::offered);
}

TEST(Incidents, FollowersGoWithTheLeadOrAreLetGo) {
    const auto command_after = [](TicketState state, Action action) {
        const auto command = command_of_follower(action, in(state).ticket);
        return command ? std::optional{action_of(*command)} : std::nullopt;
    };
    EXPECT_EQ(command_after(TicketState::repaired, Action::finish), Action::finish_with_lead);
    EXPECT_EQ(command_after(TicketState::cancelled, Action::cancel), Action::leave_incident);
    EXPECT_EQ(command_after(TicketState::merged, Action::merge), Action::leave_incident);
    EXPECT_EQ(command_after(TicketState::offered, Action::leave_incident), Action::leave_incident);
    EXPECT_EQ(command_after(TicketState::open, Action::leave_unrepaired), std::nullopt);
    EXPECT_EQ(command_after(TicketState::closed, Action::record_callback), std::nullopt);
    auto life = following();
    life.step(LeaveIncident{});
    EXPECT_EQ(life.ticket.incident_id, std::nullopt);
    life.act(Action::offer);
}

TEST(Incidents, AMergedTicketFollowsNobodyAnyMore) {
    auto life = following();
    life.act(Action::merge).act(Action::unmerge).act(Action::offer);
    EXPECT_EQ(life.ticket.state, TicketState::offered);
}

TEST(Incidents, ThePolicyAsksNobodyForAFollower) {
    const LifeCycleSettings settings;
    EXPECT_TRUE(offers_by_itself(true, opened().ticket, Action::open, settings));
    EXPECT_FALSE(offers_by_itself(true, following().ticket, Action::open, settings));
    EXPECT_FALSE(offers_by_itself(false, opened().ticket, Action::open, settings));
    EXPECT_FALSE(offers_by_itself(true, opened().ticket, Action::recall, settings));
    EXPECT_FALSE(offers_by_itself(true, opened(TicketKind::enquiry).ticket, Action::open, settings));
    auto failed = opened().ticket;
    failed.failed_offers_count = settings.headquarters_after_failures;
    EXPECT_FALSE(offers_by_itself(true, failed, Action::reject, settings));
}

}  // namespace
}  // namespace callout::dispatch::play
