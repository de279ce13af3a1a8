#include "dispatch/tickets/life_cycle.hpp"

#include <algorithm>
#include <stdexcept>

#include "dispatch/tickets/draft.hpp"

namespace callout::dispatch {
namespace {

bool is_answer_of_offer(Action action) {
    return action == Action::confirm || action == Action::reject || action == Action::expire_offer ||
           action == Action::remind_offer;
}

std::optional<std::int32_t> offer_number_of(const Command& command) {
    return std::visit(
        [](const auto& held) -> std::optional<std::int32_t> {
            if constexpr (requires { held.offer_number; }) return held.offer_number;
            return std::nullopt;
        },
        command);
}

// What became of an offer that can no longer be answered.
Refusal offer_is_over(const Ticket& ticket, std::int32_t number) {
    Attributes details{{"offer_number", std::int64_t{number}}, {"state", name_value(ticket.state)}};
    // An earlier offer's end stands in its row; here it is enough that another one took its place.
    if (ticket.offer->number != number) return refuse(RefusalCode::offer_over, {}, std::move(details));
    details.emplace_back("outcome", name_value(ticket.offer->outcome));
    if (ticket.offer->ended_at) details.emplace_back("ended_at", *ticket.offer->ended_at);
    if (ticket.offer->outcome != OfferOutcome::expired) return refuse(RefusalCode::offer_over, {}, std::move(details));
    details.emplace_back("expires_at", ticket.offer->expires_at);
    return refuse(RefusalCode::offer_expired, {}, std::move(details));
}

bool starts_from(const Step& step, const Ticket& ticket) {
    return ticket.version == 0 ? !step.from.has_value() : step.from == ticket.state;
}

bool is_for(const Step& step, TicketKind kind) {
    return std::ranges::find(step.kinds, kind) != step.kinds.end();
}

const Step* find_step(const Ticket& ticket, Action action) {
    const auto table = life_cycle();
    const auto found = std::ranges::find_if(table, [&](const Step& step) {
        return step.action == action && starts_from(step, ticket) && is_for(step, ticket.kind);
    });
    return found == table.end() ? nullptr : &*found;
}

// Why the table has no such step: the kind of ticket never takes it, its offer is over, or it is in another state.
Refusal no_step(const Ticket& ticket, Action action, std::optional<std::int32_t> offer_number) {
    const bool kind_takes_it = std::ranges::any_of(
        life_cycle(), [&](const Step& step) { return step.action == action && is_for(step, ticket.kind); });
    if (!kind_takes_it) return refuse(RefusalCode::ticket_kind_forbids, {}, {{"kind", name_value(ticket.kind)}});
    if (is_answer_of_offer(action) && ticket.offer)
        return offer_is_over(ticket, offer_number.value_or(ticket.offers_count));
    Attributes details{{"state", name_value(ticket.state)}, {"version", ticket.version}};
    if (ticket.merged_into_id) details.emplace_back("merged_into_id", *ticket.merged_into_id);
    return refuse(RefusalCode::ticket_state_forbids, {}, std::move(details));
}

// Who must be reached to use a permission on this ticket. What is the dealer's to do is done by him or by the office
// above him, not by the office that merely watches the ticket.
Audience responsible_for(Permission permission, const Ticket& ticket) {
    Audience audience = audience_of(ticket);
    audience.former_dealer_path.clear();
    const bool dealers_own = permission == Permission::answer_offer || permission == Permission::name_technician ||
                             permission == Permission::report_visit ||
                             permission == Permission::report_visit_for_others;
    if (dealers_own) audience.office_path.clear();
    return audience;
}

// The grant the actor acts by, null for Callout itself.
tl::expected<const Grant*, Refusal> authorise(const Ticket& ticket, const Step& step, const Actor& actor) {
    if (actor.is_system()) return nullptr;
    if (!step.permission) return tl::unexpected{refuse(RefusalCode::system_only)};
    const auto permission = *step.permission;
    if (const Grant* grant = actor.grant_for(permission, responsible_for(permission, ticket))) return grant;
    const bool visit = permission == Permission::report_visit;
    if (visit) {
        constexpr auto for_others = Permission::report_visit_for_others;
        if (const Grant* grant = actor.grant_for(for_others, responsible_for(for_others, ticket))) return grant;
    }
    if (!actor.has(permission) && !(visit && actor.has(Permission::report_visit_for_others)))
        return tl::unexpected{refuse(RefusalCode::permission_missing, {}, {{"permission", name_value(permission)}})};
    if (visit) return tl::unexpected{refuse(RefusalCode::not_your_visit)};
    if (permission == Permission::answer_offer) return tl::unexpected{refuse(RefusalCode::not_your_offer)};
    return tl::unexpected{refuse(RefusalCode::out_of_scope)};
}

std::optional<Refusal> check_offer(const Ticket& ticket, Action action, const DecisionContext& context,
                                   std::int32_t number) {
    const Offer& offer = ticket.offer.value();
    if (number != offer.number) return offer_is_over(ticket, number);
    const bool time_is_up = context.now >= offer.expires_at;
    if (action == Action::expire_offer && !time_is_up)
        return refuse(RefusalCode::not_due, {}, {{"due_at", offer.expires_at}});
    // Silence never accepts: past its time an offer cannot be answered, also before the deadline's row has fired.
    if ((action == Action::confirm || action == Action::reject) && time_is_up)
        return refuse(RefusalCode::offer_expired, {},
                      {{"offer_number", std::int64_t{number}}, {"expires_at", offer.expires_at}});
    return std::nullopt;
}

std::optional<Refusal> check_guards(const Ticket& ticket, Action action, const DecisionContext& context,
                                    std::optional<std::int32_t> offer_number) {
    if (is_answer_of_offer(action))
        return check_offer(ticket, action, context, offer_number.value_or(ticket.offers_count));
    if (action == Action::depart && !ticket.technician_id) return refuse(RefusalCode::technician_not_named);
    if (action == Action::remind_technician && ticket.technician_id)
        return refuse(RefusalCode::technician_already_named);
    if (action == Action::close && context.claim_owed) return refuse(RefusalCode::claim_owed);
    if (action == Action::offer && ticket.lead_ticket_id)
        return refuse(RefusalCode::follows_lead, {}, {{"lead_ticket_id", *ticket.lead_ticket_id}});
    if ((action == Action::leave_incident && !ticket.incident_id) ||
        (action == Action::finish_with_lead && !ticket.lead_ticket_id))
        return refuse(RefusalCode::not_in_incident);
    return std::nullopt;
}

// Everything that speaks against an action but the content of its command.
tl::expected<const Grant*, Refusal> check(const Ticket& ticket, Action action, const DecisionContext& context,
                                          std::optional<std::int32_t> offer_number) {
    const Step* step = find_step(ticket, action);
    if (!step) return tl::unexpected{no_step(ticket, action, offer_number)};
    auto grant = authorise(ticket, *step, context.actor);
    if (!grant) return grant;
    if (auto refusal = check_guards(ticket, action, context, offer_number)) return tl::unexpected{*std::move(refusal)};
    return grant;
}

// The office filled in for a dealer or a technician without a computer.
bool is_on_behalf(const Grant* grant, Action action) {
    if (!grant || grant->role != Role::coordinator) return false;
    const auto table = life_cycle();
    const auto step = std::ranges::find(table, action, &Step::action);
    return step->permission == Permission::answer_offer || step->permission == Permission::name_technician ||
           step->permission == Permission::report_visit;
}

bool in_table(const Ticket& before, Action action, TicketState to) {
    return std::ranges::any_of(life_cycle(), [&](const Step& step) {
        return step.action == action && step.to == to && starts_from(step, before);
    });
}

}  // namespace

RefusalClass class_of(RefusalCode code) {
    using enum RefusalCode;
    switch (code) {
        case permission_missing:
        case out_of_scope:
        case system_only:
        case not_your_offer:
        case not_your_visit:
            return RefusalClass::forbidden;
        case ticket_state_forbids:
        case ticket_kind_forbids:
        case offer_over:
        case offer_expired:
        case not_due:
        case technician_not_named:
        case merge_target_ended:
        case claim_owed:
        case follows_lead:
        case lead_over:
        case not_in_incident:
            return RefusalClass::conflict;
        case already_offered_here:
        case technician_not_of_dealer:
        case technician_already_named:
        case reason_required:
        case note_required:
        case customer_required:
        case dealer_required:
        case nothing_changed:
        case outcome_required:
        case fixed_required:
        case nobody_reached:
        case score_out_of_range:
        case merge_into_itself:
        case merge_kinds_differ:
        case complained_ticket_forbidden:
        case happened_in_future:
        case happened_too_early:
        case promised_in_past:
        case position_invalid:
        case lead_is_itself:
            break;
    }
    return RefusalClass::invalid;
}

tl::expected<Decision, Refusal> decide(const Ticket& ticket, const Command& command, const DecisionContext& context) {
    const Action action = action_of(command);
    const auto grant = check(ticket, action, context, offer_number_of(command));
    if (!grant) return tl::unexpected{grant.error()};
    Draft draft{ticket, context, is_on_behalf(*grant, action) ? Source::office_on_behalf : context.source};
    auto refusal = std::visit([&](const auto& held) { return apply(draft, held); }, command);
    if (refusal) return tl::unexpected{*std::move(refusal)};
    if (!in_table(ticket, action, draft.ticket().state)) throw std::logic_error{"a step outside the life cycle"};
    return std::move(draft).finish();
}

std::optional<Refusal> refusal_of(const Ticket& ticket, Action action, const DecisionContext& context) {
    const auto grant = check(ticket, action, context, std::nullopt);
    return grant ? std::nullopt : std::optional{grant.error()};
}

std::vector<Action> allowed_actions(const Ticket& ticket, const DecisionContext& context) {
    std::vector<Action> allowed;
    for (const Action action : all_values<Action>) {
        const Step* step = find_step(ticket, action);
        const bool from_elsewhere = action == Action::open || action == Action::join_incident;
        if (!step || !step->permission || from_elsewhere) continue;
        if (!refusal_of(ticket, action, context)) allowed.push_back(action);
    }
    return allowed;
}

std::optional<Command> command_for(const Ticket& ticket, DeadlineKind kind) {
    const auto state = ticket.state;
    switch (kind) {
        case DeadlineKind::offer_reminder:
            if (state == TicketState::offered) return RemindOffer{ticket.offers_count};
            break;
        case DeadlineKind::offer_expiry:
            if (state == TicketState::offered) return ExpireOffer{ticket.offers_count};
            break;
        case DeadlineKind::technician_naming:
            if (state == TicketState::confirmed && !ticket.technician_id) return RemindTechnician{};
            break;
        case DeadlineKind::callback_due:
            if (state == TicketState::repaired || state == TicketState::resolved) return RemindCallback{};
            break;
        case DeadlineKind::answered_close:
            if (state == TicketState::answered) return CloseTicket{};
            break;
    }
    return std::nullopt;
}

}  // namespace callout::dispatch
