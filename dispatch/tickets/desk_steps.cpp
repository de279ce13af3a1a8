// What the hotline's desk does with a ticket beside dispatching it.
#include "dispatch/tickets/draft.hpp"

namespace callout::dispatch {
namespace {

bool has_departed(TicketState state) {
    return state == TicketState::en_route || state == TicketState::on_site || state == TicketState::paused;
}

void clear_deadlines_of(Draft& draft, TicketState state) {
    if (state == TicketState::offered) {
        draft.clear_deadline(DeadlineKind::offer_reminder);
        draft.clear_deadline(DeadlineKind::offer_expiry);
    }
    if (state == TicketState::confirmed) draft.clear_deadline(DeadlineKind::technician_naming);
}

// A dealer who had only been asked loses the ticket; one who had confirmed keeps seeing what became of it.
void end_work(Draft& draft) {
    Ticket& ticket = draft.ticket();
    clear_deadlines_of(draft, ticket.state);
    if (has_departed(ticket.state)) end_visit(draft, VisitOutcome::aborted);
    if (!ticket.dealer_unit_id) return;
    Offer& offer = ticket.offer.value();
    offer.outcome = OfferOutcome::cancelled;
    offer.ended_at = draft.happened_at();
    draft.save(offer);
    if (ticket.state == TicketState::offered) draft.release_dealer();
}

// Who waits for this ticket to move.
std::vector<Party> whom_to_chase(const Ticket& ticket) {
    if (ticket.state == TicketState::open) return {Party::dispatchers, Party::office};
    if (ticket.technician_id) return {Party::technician, Party::dealer, Party::office};
    return {Party::dealer, Party::office};
}

std::optional<Refusal> check_content(const OpenTicket& command) {
    if (command.customer_id == 0) return refuse(RefusalCode::customer_required, "/customer_id");
    if (command.complained_ticket_id && command.kind != TicketKind::complaint)
        return refuse(RefusalCode::complained_ticket_forbidden, "/complained_ticket_id");
    if (command.site && !is_valid(*command.site)) return refuse(RefusalCode::position_invalid, "/latitude");
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> apply(Draft& draft, const OpenTicket& command) {
    const auto now = draft.context().now;
    const auto reported = command.fault_reported_at.value_or(now);
    if (auto refusal = check_content(command)) return refusal;
    if (reported > now + draft.settings().clock_tolerance)
        return refuse(RefusalCode::happened_in_future, "/fault_reported_at", {{"now", now}});
    Ticket& ticket = draft.ticket();
    ticket.kind = command.kind;
    ticket.urgency = command.urgency;
    ticket.customer_id = command.customer_id;
    ticket.asset_id = command.asset_id;
    ticket.complained_ticket_id = command.complained_ticket_id;
    ticket.site = command.site;
    if (command.office) {
        ticket.office_unit_id = command.office->unit_id;
        ticket.office_path = command.office->path;
    }
    ticket.fault_reported_at = std::min(reported, now);
    ticket.opened_at = now;
    Attributes attributes{{"kind", name_value(command.kind)}, {"urgency", name_value(command.urgency)}};
    if (command.complained_ticket_id) attributes.emplace_back("complained_ticket_id", *command.complained_ticket_id);
    const bool repair = command.kind == TicketKind::repair;
    draft.move(TicketState::open, EventKind::ticket_opened, std::move(attributes),
               repair ? std::vector{Party::dispatchers, Party::office} : std::vector{Party::agents});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const EditTicket& command) {
    if (command.changed.empty()) return refuse(RefusalCode::nothing_changed);
    if (command.site && *command.site && !is_valid(**command.site))
        return refuse(RefusalCode::position_invalid, "/latitude");
    Ticket& ticket = draft.ticket();
    if (command.urgency) ticket.urgency = *command.urgency;
    if (command.customer_id) ticket.customer_id = *command.customer_id;
    if (command.asset_id) ticket.asset_id = *command.asset_id;
    if (command.site) ticket.site = *command.site;
    if (command.office) {
        ticket.office_unit_id = command.office->unit_id;
        ticket.office_path = command.office->path;
    }
    std::string changed;
    for (const auto& name : command.changed) changed += (changed.empty() ? "" : ",") + name;
    draft.record(EventKind::ticket_edited, {{"changed", std::move(changed)}});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const MergeTicket& command) {
    Ticket& ticket = draft.ticket();
    if (command.into_id == ticket.id) return refuse(RefusalCode::merge_into_itself, "/into_id");
    if (command.into_kind != ticket.kind)
        return refuse(RefusalCode::merge_kinds_differ, "/into_id", {{"kind", name_value(command.into_kind)}});
    if (is_ended(command.into_state))
        return refuse(RefusalCode::merge_target_ended, "/into_id", {{"state", name_value(command.into_state)}});
    // Undone, it must not wait for a lead that went on without it.
    ticket.incident_id.reset();
    ticket.lead_ticket_id.reset();
    ticket.merged_into_id = command.into_id;
    ticket.ended_at = draft.happened_at();
    draft.move(TicketState::merged, EventKind::ticket_merged, {{"merged_into_id", command.into_id}},
               {Party::dispatchers});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const UnmergeTicket& command) {
    Ticket& ticket = draft.ticket();
    Attributes attributes{{"merged_into_id", ticket.merged_into_id.value()}};
    add_text(attributes, "note", command.note);
    ticket.merged_into_id.reset();
    ticket.ended_at.reset();
    draft.move(TicketState::open, EventKind::ticket_unmerged, std::move(attributes), {Party::dispatchers});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const CancelTicket& command) {
    if (auto refusal = check_reason(command.reason, command.note)) return refusal;
    Ticket& ticket = draft.ticket();
    Attributes attributes{{"reason", name_value(*command.reason)}, {"trip_fee_due", has_departed(ticket.state)}};
    add_text(attributes, "note", command.note);
    std::vector<Party> informs{Party::office};
    if (ticket.dealer_unit_id)
        informs.push_back(ticket.state == TicketState::offered ? Party::former_dealer : Party::dealer);
    if (ticket.technician_id) informs.push_back(Party::technician);
    end_work(draft);
    ticket.cancel_reason = command.reason;
    ticket.ended_at = draft.happened_at();
    draft.move(TicketState::cancelled, EventKind::ticket_cancelled, std::move(attributes), std::move(informs));
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const ChaseTicket& command) {
    Ticket& ticket = draft.ticket();
    Attributes attributes{{"chases_count", std::int64_t{++ticket.chases_count}}};
    add_text(attributes, "note", command.note);
    draft.record(EventKind::ticket_chased, std::move(attributes), whom_to_chase(ticket));
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const AddNote& command) {
    if (command.note.empty()) return refuse(RefusalCode::note_required, "/note");
    draft.record(EventKind::ticket_noted, {{"note", command.note}});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const AnswerEnquiry& command) {
    if (command.answer.empty()) return refuse(RefusalCode::note_required, "/answer");
    draft.ticket().answered_at = draft.happened_at();
    draft.set_deadline(DeadlineKind::answered_close, draft.happened_at() + draft.settings().answered_closes_after);
    draft.move(TicketState::answered, EventKind::ticket_answered, {{"answer", command.answer}});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const InvestigateComplaint& command) {
    Attributes attributes;
    add_text(attributes, "note", command.note);
    draft.move(TicketState::investigating, EventKind::ticket_investigating, std::move(attributes), {Party::agents});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const ResolveComplaint& command) {
    if (command.resolution.empty()) return refuse(RefusalCode::note_required, "/resolution");
    Ticket& ticket = draft.ticket();
    ticket.resolved_at = draft.happened_at();
    ticket.callback_attempts_count = 0;
    ticket.callback_due_at = draft.happened_at() + draft.settings().callback_within;
    draft.set_deadline(DeadlineKind::callback_due, *ticket.callback_due_at);
    draft.move(TicketState::resolved, EventKind::ticket_resolved, {{"resolution", command.resolution}},
               {Party::agents});
    return std::nullopt;
}

}  // namespace callout::dispatch
