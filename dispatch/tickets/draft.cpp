#include "dispatch/tickets/draft.hpp"

#include <algorithm>

namespace callout::dispatch {

Draft::Draft(const Ticket& before, const DecisionContext& context, Source source)
    : context_{context},
      source_{source},
      not_before_{before.version == 0 ? context.now : before.state_since},
      happened_at_{std::max(context.now, not_before_)} {
    decision_.after = before;
    ++decision_.after.version;
}

std::optional<Refusal> Draft::set_happened_at(std::optional<Instant> reported) {
    if (!reported) return std::nullopt;
    if (*reported > context_.now + settings().clock_tolerance)
        return refuse(RefusalCode::happened_in_future, "/happened_at", {{"now", context_.now}});
    if (*reported < not_before_ - settings().clock_tolerance)
        return refuse(RefusalCode::happened_too_early, "/happened_at", {{"not_before", not_before_}});
    happened_at_ = std::max(std::min(*reported, context_.now), not_before_);
    return std::nullopt;
}

void Draft::record(EventKind kind, Attributes attributes, std::vector<Party> informs) {
    move(ticket().state, kind, std::move(attributes), std::move(informs));
}

void Draft::move(TicketState to, EventKind kind, Attributes attributes, std::vector<Party> informs) {
    const bool opens = kind == EventKind::ticket_opened;
    Event& event = decision_.events.emplace_back();
    event.kind = kind;
    event.ticket_id = ticket().id;
    event.ticket_version = ticket().version;
    if (!opens) event.from_state = ticket().state;
    event.to_state = to;
    event.happened_at = happened_at_;
    event.recorded_at = context_.now;
    event.source = source_;
    event.actor_user_id = context_.actor.user_id;
    event.attributes = std::move(attributes);
    event.audience = next_audience();
    event.informs = std::move(informs);
    if (opens || ticket().state != to) ticket().state_since = happened_at_;
    ticket().state = to;
}

void Draft::move_by_itself(TicketState to, EventKind kind) {
    move(to, kind, {});
    decision_.events.back().source = Source::system;
    decision_.events.back().actor_user_id.reset();
}

void Draft::release_dealer() {
    former_dealer_path_ = std::exchange(ticket().dealer_path, {});
    former_technician_id_ = std::exchange(ticket().technician_id, std::nullopt);
    ticket().dealer_unit_id.reset();
    ticket().promised_arrival_at.reset();
}

Audience Draft::next_audience() {
    // Not audience_of(): what happens later is none of a former dealer's business.
    return {.office_path = ticket().office_path,
            .dealer_path = ticket().dealer_path,
            .former_dealer_path = std::exchange(former_dealer_path_, {}),
            .technician_id =
                ticket().technician_id ? ticket().technician_id : std::exchange(former_technician_id_, std::nullopt),
            .user_ids = {}};
}

Decision Draft::finish() && {
    return std::move(decision_);
}

Refusal refuse(RefusalCode code, std::string pointer, Attributes details) {
    return {code, std::move(pointer), std::move(details)};
}

void add_text(Attributes& attributes, std::string name, const std::string& text) {
    if (!text.empty()) attributes.emplace_back(std::move(name), text);
}

}  // namespace callout::dispatch
