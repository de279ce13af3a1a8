// Plays a ticket's life through decide() alone, with a small fixed cast, for the tests of the life cycle.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dispatch/tickets/life_cycle.hpp"

namespace callout::dispatch::play {

using namespace std::chrono_literals;

inline constexpr Instant start{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 8h};

inline const UnitPlace office{4, "/1/4/"};
inline const UnitPlace other_office{5, "/1/5/"};
inline const UnitPlace dealer{23, "/1/4/23/"};
inline const UnitPlace other_dealer{24, "/1/4/24/"};
inline const UnitPlace far_dealer{31, "/1/5/31/"};
inline constexpr std::int64_t technician_id = 900;
inline constexpr Point site{31.2304, 121.4737};

inline Actor person(Role role, std::string_view unit_path = "/1/", std::int64_t user_id = 100) {
    return {user_id, {grant_of(role, unit_path, user_id)}};
}

inline Actor the_technician() {
    return person(Role::technician, dealer.path, technician_id);
}

inline Actor the_dealer() {
    return person(Role::dealer, dealer.path, 300);
}

inline Actor nobody_but_callout() {
    return {};
}

inline DecisionContext at(Instant now, Actor actor = nobody_but_callout()) {
    DecisionContext context;
    context.now = now;
    context.source = actor.is_system() ? Source::system : Source::console;
    context.actor = std::move(actor);
    return context;
}

inline OpenTicket opening(TicketKind kind = TicketKind::repair) {
    OpenTicket command;
    command.kind = kind;
    command.customer_id = 77;
    command.asset_id = 88;
    command.office = office;
    command.site = site;
    return command;
}

// A command of each action that decide() accepts wherever the table allows the action.
inline Command a(Action action, const Ticket& ticket = {}) {
    const OfferTicket offer{ticket.dealer_unit_id == dealer.unit_id ? other_dealer : dealer, office, "nearest"};
    switch (action) {
        case Action::open:
            return opening(ticket.kind);
        case Action::edit: {
            EditTicket command;
            command.urgency = Urgency::urgent;
            command.changed = {"urgency"};
            return command;
        }
        case Action::offer:
            return offer;
        case Action::recall:
            return RecallOffer{RecallReason::wrong_dealer, ""};
        case Action::redispatch:
            return Redispatch{RecallReason::nearer_dealer, "", offer};
        case Action::confirm:
            return ConfirmOffer{ticket.offers_count, std::nullopt};
        case Action::reject:
            return RejectOffer{ticket.offers_count, RejectReason::no_capacity, ""};
        case Action::remind_offer:
            return RemindOffer{ticket.offers_count};
        case Action::expire_offer:
            return ExpireOffer{ticket.offers_count};
        case Action::name_technician:
            return NameTechnician{technician_id, ticket.dealer_path};
        case Action::remind_technician:
            return RemindTechnician{};
        case Action::depart:
            return Depart{};
        case Action::arrive:
            return Arrive{std::nullopt, site, 12.0};
        case Action::pause:
            return PauseVisit{std::nullopt, PauseReason::waiting_for_part, ""};
        case Action::resume:
            return ResumeVisit{};
        case Action::finish:
            return FinishRepair{std::nullopt, "pump replaced", "Wang"};
        case Action::leave_unrepaired:
            return LeaveUnrepaired{std::nullopt, UnrepairedReason::part_missing, ""};
        case Action::record_callback:
            return RecordCallback{std::nullopt, CallbackOutcome::reached, true, 5, {{"polite", "yes"}}, ""};
        case Action::remind_callback:
            return RemindCallback{};
        case Action::merge:
            return MergeTicket{4711, ticket.kind, TicketState::open};
        case Action::unmerge:
            return UnmergeTicket{""};
        case Action::cancel:
            return CancelTicket{CancelReason::customer_withdrew, ""};
        case Action::chase:
            return ChaseTicket{"when?"};
        case Action::note:
            return AddNote{"gate code known"};
        case Action::answer:
            return AnswerEnquiry{"by the manual"};
        case Action::investigate:
            return InvestigateComplaint{""};
        case Action::resolve:
            return ResolveComplaint{"apologised"};
        case Action::close:
            return CloseTicket{};
        case Action::join_incident:
            return JoinIncident{12, std::nullopt};
        case Action::leave_incident:
            return LeaveIncident{""};
        case Action::finish_with_lead:
            return FinishWithLead{};
    }
    return CloseTicket{};
}

// One ticket going through its life; a step takes one minute unless told otherwise.
struct Life {
    Ticket ticket;
    Instant now = start;
    Decision last;

