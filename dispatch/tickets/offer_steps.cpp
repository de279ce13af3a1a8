// Offering a ticket to dealers until one confirms.
#include <algorithm>

#include "dispatch/tickets/draft.hpp"

namespace callout::dispatch {
namespace {

std::int64_t wide(std::int32_t number) {
    return number;
}

void clear_answer_deadlines(Draft& draft) {
    draft.clear_deadline(DeadlineKind::offer_reminder);
    draft.clear_deadline(DeadlineKind::offer_expiry);
}

// Ends the offer and takes the ticket back, whatever had come of it.
void end_offer(Draft& draft, OfferOutcome outcome) {
    Offer& offer = draft.ticket().offer.value();
    offer.outcome = outcome;
    offer.ended_at = draft.happened_at();
    draft.save(offer);
    draft.release_dealer();
}

// Two failures concern the office, three and every further one headquarters.
void escalate(Draft& draft) {
    const auto failures = ++draft.ticket().failed_offers_count;
    Attributes attributes{{"failed_offers_count", wide(failures)}};
    if (failures >= draft.settings().headquarters_after_failures) {
        attributes.emplace_back("level", name_value(Party::headquarters));
        draft.record(EventKind::offer_escalated, std::move(attributes), {Party::headquarters, Party::office});
    } else if (failures >= draft.settings().office_after_failures) {
        attributes.emplace_back("level", name_value(Party::office));
        draft.record(EventKind::offer_escalated, std::move(attributes), {Party::office});
    }
}

Attributes offer_attributes(const Offer& offer) {
    return {{"offer_number", wide(offer.number)}, {"dealer_unit_id", offer.dealer_unit_id}};
}

void start_offer(Draft& draft, const OfferTicket& command) {
    Ticket& ticket = draft.ticket();
    const auto now = draft.happened_at();
    const auto time_to_answer = draft.settings().time_to_answer(ticket.urgency);
    Offer& offer = ticket.offer.emplace();
    offer.number = ++ticket.offers_count;
    offer.dealer_unit_id = command.dealer.unit_id;
    offer.dealer_path = command.dealer.path;
    offer.offered_at = now;
    offer.expires_at = now + time_to_answer;
    offer.offered_by = draft.context().actor.user_id;
    offer.why = command.why;
    offer.suggested_rank = command.suggested_rank;
    offer.override_reason = command.override_reason;
    ticket.dealer_unit_id = command.dealer.unit_id;
    ticket.dealer_path = command.dealer.path;
    if (!ticket.office_unit_id && command.office) {
        ticket.office_unit_id = command.office->unit_id;
        ticket.office_path = command.office->path;
    }
    if (!ticket.first_offered_at) ticket.first_offered_at = now;
    ticket.confirmed_at.reset();
    ticket.departed_at.reset();
    ticket.arrived_at.reset();
    draft.save(offer);
    draft.set_deadline(DeadlineKind::offer_reminder, now + time_to_answer / 2);
    draft.set_deadline(DeadlineKind::offer_expiry, offer.expires_at);
}

}  // namespace

std::optional<Refusal> apply(Draft& draft, const OfferTicket& command) {
    if (command.dealer.unit_id == 0 || command.dealer.path.empty())
        return refuse(RefusalCode::dealer_required, "/dealer_unit_id");
    if (command.passes_over_first && !command.override_reason && command.why.empty())
        return refuse(RefusalCode::reason_required, "/override_reason");
    if (command.override_reason == OverrideReason::other && command.why.empty())
        return refuse(RefusalCode::note_required, "/why");
    start_offer(draft, command);
    const Offer& offer = draft.ticket().offer.value();
    Attributes attributes = offer_attributes(offer);
    attributes.emplace_back("expires_at", offer.expires_at);
    add_text(attributes, "why", offer.why);
    if (offer.suggested_rank) attributes.emplace_back("suggested_rank", wide(*offer.suggested_rank));
    if (offer.override_reason) attributes.emplace_back("override_reason", name_value(*offer.override_reason));
    draft.move(TicketState::offered, EventKind::offer_made, std::move(attributes), {Party::dealer, Party::office});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const RecallOffer& command) {
    if (auto refusal = check_reason(command.reason, command.note)) return refusal;
    Ticket& ticket = draft.ticket();
    if (ticket.state == TicketState::offered) clear_answer_deadlines(draft);
    if (ticket.state == TicketState::confirmed) draft.clear_deadline(DeadlineKind::technician_naming);
    if (ticket.state == TicketState::en_route) end_visit(draft, VisitOutcome::aborted);
    ticket.offer.value().recall_reason = command.reason;
    ticket.offer.value().note = command.note;
    end_offer(draft, OfferOutcome::recalled);
    Attributes attributes = offer_attributes(*ticket.offer);
    attributes.emplace_back("reason", name_value(*command.reason));
    add_text(attributes, "note", command.note);
    draft.move(TicketState::open, EventKind::offer_recalled, std::move(attributes),
               {Party::former_dealer, Party::technician, Party::office});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const Redispatch& command) {
    if (command.offer.dealer.unit_id == draft.ticket().dealer_unit_id)
        return refuse(RefusalCode::already_offered_here, "/dealer_unit_id");
    if (auto refusal = apply(draft, RecallOffer{command.reason, command.note})) return refusal;
    return apply(draft, command.offer);
}

std::optional<Refusal> apply(Draft& draft, const ConfirmOffer& command) {
    const auto promised = command.promised_arrival_at;
    if (promised && *promised < draft.happened_at() - draft.settings().clock_tolerance)
        return refuse(RefusalCode::promised_in_past, "/promised_arrival_at", {{"now", draft.context().now}});
    Ticket& ticket = draft.ticket();
    Offer& offer = ticket.offer.value();
    offer.outcome = OfferOutcome::confirmed;
    offer.answered_at = draft.happened_at();
    offer.promised_arrival_at = promised;
    draft.save(offer);
    ticket.confirmed_at = draft.happened_at();
    ticket.promised_arrival_at = promised;
    clear_answer_deadlines(draft);
    draft.set_deadline(DeadlineKind::technician_naming, draft.happened_at() + draft.settings().name_technician_within);
    Attributes attributes = offer_attributes(offer);
    if (promised) attributes.emplace_back("promised_arrival_at", *promised);
    draft.move(TicketState::confirmed, EventKind::offer_confirmed, std::move(attributes),
               {Party::dispatchers, Party::office});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const RejectOffer& command) {
    if (auto refusal = check_reason(command.reason, command.note)) return refusal;
    Offer& offer = draft.ticket().offer.value();
    offer.answered_at = draft.happened_at();
    offer.reject_reason = command.reason;
    offer.note = command.note;
    clear_answer_deadlines(draft);
    end_offer(draft, OfferOutcome::rejected);
    Attributes attributes = offer_attributes(offer);
    attributes.emplace_back("reason", name_value(*command.reason));
    add_text(attributes, "note", command.note);
    draft.move(TicketState::open, EventKind::offer_rejected, std::move(attributes),
               {Party::dispatchers, Party::office});
    escalate(draft);
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const RemindOffer&) {
    const Offer& offer = draft.ticket().offer.value();
    Attributes attributes = offer_attributes(offer);
    attributes.emplace_back("expires_at", offer.expires_at);
    draft.clear_deadline(DeadlineKind::offer_reminder);
    draft.record(EventKind::offer_reminded, std::move(attributes), {Party::dealer});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const ExpireOffer&) {
    clear_answer_deadlines(draft);
    end_offer(draft, OfferOutcome::expired);
    draft.move(TicketState::open, EventKind::offer_expired, offer_attributes(draft.ticket().offer.value()),
               {Party::dispatchers, Party::office, Party::former_dealer});
    escalate(draft);
    return std::nullopt;
}

}  // namespace callout::dispatch
