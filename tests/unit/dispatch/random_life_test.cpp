// Whatever people try, in whatever order and at whatever time, a ticket keeps its invariants.
#include <map>
#include <random>

#include "tests/unit/dispatch/ticket_play.hpp"

namespace callout::dispatch::play {
namespace {

using enum TicketState;

struct Walk {
    explicit Walk(std::uint32_t seed) : random{seed} {}

    std::size_t pick(std::size_t count) { return std::uniform_int_distribution<std::size_t>{0, count - 1}(random); }

    bool chance(int percent) { return pick(100) < static_cast<std::size_t>(percent); }

    Actor actor() {
        switch (pick(8)) {
            case 0:
                return the_dealer();
            case 1:
                return the_technician();
            case 2:
                return person(Role::coordinator, office.path);
            case 3:
                return person(Role::agent);
            case 4:
                return person(Role::dispatcher);
            case 5:
                return person(Role::supervisor);
            default:
                return nobody_but_callout();
        }
    }

    // Half of them possible now and not the end of it, the others anything.
    Action action(const Ticket& ticket, Instant now) {
        auto possible = allowed_actions(ticket, at(now));
        std::erase_if(possible, [&](Action action) {
            return (action == Action::cancel || action == Action::merge || action == Action::recall) && !chance(10);
        });
        if (chance(50) || possible.empty()) return static_cast<Action>(pick(value_count<Action>));
        return possible[pick(possible.size())];
    }

    // Mostly sensible, sometimes late, early, without a reason or for another offer.
    Command command(const Ticket& ticket, Instant now) {
        Command made = a(action(ticket, now), ticket);
        std::visit(
            [&](auto& held) {
                if constexpr (requires { held.happened_at; })
                    if (chance(25)) held.happened_at = now - std::chrono::seconds{pick(400)} + 2min;
                if constexpr (requires { held.reason; })
                    if (chance(10)) held.reason.reset();
                if constexpr (requires { held.offer_number; })
                    if (chance(10)) held.offer_number -= 1;
                if constexpr (requires { held.outcome; })
                    if (chance(50)) held.outcome = CallbackOutcome::unreached;
                if constexpr (requires { held.fixed; })
                    if (chance(30)) held.fixed = false;
            },
            made);
        return made;
    }

    std::mt19937 random;
};

bool dealer_has_it(TicketState state) {
    return state == offered || state == confirmed || state == en_route || state == on_site || state == paused;
}

void expect_events_tell_the_decision(const Ticket& before, const Decision& decision, Instant now) {
    ASSERT_FALSE(decision.events.empty());
    auto state = before.version == 0 ? std::nullopt : std::optional{before.state};
    for (const Event& event : decision.events) {
        EXPECT_EQ(event.from_state, state);
        EXPECT_EQ(event.ticket_version, decision.after.version);
        EXPECT_EQ(event.recorded_at, now);
        EXPECT_GE(event.happened_at, before.state_since);
        EXPECT_LT(static_cast<std::size_t>(event.to_state), value_count<TicketState>);
        EXPECT_TRUE(event.audience.user_ids.empty());
        state = event.to_state;
    }
    EXPECT_EQ(state, decision.after.state);
}

void expect_ticket_is_sound(const Ticket& ticket) {
    EXPECT_EQ(ticket.dealer_unit_id.has_value(), !ticket.dealer_path.empty());
    if (dealer_has_it(ticket.state)) {
        EXPECT_EQ(ticket.offer.value().dealer_unit_id, ticket.dealer_unit_id);
        EXPECT_EQ(ticket.offer->outcome, ticket.state == offered ? OfferOutcome::pending : OfferOutcome::confirmed);
    }
    if (ticket.state == open || ticket.state == merged) {
        EXPECT_FALSE(ticket.dealer_unit_id);
        EXPECT_FALSE(ticket.technician_id);
    }
    EXPECT_EQ(ticket.pause.has_value(), ticket.state == paused);
    EXPECT_EQ(ticket.merged_into_id.has_value(), ticket.state == merged);
    EXPECT_EQ(ticket.ended_at.has_value(), is_ended(ticket.state));
    EXPECT_EQ(ticket.offer ? ticket.offer->number : 0, ticket.offers_count);
    EXPECT_EQ(ticket.visit ? ticket.visit->number : 0, ticket.visits_count);
    const bool travelling = ticket.state == en_route || ticket.state == on_site || ticket.state == paused;
    if (ticket.visit) {
        EXPECT_EQ(ticket.visit->outcome == VisitOutcome::under_way, travelling);
    }
}

using Deadlines = std::map<DeadlineKind, Instant>;

void apply_changes(Deadlines& deadlines, const Decision& decision) {
    for (const auto& change : decision.deadlines) {
        if (change.due_at)
            deadlines[change.kind] = *change.due_at;
        else
            deadlines.erase(change.kind);
    }
}

// Every deadline that stands means something, and an offer never stands without the deadline that ends it.
void expect_deadlines_are_live(const Ticket& ticket, const Deadlines& deadlines) {
    for (const auto& [kind, due_at] : deadlines) EXPECT_TRUE(command_for(ticket, kind)) << to_string(kind);
    ASSERT_EQ(deadlines.contains(DeadlineKind::offer_expiry), ticket.state == offered);
    if (ticket.state == offered) {
        EXPECT_EQ(deadlines.at(DeadlineKind::offer_expiry), ticket.offer->expires_at);
    }
}

void walk(std::uint32_t seed, std::map<TicketState, int>& visited) {
    Walk dice{seed};
    Ticket ticket;
    ticket.kind = dice.chance(70) ? TicketKind::repair : all_values<TicketKind>[dice.pick(4)];
    Deadlines deadlines;
    Instant now = start;
    for (int step = 0; step < 400; ++step) {
        now += std::chrono::seconds{dice.pick(step % 50 == 0 ? 7200 : 60)};
        const auto context = at(now, dice.actor());
        const Command command = dice.command(ticket, now);
        const auto decision = decide(ticket, command, context);
        if (!decision) continue;
        SCOPED_TRACE("seed " + std::to_string(seed) + " step " + std::to_string(step) + " " +
                     std::string{to_string(ticket.state)} + " " + std::string{to_string(action_of(command))});
        EXPECT_EQ(decision->after.version, ticket.version + 1);
        EXPECT_GE(decision->after.state_since, ticket.state_since);
        expect_events_tell_the_decision(ticket, *decision, now);
        expect_ticket_is_sound(decision->after);
        apply_changes(deadlines, *decision);
        expect_deadlines_are_live(decision->after, deadlines);
        if (testing::Test::HasFailure()) return;
        ticket = decision->after;
        ++visited[ticket.state];
    }
}

TEST(RandomLife, KeepsItsInvariants) {
    const std::uint32_t first_seed = 20261123;
    std::map<TicketState, int> visited;
    for (std::uint32_t seed = first_seed; seed < first_seed + 400; ++seed) {
        walk(seed, visited);
        ASSERT_FALSE(HasFailure()) << "seed " << seed;
    }
    // The walk is worth something only when it gets everywhere (followed_up is passed within one step).
    for (const TicketState state : all_values<TicketState>) {
        if (state != followed_up) {
            EXPECT_GT(visited[state], 0) << to_string(state);
        }
    }
}

}  // namespace
}  // namespace callout::dispatch::play
