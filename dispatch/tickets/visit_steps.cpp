// A technician's trip: named, departed, arrived, paused, done or not.
#include "dispatch/tickets/draft.hpp"

namespace callout::dispatch {
namespace {

Attributes visit_attributes(const Visit& visit) {
    return {{"visit_number", std::int64_t{visit.number}}, {"technician_id", visit.technician_id}};
}

void end_pause(Draft& draft) {
    auto& pause = draft.ticket().pause;
    if (!pause) return;
    pause->resumed_at = draft.happened_at();
    draft.save(*pause);
    pause.reset();
}

void keep_position(Draft& draft, Visit& visit, const Arrive& command) {
    visit.arrival_point = command.position;
    visit.arrival_accuracy_m = command.accuracy_m;
    const auto& site = draft.ticket().site;
    if (command.position && site) visit.distance_to_site_m = distance_m(*command.position, *site);
}

}  // namespace

void end_visit(Draft& draft, VisitOutcome outcome) {
    end_pause(draft);
    Visit& visit = draft.ticket().visit.value();
    visit.outcome = outcome;
    visit.ended_at = draft.happened_at();
    draft.save(visit);
}

std::optional<Refusal> apply(Draft& draft, const NameTechnician& command) {
    Ticket& ticket = draft.ticket();
    if (command.technician_id == 0 || !is_within(command.technician_unit_path, ticket.dealer_path))
        return refuse(RefusalCode::technician_not_of_dealer, "/technician_id");
    if (command.technician_id == ticket.technician_id)
        return refuse(RefusalCode::technician_already_named, "/technician_id");
    if (ticket.technician_id) {
        // First, while the audience is still the one who is relieved: his phone lets go of the visit.
        draft.record(EventKind::technician_released, {{"technician_id", *ticket.technician_id}}, {Party::technician});
    }
    ticket.technician_id = command.technician_id;
    draft.clear_deadline(DeadlineKind::technician_naming);
    draft.record(EventKind::technician_named, {{"technician_id", command.technician_id}},
                 {Party::technician, Party::office});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const RemindTechnician&) {
    draft.clear_deadline(DeadlineKind::technician_naming);
    draft.record(EventKind::technician_missing, {}, {Party::dealer, Party::office});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const Depart& command) {
    if (auto refusal = draft.set_happened_at(command.happened_at)) return refusal;
    Ticket& ticket = draft.ticket();
    Visit& visit = ticket.visit.emplace();
    visit.number = ++ticket.visits_count;
    visit.offer_number = ticket.offers_count;
    visit.technician_id = ticket.technician_id.value();
    visit.dealer_unit_id = ticket.dealer_unit_id.value();
    visit.departed_at = draft.happened_at();
    ticket.departed_at = draft.happened_at();
    ticket.arrived_at.reset();
    draft.save(visit);
    draft.move(TicketState::en_route, EventKind::visit_departed, visit_attributes(visit), {Party::office});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const Arrive& command) {
    if (auto refusal = draft.set_happened_at(command.happened_at)) return refusal;
    if (command.position && !is_valid(*command.position)) return refuse(RefusalCode::position_invalid, "/latitude");
    Ticket& ticket = draft.ticket();
    Visit& visit = ticket.visit.value();
    visit.arrived_at = draft.happened_at();
    keep_position(draft, visit, command);
    ticket.arrived_at = draft.happened_at();
    if (!ticket.first_arrived_at) ticket.first_arrived_at = draft.happened_at();
    draft.save(visit);
    Attributes attributes = visit_attributes(visit);
    if (visit.arrival_accuracy_m) attributes.emplace_back("accuracy_m", *visit.arrival_accuracy_m);
    if (visit.distance_to_site_m) attributes.emplace_back("distance_to_site_m", *visit.distance_to_site_m);
    draft.move(TicketState::on_site, EventKind::visit_arrived, std::move(attributes), {Party::office});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const PauseVisit& command) {
    if (auto refusal = draft.set_happened_at(command.happened_at)) return refusal;
    if (auto refusal = check_reason(command.reason, command.note)) return refusal;
    Ticket& ticket = draft.ticket();
    Visit& visit = ticket.visit.value();
    Pause& pause = ticket.pause.emplace();
    pause.visit_number = visit.number;
    pause.number = ++visit.pauses_count;
    pause.reason = *command.reason;
    pause.stops_clock = stops_clock(pause.reason);
    pause.note = command.note;
    pause.paused_at = draft.happened_at();
    draft.save(visit);
    draft.save(pause);
    Attributes attributes = visit_attributes(visit);
    attributes.emplace_back("reason", name_value(*command.reason));
    attributes.emplace_back("stops_clock", pause.stops_clock);
    add_text(attributes, "note", command.note);
    draft.move(TicketState::paused, EventKind::visit_paused, std::move(attributes),
               {Party::office, Party::dispatchers});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const ResumeVisit& command) {
    if (auto refusal = draft.set_happened_at(command.happened_at)) return refusal;
    end_pause(draft);
    draft.move(TicketState::on_site, EventKind::visit_resumed, visit_attributes(draft.ticket().visit.value()),
               {Party::office});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const FinishRepair& command) {
    if (auto refusal = draft.set_happened_at(command.happened_at)) return refusal;
    Ticket& ticket = draft.ticket();
    Visit& visit = ticket.visit.value();
    visit.description = command.description;
    visit.signed_by = command.signed_by;
    visit.signature = command.signature;
    end_visit(draft, VisitOutcome::repaired);
    ticket.repaired_at = draft.happened_at();
    ticket.callback_attempts_count = 0;
    ticket.callback_due_at = draft.happened_at() + draft.settings().callback_within;
    draft.set_deadline(DeadlineKind::callback_due, *ticket.callback_due_at);
    Attributes attributes = visit_attributes(visit);
    add_text(attributes, "description", command.description);
    add_text(attributes, "signed_by", command.signed_by);
    draft.move(TicketState::repaired, EventKind::visit_repaired, std::move(attributes), {Party::agents, Party::office});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const LeaveUnrepaired& command) {
    if (auto refusal = draft.set_happened_at(command.happened_at)) return refusal;
    if (auto refusal = check_reason(command.reason, command.note)) return refusal;
    Ticket& ticket = draft.ticket();
    Visit& visit = ticket.visit.value();
    visit.unrepaired_reason = command.reason;
    visit.description = command.note;
    end_visit(draft, VisitOutcome::unrepaired);
    draft.release_dealer();
    // The next visit is looked for afresh; the dealer who came did not fail to answer.
    ticket.failed_offers_count = 0;
    Attributes attributes = visit_attributes(visit);
    attributes.emplace_back("reason", name_value(*command.reason));
    add_text(attributes, "note", command.note);
    draft.move(TicketState::open, EventKind::visit_unrepaired, std::move(attributes),
               {Party::dispatchers, Party::office, Party::former_dealer});
    return std::nullopt;
}

}  // namespace callout::dispatch
