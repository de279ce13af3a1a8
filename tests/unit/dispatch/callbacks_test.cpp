#include <map>

#include "tests/unit/dispatch/ticket_play.hpp"

namespace callout::dispatch::play {
namespace {

using enum TicketState;

RecordCallback unreached() {
    RecordCallback command;
    command.outcome = CallbackOutcome::unreached;
    return command;
}

RecordCallback reached(bool fixed, std::optional<std::int32_t> score = std::nullopt) {
    RecordCallback command;
    command.outcome = CallbackOutcome::reached;
    command.fixed = fixed;
    command.score = score;
    return command;
}

TEST(Callback, ReachedAndFixedClosesTheTicketInTheSameStep) {
    Life life = in(repaired);
    auto command = reached(true, 4);
    command.answers = {{"on_time", "yes"}};
    life.step(command, person(Role::agent));
    EXPECT_EQ(life.ticket.state, closed);
    EXPECT_EQ(life.ticket.score, 4);
    EXPECT_EQ(life.ticket.callback_outcome, CallbackOutcome::reached);
    ASSERT_EQ(kinds_of(life.last), (std::vector{EventKind::ticket_followed_up, EventKind::ticket_closed}));
    EXPECT_EQ(life.last.events.at(0).actor_user_id, 100);
    EXPECT_EQ(life.last.events.at(1).source, Source::system) << "nobody closed it, nothing was owed";
    EXPECT_FALSE(life.last.events.at(1).actor_user_id);
    EXPECT_EQ(life.last.events.at(1).from_state, followed_up);
    EXPECT_EQ(record_of<Callback>(life.last)->answers, command.answers);
    EXPECT_FALSE(deadline_of(life.last, DeadlineKind::callback_due).due_at);
    EXPECT_TRUE(life.ticket.ended_at);
}

TEST(Callback, LeavesATicketWithAnOpenClaimFollowedUp) {
    Life life = in(repaired);
    DecisionContext context = at(life.now, person(Role::agent));
    context.claim_owed = true;
    life.step(reached(true), context);
    EXPECT_EQ(life.ticket.state, followed_up);
    EXPECT_EQ(decide(life.ticket, CloseTicket{},
                     [&] {
                         auto owed = at(life.now);
                         owed.claim_owed = true;
                         return owed;
                     }())
                  .error()
                  .code,
              RefusalCode::claim_owed);
    EXPECT_EQ(life.refused(CloseTicket{}, person(Role::supervisor)).code, RefusalCode::system_only);
    life.step(CloseTicket{});
    EXPECT_EQ(life.ticket.state, closed);
}

TEST(Callback, IsTriedThreeTimesAndThenFollowedUpUnreached) {
    Life life = in(repaired);
    for (int attempt = 1; attempt <= 2; ++attempt) {
        const Instant now = life.now;
        life.step(unreached(), person(Role::agent));
        EXPECT_EQ(life.ticket.state, repaired);
        EXPECT_EQ(kinds_of(life.last), std::vector{EventKind::callback_attempted});
        EXPECT_EQ(deadline_of(life.last, DeadlineKind::callback_due).due_at, now + 4h);
        EXPECT_EQ(record_of<Callback>(life.last)->attempt, attempt);
    }
    life.step(unreached(), person(Role::agent));
    EXPECT_EQ(life.ticket.state, closed);
    EXPECT_EQ(life.ticket.callback_outcome, CallbackOutcome::unreached);
    EXPECT_EQ(life.ticket.callbacks_count, 3);
    EXPECT_EQ(std::get<std::string>(attribute(life.last.events.at(0).attributes, "outcome")), "unreached");
}

TEST(Callback, NotFixedReopensTheTicketAndCountsAgainstTheFirstVisit) {
    Life life = in(repaired);
    life.step(reached(false, 1), person(Role::agent));
    EXPECT_EQ(life.ticket.state, open);
    EXPECT_EQ(life.ticket.reopened_count, 1);
    EXPECT_FALSE(life.ticket.dealer_unit_id);
    EXPECT_FALSE(life.ticket.repaired_at);
    EXPECT_FALSE(deadline_of(life.last, DeadlineKind::callback_due).due_at);
    EXPECT_EQ(kinds_of(life.last), std::vector{EventKind::ticket_reopened});
    life.act(Action::offer).act(Action::confirm).act(Action::name_technician).act(Action::depart).act(Action::arrive);
    life.act(Action::finish).step(unreached(), person(Role::agent));
    EXPECT_EQ(record_of<Callback>(life.last)->attempt, 1) << "a new repair has its own three attempts";
    EXPECT_EQ(record_of<Callback>(life.last)->number, 2);
}

TEST(Callback, SaysWhatIsMissing) {
    const Life life = in(repaired);
    EXPECT_EQ(life.refused(RecordCallback{}).code, RefusalCode::outcome_required);
    auto no_word = reached(true);
    no_word.fixed.reset();
    EXPECT_EQ(life.refused(no_word).code, RefusalCode::fixed_required);
    EXPECT_EQ(life.refused(reached(true, 0)).code, RefusalCode::score_out_of_range);
    EXPECT_EQ(life.refused(reached(true, 6)).pointer, "/score");
    EXPECT_EQ(class_of(RefusalCode::fixed_required), RefusalClass::invalid);
}

TEST(Callback, UnreachedTakesNothingTheCustomerWouldHaveSaid) {
    const Life life = in(repaired);
    for (const auto& [pointer, say] : std::map<std::string, void (*)(RecordCallback&)>{
             {"/fixed", [](RecordCallback& command) { command.fixed = true; }},
             {"/score", [](RecordCallback& command) { command.score = 5; }},
             {"/answers", [](RecordCallback& command) {
                  command.answers = {{"polite", "yes"}};
              }}}) {
        auto command = unreached();
        say(command);
        EXPECT_EQ(life.refused(command).code, RefusalCode::nobody_reached);
        EXPECT_EQ(life.refused(command).pointer, pointer);
    }
}

TEST(Callback, OverdueRemindsTheAgentsOnce) {
    Life life = in(repaired);
    life.now += 24h;
    life.step(*command_for(life.ticket, DeadlineKind::callback_due));
    EXPECT_EQ(kinds_of(life.last), std::vector{EventKind::callback_overdue});
    EXPECT_EQ(life.last.events.at(0).informs, std::vector{Party::agents});
    EXPECT_TRUE(deadline_of(life.last, DeadlineKind::callback_due).spoken);
}

TEST(Complaint, IsInvestigatedResolvedFollowedUpAndClosed) {
    Life life;
    auto command = opening(TicketKind::complaint);
    command.complained_ticket_id = 12;
    life.step(command, person(Role::agent));
    EXPECT_EQ(life.refused(InvestigateComplaint{}, person(Role::agent)).code, RefusalCode::permission_missing);
    life.step(InvestigateComplaint{"called the dealer"}, person(Role::supervisor));
    EXPECT_EQ(life.refused(ResolveComplaint{}, person(Role::supervisor)).pointer, "/resolution");
    life.step(ResolveComplaint{"apology"}, person(Role::supervisor));
    EXPECT_TRUE(deadline_of(life.last, DeadlineKind::callback_due).due_at);
    life.step(reached(true, 3), person(Role::agent));
    EXPECT_EQ(life.ticket.state, closed);
    EXPECT_EQ(life.ticket.complained_ticket_id, 12);
}

TEST(Complaint, UnsatisfiedAtTheCallbackIsOpenAgain) {
    Life life = in(resolved, TicketKind::complaint);
    life.step(unreached()).step(reached(false));
    EXPECT_EQ(life.ticket.state, open);
    EXPECT_FALSE(life.ticket.resolved_at);
    life.act(Action::investigate).act(Action::resolve).step(unreached());
    EXPECT_EQ(record_of<Callback>(life.last)->attempt, 1);
}

TEST(Enquiry, IsAnsweredAndClosesByItselfOrByHand) {
    for (const TicketKind kind : {TicketKind::enquiry, TicketKind::suggestion}) {
        Life life = opened(kind);
        EXPECT_EQ(life.refused(AnswerEnquiry{}).pointer, "/answer");
        const Instant now = life.now;
        life.step(AnswerEnquiry{"ten litres"}, person(Role::agent));
        EXPECT_EQ(life.ticket.state, answered);
        EXPECT_EQ(deadline_of(life.last, DeadlineKind::answered_close).due_at, now + 72h);
        EXPECT_EQ(action_of(*command_for(life.ticket, DeadlineKind::answered_close)), Action::close);
        life.step(CloseTicket{}, person(Role::agent));
        EXPECT_EQ(life.ticket.state, closed);
        EXPECT_TRUE(deadline_of(life.last, DeadlineKind::answered_close).spoken);
    }
}

}  // namespace
}  // namespace callout::dispatch::play
