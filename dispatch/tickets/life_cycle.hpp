// The life of a ticket is a pure function: the same ticket, command and context always give the same decision, and
// nothing changes a ticket's state but a decision.
//
// One table, life_cycle(), holds every allowed step. decide() looks a command up in it and so does allowed_actions();
// whatever is not in it is forbidden.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "dispatch/clock.hpp"
#include "dispatch/organisation/permissions.hpp"
#include "dispatch/organisation/scope.hpp"
#include "dispatch/tickets/commands.hpp"
#include "dispatch/tickets/event.hpp"
#include "dispatch/tickets/kinds.hpp"
#include "dispatch/tickets/settings.hpp"
#include "dispatch/tickets/ticket.hpp"

namespace callout::dispatch {

// Why a command does not happen. The names are stable: clients and translations go by them.
enum class RefusalCode : std::uint8_t {
    ticket_state_forbids,  // details: state, version
    ticket_kind_forbids,   // details: kind
    permission_missing,    // details: permission
    out_of_scope,          // has the permission, but not here
    system_only,           // only Callout itself does this
    not_your_offer,        // the offer is another dealer's
    not_your_visit,        // another technician's
    offer_over,     // details: offer_number, outcome, ended_at; it was confirmed, rejected, recalled, replaced …
    offer_expired,  // details: offer_number, expires_at
    not_due,        // a deadline that fired too early; details: due_at
    already_offered_here,  // re-dispatch to the dealer who has it
    technician_not_named,
    technician_not_of_dealer,
    technician_already_named,  // by this very name
    reason_required,
    note_required,
    customer_required,
    dealer_required,
    nothing_changed,
    outcome_required,
    fixed_required,
    nobody_reached,  // and something said all the same
    score_out_of_range,
    merge_into_itself,
    merge_kinds_differ,           // details: kind
    merge_target_ended,           // details: state
    complained_ticket_forbidden,  // only a complaint is about another ticket
    happened_in_future,           // details: now
    happened_too_early,           // before the step before; details: not_before
    promised_in_past,
    position_invalid,
    claim_owed,    // cannot close yet
    follows_lead,  // another ticket's visit repairs it; details: lead_ticket_id
    lead_is_itself,
    lead_over,  // it is no repair, is repaired or ended, or follows another itself; details: state
    not_in_incident,
};

constexpr auto enum_names(RefusalCode) {
    return std::to_array<std::string_view>({"ticket_state_forbids",
                                            "ticket_kind_forbids",
                                            "permission_missing",
                                            "out_of_scope",
                                            "system_only",
                                            "not_your_offer",
                                            "not_your_visit",
                                            "offer_over",
                                            "offer_expired",
                                            "not_due",
                                            "already_offered_here",
                                            "technician_not_named",
                                            "technician_not_of_dealer",
                                            "technician_already_named",
                                            "reason_required",
                                            "note_required",
                                            "customer_required",
                                            "dealer_required",
                                            "nothing_changed",
                                            "outcome_required",
                                            "fixed_required",
                                            "nobody_reached",
                                            "score_out_of_range",
                                            "merge_into_itself",
                                            "merge_kinds_differ",
                                            "merge_target_ended",
                                            "complained_ticket_forbidden",
                                            "happened_in_future",
                                            "happened_too_early",
                                            "promised_in_past",
                                            "position_invalid",
                                            "claim_owed",
                                            "follows_lead",
                                            "lead_is_itself",
                                            "lead_over",
                                            "not_in_incident"});
}

// What kind of answer a refusal is; the API makes its status of it.
enum class RefusalClass : std::uint8_t {
    conflict,   // somebody was faster, or the state does not allow it (409)
    forbidden,  // not this person (403)
    invalid,    // the command's own content (422); Refusal::pointer names the field
};

RefusalClass class_of(RefusalCode code);

struct Refusal {
    RefusalCode code = RefusalCode::ticket_state_forbids;
    std::string pointer;  // JSON pointer of the field at fault, or empty
    Attributes details;   // what happened instead
};

struct DecisionContext {
    Instant now{};
    Actor actor;
    Source source = Source::console;  // office_on_behalf is recognised by decide() itself
    LifeCycleSettings settings;
    bool claim_owed = false;  // a claim on this ticket is neither paid nor refused for good
};

struct DeadlineChange {
    DeadlineKind kind = DeadlineKind::offer_expiry;
    std::optional<Instant> due_at;  // missing: there is none any more

    friend bool operator==(const DeadlineChange&, const DeadlineChange&) = default;
};

// A row to insert or replace, keyed by (ticket id, its number); a pause by (ticket id, visit number, number).
using Record = std::variant<Offer, Visit, Pause, Callback>;

struct Decision {
    Ticket after;
    std::vector<Event> events;  // at least one, in the order they happened
    std::vector<DeadlineChange> deadlines;
    std::vector<Record> records;
};

// One allowed step. A command with several possible ends has several rows.
struct Step {
    std::optional<TicketState> from;  // missing: no ticket yet
    Action action = Action::open;
    TicketState to = TicketState::open;
    std::optional<Permission> permission;  // missing: only Callout itself
    std::span<const TicketKind> kinds;
};

std::span<const Step> life_cycle();

// Refusals are looked for in this order: kind and state, permission and scope, guards, the command's content.
tl::expected<Decision, Refusal> decide(const Ticket& ticket, const Command& command, const DecisionContext& context);

// Why this person may not take such a step now, whatever the command would say; nothing when its content alone is left
// to look at.
std::optional<Refusal> refusal_of(const Ticket& ticket, Action action, const DecisionContext& context);

// What this person may do with the ticket now, in the order of Action: what refusal_of() has nothing against. Never
// names what only Callout itself does, nor what is not done from the ticket: `open` and `join_incident`.
std::vector<Action> allowed_actions(const Ticket& ticket, const DecisionContext& context);

// Whether other tickets may follow one like this: a repair that is not done yet.
bool can_lead(TicketKind kind, TicketState state);

// What becomes of the open tickets that follow `lead`, after an action made it what it is: repaired with it, or let go
// when it ended otherwise. Nothing while it is still under way.
std::optional<Command> command_of_follower(Action of_lead, const Ticket& lead);

// What Callout does when a deadline of this kind is due. Nothing when it has no meaning any more for this ticket.
std::optional<Command> command_for(const Ticket& ticket, DeadlineKind kind);

}  // namespace callout::dispatch
