// Calling the customer back after a repair, or after a complaint was resolved, until the ticket closes.
#include "dispatch/tickets/draft.hpp"

namespace callout::dispatch {
namespace {

std::optional<Refusal> check_content(const RecordCallback& command) {
    if (!command.outcome) return refuse(RefusalCode::outcome_required, "/outcome");
    if (command.outcome == CallbackOutcome::reached && !command.fixed)
        return refuse(RefusalCode::fixed_required, "/fixed");
    if (command.outcome == CallbackOutcome::unreached) {
        if (command.fixed) return refuse(RefusalCode::nobody_reached, "/fixed");
        if (command.score) return refuse(RefusalCode::nobody_reached, "/score");
        if (!command.answers.empty()) return refuse(RefusalCode::nobody_reached, "/answers");
    }
    if (command.score && (*command.score < 1 || *command.score > 5))
        return refuse(RefusalCode::score_out_of_range, "/score");
    return std::nullopt;
}

Callback callback_row(Draft& draft, const RecordCallback& command) {
    Ticket& ticket = draft.ticket();
    Callback callback;
    callback.number = ++ticket.callbacks_count;
    callback.attempt = ++ticket.callback_attempts_count;
    callback.outcome = *command.outcome;
    callback.note = command.note;
    callback.called_by = draft.context().actor.user_id;
    callback.called_at = draft.happened_at();
    callback.fixed = command.fixed;
    callback.score = command.score;
    callback.answers = command.answers;
    return callback;
}

Attributes callback_attributes(const Callback& callback) {
    Attributes attributes{{"attempt", std::int64_t{callback.attempt}}, {"outcome", name_value(callback.outcome)}};
    if (callback.fixed) attributes.emplace_back("fixed", *callback.fixed);
    if (callback.score) attributes.emplace_back("score", std::int64_t{*callback.score});
    add_text(attributes, "note", callback.note);
    return attributes;
}

void wait_for_next_attempt(Draft& draft, const Callback& callback) {
    Ticket& ticket = draft.ticket();
    ticket.callback_due_at = draft.happened_at() + draft.settings().callback_retry_after;
    draft.set_deadline(DeadlineKind::callback_due, *ticket.callback_due_at);
    Attributes attributes = callback_attributes(callback);
    attributes.emplace_back("callback_due_at", *ticket.callback_due_at);
    draft.record(EventKind::callback_attempted, std::move(attributes));
}

void reopen(Draft& draft, const Callback& callback) {
    Ticket& ticket = draft.ticket();
    draft.release_dealer();
    ticket.failed_offers_count = 0;
    ++ticket.reopened_count;
    // These speak of the repair that was none; its events and rows keep them.
    ticket.repaired_at.reset();
    ticket.resolved_at.reset();
    ticket.callback_outcome.reset();
    ticket.score.reset();
    draft.move(TicketState::open, EventKind::ticket_reopened, callback_attributes(callback),
               {Party::dispatchers, Party::office, Party::former_dealer});
    // The visit they shared did not help this one: it is a fault of its own.
    if (ticket.lead_ticket_id) leave_incident(draft);
}

void close(Draft& draft) {
    draft.ticket().ended_at = draft.happened_at();
    draft.move_by_itself(TicketState::closed, EventKind::ticket_closed);
}

void follow_up(Draft& draft, const Callback& callback) {
    Ticket& ticket = draft.ticket();
    ticket.callback_outcome = callback.outcome;
    ticket.score = callback.score;
    ticket.followed_up_at = draft.happened_at();
    draft.move(TicketState::followed_up, EventKind::ticket_followed_up, callback_attributes(callback));
    if (!draft.context().claim_owed) close(draft);
}

}  // namespace

std::optional<Refusal> apply(Draft& draft, const RecordCallback& command) {
    if (auto refusal = draft.set_happened_at(command.happened_at)) return refusal;
    if (auto refusal = check_content(command)) return refusal;
    const Callback callback = callback_row(draft, command);
    draft.save(callback);
    const bool reached = callback.outcome == CallbackOutcome::reached;
    if (!reached && callback.attempt < draft.settings().callback_attempts) {
        wait_for_next_attempt(draft, callback);
        return std::nullopt;
    }
    draft.ticket().callback_due_at.reset();
    draft.clear_deadline(DeadlineKind::callback_due);
    if (reached && !*callback.fixed)
        reopen(draft, callback);
    else
        follow_up(draft, callback);
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const RemindCallback&) {
    draft.clear_deadline(DeadlineKind::callback_due);
    draft.record(EventKind::callback_overdue, {}, {Party::agents});
    return std::nullopt;
}

std::optional<Refusal> apply(Draft& draft, const CloseTicket&) {
    if (draft.ticket().state == TicketState::answered) draft.clear_deadline(DeadlineKind::answered_close);
    draft.ticket().ended_at = draft.happened_at();
    draft.move(TicketState::closed, EventKind::ticket_closed, {});
    return std::nullopt;
}

}  // namespace callout::dispatch
