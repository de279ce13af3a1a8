#include "server/api/ticket_view.hpp"

#include <boost/json.hpp>

#include "dispatch/rfc3339.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/warranty.hpp"
#include "server/phones/phone_number.hpp"
#include "server/storage/calls.hpp"
#include "server/storage/names.hpp"
#include "server/storage/ticket_lists.hpp"

namespace callout::api {
namespace {

namespace json = boost::json;
using namespace dispatch;
using storage::Named;

// What happened to a ticket, offer by offer and visit by visit.
struct History {
    std::vector<Offer> offers;
    std::vector<Visit> visits;
    std::vector<Pause> pauses;
    std::vector<Callback> callbacks;
};

History read_history(Call& call, const Ticket& ticket) {
    History history;
    if (ticket.offers_count > 0) history.offers = storage::offers_of(call.db, ticket.id);
    if (ticket.visits_count > 0) {
        history.visits = storage::visits_of(call.db, ticket.id);
        history.pauses = storage::pauses_of(call.db, ticket.id);
    }
    if (ticket.callbacks_count > 0) history.callbacks = storage::callbacks_of(call.db, ticket.id);
    return history;
}

// Of all who had to do with it.
storage::Names names_in(Call& call, const History& history) {
    storage::Names names;
    for (const auto& offer : history.offers) {
        names.ask(Named::unit, offer.dealer_unit_id);
        names.ask(Named::user, offer.offered_by);
    }
    for (const auto& visit : history.visits) {
        names.ask(Named::unit, visit.dealer_unit_id);
        names.ask(Named::user, visit.technician_id);
    }
    for (const auto& callback : history.callbacks) names.ask(Named::user, callback.called_by);
    names.look_up(call.db);
    return names;
}

json::array offers_view(const History& history, const storage::Names& names) {
    json::array view;
    for (const auto& offer : history.offers) {
        const auto reason = offer.recall_reason ? to_json(offer.recall_reason) : to_json(offer.reject_reason);
        view.push_back({{"number", offer.number},
                        {"dealer_unit_id", offer.dealer_unit_id},
                        {"dealer_name", names.of(Named::unit, offer.dealer_unit_id)},
                        {"offered_at", to_rfc3339(offer.offered_at)},
                        {"offered_by", to_json(offer.offered_by)},
                        {"offered_by_name", names.of(Named::user, offer.offered_by)},
                        {"why", offer.why},
                        {"expires_at", to_rfc3339(offer.expires_at)},
                        {"outcome", to_string(offer.outcome)},
                        {"answered_at", to_json(offer.answered_at)},
                        {"promised_arrival_at", to_json(offer.promised_arrival_at)},
                        {"ended_at", to_json(offer.ended_at)},
                        {"reject_reason", to_json(offer.reject_reason)},
                        {"recall_reason", to_json(offer.recall_reason)},
                        {"note", offer.note},
                        {"suggested_rank", to_json(offer.suggested_rank)},
                        {"override_reason", to_json(offer.override_reason)}});
    }
    return view;
}

json::array visits_view(const History& history, const storage::Names& names) {
    json::array view;
    for (const auto& visit : history.visits) {
        json::array pauses_view;
        for (const auto& pause : history.pauses)
            if (pause.visit_number == visit.number)
                pauses_view.push_back({{"number", pause.number},
                                       {"reason", to_string(pause.reason)},
                                       {"stops_clock", pause.stops_clock},
                                       {"note", pause.note},
                                       {"paused_at", to_rfc3339(pause.paused_at)},
                                       {"resumed_at", to_json(pause.resumed_at)}});
        const auto& point = visit.arrival_point;
        view.push_back({{"number", visit.number},
                        {"offer_number", visit.offer_number},
                        {"technician_id", visit.technician_id},
                        {"technician_name", names.of(Named::user, visit.technician_id)},
                        {"dealer_unit_id", visit.dealer_unit_id},
                        {"dealer_name", names.of(Named::unit, visit.dealer_unit_id)},
                        {"departed_at", to_rfc3339(visit.departed_at)},
                        {"arrived_at", to_json(visit.arrived_at)},
                        {"arrival_longitude", point ? json::value(point->longitude) : json::value(nullptr)},
                        {"arrival_latitude", point ? json::value(point->latitude) : json::value(nullptr)},
                        {"arrival_accuracy_m", to_json(visit.arrival_accuracy_m)},
                        {"distance_to_site_m", to_json(visit.distance_to_site_m)},
                        {"ended_at", to_json(visit.ended_at)},
                        {"outcome", to_string(visit.outcome)},
                        {"unrepaired_reason", to_json(visit.unrepaired_reason)},
                        {"description", visit.description},
                        {"signed_by", visit.signed_by},
                        {"signature", visit.signature},
                        {"pauses", std::move(pauses_view)}});
    }
    return view;
}

json::array callbacks_view(const History& history, const storage::Names& names) {
    json::array view;
    for (const auto& callback : history.callbacks) {
        json::object answers;
        for (const auto& [question, answer] : callback.answers) answers[question] = answer;
        view.push_back({{"number", callback.number},
                        {"attempt", callback.attempt},
                        {"called_at", to_rfc3339(callback.called_at)},
                        {"called_by", to_json(callback.called_by)},
                        {"called_by_name", names.of(Named::user, callback.called_by)},
                        {"outcome", to_string(callback.outcome)},
                        {"fixed", to_json(callback.fixed)},
                        {"score", to_json(callback.score)},
                        {"answers", std::move(answers)},
                        {"note", callback.note}});
    }
    return view;
}

json::array actions_view(Call& call, const Ticket& ticket) {
    json::array view;
    for (const auto action : allowed_actions(ticket, decision_context(call))) view.emplace_back(to_string(action));
    return view;
}

json::array calls_view(Call& call, std::int64_t ticket_id) {
    if (!call.principal.actor.has(Permission::handle_calls)) return {};
    return storage::calls_of_ticket(call.db, ticket_id);
}

// What a summary leaves out: the marks that the ticket's life left on it.
void add_history(json::object& view, const Ticket& ticket) {
    view["confirmed_at"] = to_json(ticket.confirmed_at);
    view["departed_at"] = to_json(ticket.departed_at);
    view["arrived_at"] = to_json(ticket.arrived_at);
    view["first_arrived_at"] = to_json(ticket.first_arrived_at);
    view["repaired_at"] = to_json(ticket.repaired_at);
    view["callback_attempts_count"] = ticket.callback_attempts_count;
    view["callback_outcome"] = to_json(ticket.callback_outcome);
    view["score"] = to_json(ticket.score);
    view["followed_up_at"] = to_json(ticket.followed_up_at);
    view["answered_at"] = to_json(ticket.answered_at);
    view["resolved_at"] = to_json(ticket.resolved_at);
    view["ended_at"] = to_json(ticket.ended_at);
    view["cancel_reason"] = to_json(ticket.cancel_reason);
    view["merged_into_id"] = to_json(ticket.merged_into_id);
    view["complained_ticket_id"] = to_json(ticket.complained_ticket_id);
}

// What this person may do now, and whether he reads the number whole.
void add_actions(json::object& view, Call& call, const Ticket& ticket) {
    if (!may_see_phone(call, ticket))
        view["contact_phone"] = phones::mask(std::string_view{view["contact_phone"].as_string()});
    view["actions"] = actions_view(call, ticket);
}

// The deadline that a summary shows: the first that is due.
std::pair<json::value, json::value> next_due(const std::vector<DeadlineChange>& deadlines) {
    const DeadlineChange* next = nullptr;
    for (const auto& deadline : deadlines)
        if (deadline.due_at && (!next || *deadline.due_at < *next->due_at)) next = &deadline;
    if (!next) return {nullptr, nullptr};
    return {to_json(next->due_at), json::value(to_string(next->kind))};
}

// What storage::ticket_summary() will answer of it.
json::object opened_summary(const auth::Principal& opener, const Decision& opened, const storage::TicketText& text,
                            const storage::TicketSubjects& subjects) {
    const Ticket& ticket = opened.after;
    const auto& [customer, asset, fault, office] = subjects;
    const auto [due_at, due_kind] = next_due(opened.deadlines);
    return {
        {"id", ticket.id},
        {"version", ticket.version},
        {"kind", to_string(ticket.kind)},
        {"state", to_string(ticket.state)},
        {"urgency", to_string(ticket.urgency)},
        {"state_since", to_rfc3339(ticket.state_since)},
        {"channel", text.channel},
        {"customer_id", ticket.customer_id},
        {"customer_name", customer->name},
        {"asset_id", to_json(ticket.asset_id)},
        {"serial_number", asset ? asset->serial_number : ""},
        {"product_id", asset ? json::value(asset->product_id) : json::value(nullptr)},
        {"product_name", asset ? asset->product_name : ""},
        {"fault_id", to_json(text.fault_id)},
        {"fault_name", fault ? fault->name : ""},
        {"description", text.description},
        {"contact_name", text.contact_name},
        {"contact_phone", text.contact_phone},
        {"address", text.address},
        {"longitude", ticket.site ? json::value(ticket.site->longitude) : json::value(nullptr)},
        {"latitude", ticket.site ? json::value(ticket.site->latitude) : json::value(nullptr)},
        {"office_unit_id", to_json(ticket.office_unit_id)},
        {"office_name", office ? office->name : ""},
        {"dealer_unit_id", nullptr},
        {"dealer_name", ""},
        {"dealer_phone", ""},
        {"technician_id", nullptr},
        {"technician_name", ""},
        {"technician_phone", ""},
        {"offers_count", 0},
        {"failed_offers_count", 0},
        {"chases_count", 0},
        {"reopened_count", 0},
        {"incident_id", nullptr},
        {"lead_ticket_id", nullptr},
        {"fault_reported_at", to_rfc3339(ticket.fault_reported_at)},
        {"opened_at", to_rfc3339(ticket.opened_at)},
        {"first_offered_at", nullptr},
        {"promised_arrival_at", nullptr},
        {"callback_due_at", nullptr},
        {"due_at", due_at},
        {"due_kind", due_kind},
        {"opened_by", opener.user_id},
        {"opened_by_name", opener.name},
    };
}

bool is_under_way(TicketState state) {
    return state == TicketState::confirmed || state == TicketState::en_route || state == TicketState::on_site ||
           state == TicketState::paused;
}

}  // namespace

DecisionContext decision_context(const Call& call) {
    const bool from_phone = call.request.header("X-Callout-Client") == "phone_app";
    return {.now = call.now,
            .actor = call.principal.actor,
            .source = call.principal.token_id ? Source::api
                      : from_phone            ? Source::phone_app
                                              : Source::console,
            .settings = call.services.life_cycle};
}

bool may_see_phone(const Call& call, const Ticket& ticket) {
    const auto& actor = call.principal.actor;
    if (actor.has(Permission::edit_customers)) return true;
    return is_under_way(ticket.state) && actor.reaches(audience_of(ticket));
}

Result<storage::StoredTicket> visible_ticket(Call& call, std::int64_t ticket_id) {
    auto stored = storage::find_ticket(call.db, ticket_id);
    if (!stored || !call.principal.actor.grant_for(Permission::view_tickets, audience_of(stored->ticket)))
        return not_found();
    return *std::move(stored);
}

json::object ticket_view(Call& call, const storage::StoredTicket& stored) {
    const Ticket& ticket = stored.ticket;
    auto view = storage::ticket_summary(call.db, ticket.id).value();
    add_history(view, ticket);
    add_actions(view, call, ticket);
    view["warranty"] = warranty_of(call, ticket);
    view["merged_ticket_ids"] = json::value_from(storage::merged_into(call.db, ticket.id));
    const auto history = read_history(call, ticket);
    const auto names = names_in(call, history);
    view["offers"] = offers_view(history, names);
    view["visits"] = visits_view(history, names);
    view["callbacks"] = callbacks_view(history, names);
    view["calls"] = calls_view(call, ticket.id);
    return view;
}

json::object opened_ticket_view(Call& call, const Decision& opened, const storage::TicketText& text,
                                const storage::TicketSubjects& subjects) {
    const Ticket& ticket = opened.after;
    auto view = opened_summary(call.principal, opened, text, subjects);
    add_history(view, ticket);
    add_actions(view, call, ticket);
    view["warranty"] = warranty_of(call, ticket);
    for (const auto* nothing_yet : {"merged_ticket_ids", "offers", "visits", "callbacks"})
        view[nothing_yet] = json::array{};
    view["calls"] = call.body.as_object().contains("call_id") ? calls_view(call, ticket.id) : json::array{};
    return view;
}

}  // namespace callout::api