    Life& step(const Command& command, Actor actor = nobody_but_callout()) { return step(command, at(now, actor)); }

    Life& step(const Command& command, const DecisionContext& context) {
        auto decision = decide(ticket, command, context);
        if (!decision) {
            ADD_FAILURE() << to_string(action_of(command)) << " in " << to_string(ticket.state)
                          << " refused: " << to_string(decision.error().code);
            return *this;
        }
        last = *std::move(decision);
        ticket = last.after;
        now += 1min;
        return *this;
    }

    Life& act(Action action) { return step(a(action, ticket)); }

    // What decide() refuses it with; fails when it does not.
    Refusal refused(const Command& command, Actor actor = nobody_but_callout()) const {
        const auto decision = decide(ticket, command, at(now, actor));
        if (decision) {
            ADD_FAILURE() << to_string(action_of(command)) << " in " << to_string(ticket.state) << " was not refused";
            return {};
        }
        return decision.error();
    }
};

inline Life opened(TicketKind kind = TicketKind::repair) {
    Life life;
    life.ticket.id = 1;
    life.step(opening(kind));
    return life;
}

// The shortest way of this kind of ticket into the state; a kind that never gets there is put there by force.
inline Life in(TicketState state, TicketKind kind = TicketKind::repair) {
    using enum TicketState;
    Life life = opened(kind);
    const auto go = [&](std::vector<Action> actions) {
        for (const Action action : actions) life.act(action);
    };
    const auto follow_up = [&] {
        DecisionContext context = at(life.now);
        context.claim_owed = true;
        life.step(a(Action::record_callback, life.ticket), context);
    };
    if (state == merged) go({Action::merge});
    if (state == cancelled) go({Action::cancel});
    if (kind == TicketKind::repair) {
        static const std::vector<std::pair<TicketState, Action>> way{
            {offered, Action::offer},   {confirmed, Action::confirm}, {confirmed, Action::name_technician},
            {en_route, Action::depart}, {on_site, Action::arrive},    {paused, Action::pause},
            {on_site, Action::resume},  {repaired, Action::finish}};
        const auto last = std::find_if(way.rbegin(), way.rend(), [&](const auto& leg) {
            return leg.first == state && !(state == on_site && leg.second == Action::resume);
        });
        const bool beyond = state == followed_up || state == closed;
        const auto legs = beyond ? way.size() : static_cast<std::size_t>(way.rend() - last);
        for (std::size_t i = 0; i < legs; ++i) life.act(way[i].second);
    } else if (kind == TicketKind::complaint) {
        const bool resolves = state == resolved || state == followed_up || state == closed;
        if (resolves || state == investigating) go({Action::investigate});
        if (resolves) go({Action::resolve});
    } else if (state == answered || state == closed) {
        go({Action::answer});
    }
    if (state == followed_up && life.ticket.state != open) follow_up();
    if (state == closed && life.ticket.state != open)
        go({life.ticket.state == answered ? Action::close : Action::record_callback});
    life.ticket.state = state;
    return life;
}

inline bool has_event(const Decision& decision, EventKind kind) {
    return std::ranges::any_of(decision.events, [&](const Event& event) { return event.kind == kind; });
}

inline std::vector<EventKind> kinds_of(const Decision& decision) {
    std::vector<EventKind> kinds;
    for (const auto& event : decision.events) kinds.push_back(event.kind);
    return kinds;
}

// The value of an attribute, or a monostate-like empty text when there is none.
inline AttributeValue attribute(const Attributes& attributes, std::string_view name) {
    for (const auto& [own_name, value] : attributes)
        if (own_name == name) return value;
    return std::string{"(none)"};
}

template <typename Row>
const Row* record_of(const Decision& decision) {
    const Row* found = nullptr;
    for (const auto& record : decision.records)
        if (const Row* row = std::get_if<Row>(&record)) found = row;
    return found;
}

// The last word on a deadline: whether the decision spoke of it, and when it is due.
struct DeadlineWord {
    bool spoken = false;
    std::optional<Instant> due_at;
};

inline DeadlineWord deadline_of(const Decision& decision, DeadlineKind kind) {
    DeadlineWord word;
    for (const auto& change : decision.deadlines)
        if (change.kind == kind) word = {true, change.due_at};
    return word;
}

}  // namespace callout::dispatch::play
