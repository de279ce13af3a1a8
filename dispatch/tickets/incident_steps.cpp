// One fault, many tickets: a ticket that follows another is repaired by that one's visit and called back for itself.
#include "dispatch/tickets/draft.hpp"

namespace callout::dispatch {

std::optional<Refusal> apply(Draft& draft, const JoinIncident& command) {
    Ticket& ticket = draft.ticket();
    Attributes attributes{{"incident_id", command.incident_id}};
    if (command.lead) {
        if (command.lead->id == ticket.id) return refuse(RefusalCode::lead_is_itself, "/lead_ticket_id");
        if (!can_lead(command.lead->kind, command.lead->state) || command.lead->follows)
            return refuse(RefusalCode::lead_over, "/lead_ticket_id", {{"state", name_value(command.lead->state)}});
        // Whoever has a job of his own does not wait for another's visit: it is taken back first.
        if (ticket.state != TicketState::open)
            return refuse(RefusalCode::ticket_state_forbids, {}, {{"state", name_value(ticket.state)}});
        ticket.lead_ticket_id = command.lead->id;
        attributes.emplace_back("lead_ticket_id", command.lead->id);
    }
    ticket.incident_id = command.incident_id;
    draft.record(EventKind::ticket_joined_incident, std::move(attributes), {Party::dispatchers, Party::office});
    return std::nullopt;
}

void leave_incident(Draft& draft, const std::string& note) {
    Ticket& ticket = draft.ticket();
    Attributes attributes{{"incident_id", ticket.incident_id.value()}};
    if (ticket.lead_ticket_id) attributes.emplace_back("lead_ticket_id", *ticket.lead_ticket_id);
    add_text(attributes, "note", note);
    ticket.incident_id.reset();
    ticket.lead_ticket_id.reset();
    draft.record(EventKind::ticket_left_incident, std::move(attributes), {Party::dispatchers, Party::office});
}

std::optional<Refusal> apply(Draft& draft, const LeaveIncident& command) {
    leave_incident(draft, command.note);
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const FinishWithLead&) {
    Ticket& ticket = draft.ticket();
    ticket.repaired_at = draft.happened_at();
    ticket.callback_attempts_count = 0;
    ticket.callback_due_at = draft.happened_at() + draft.settings().callback_within;
    draft.set_deadline(DeadlineKind::callback_due, *ticket.callback_due_at);
    draft.move(TicketState::repaired, EventKind::ticket_repaired_with_lead,
               {{"lead_ticket_id", ticket.lead_ticket_id.value()}}, {Party::agents, Party::office});
    return std::nullopt;
}

bool can_lead(TicketKind kind, TicketState state) {
    using enum TicketState;
    return kind == TicketKind::repair && (state == open || state == offered || state == confirmed ||
                                          state == en_route || state == on_site || state == paused);
}

std::optional<Command> command_of_follower(Action of_lead, const Ticket& lead) {
    if (of_lead == Action::finish && lead.state == TicketState::repaired) return FinishWithLead{};
    const bool lets_go =
        of_lead == Action::leave_incident || lead.state == TicketState::cancelled || lead.state == TicketState::merged;
    if (lets_go) return LeaveIncident{};
    return std::nullopt;
}

}  // namespace callout::dispatch
