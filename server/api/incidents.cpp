#include "server/api/incidents.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json.hpp>

#include "dispatch/text.hpp"
#include "dispatch/tickets/life_cycle.hpp"
#include "server/api/alike_tickets.hpp"
#include "server/api/fields.hpp"
#include "server/api/item_page.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/parameters.hpp"
#include "server/api/refusals.hpp"
#include "server/api/ticket_view.hpp"
#include "server/storage/incidents.hpp"
#include "server/storage/names.hpp"
#include "server/storage/ticket_lists.hpp"
#include "server/storage/tickets.hpp"

namespace callout::api::incidents {
namespace {

namespace json = boost::json;
using namespace dispatch;

constexpr std::size_t max_tickets = 200;

// The newest of its tickets that the caller may see, the lead always among them; by id.
json::array summaries_of(Call& call, const storage::Incident& incident) {
    const auto newest = [&](const storage::TicketFilter& filter) {
        return storage::list_tickets(call.db, call.principal.actor, filter, storage::TicketOrder::newest, std::nullopt,
                                     max_tickets);
    };
    auto summaries = newest({.incident_id = incident.id});
    if (summaries.size() == max_tickets && incident.lead_ticket_id &&
        summaries.back().at("id").as_int64() > *incident.lead_ticket_id) {
        // Older than all of them.
        if (auto lead = newest({.ids = {*incident.lead_ticket_id}}); !lead.empty())
            summaries.back() = std::move(lead.front());
    }
    std::ranges::reverse(summaries);
    return summaries;
}

json::object head_view(Call& call, const storage::Incident& incident) {
    return {{"id", incident.id},
            {"kind", to_string(incident.kind)},
            {"lead_ticket_id", to_json(incident.lead_ticket_id)},
            {"title", incident.title},
            {"note", incident.note},
            {"created_by", to_json(incident.created_by)},
            {"created_by_name", incident.created_by ? storage::user_name(call.db, *incident.created_by) : ""},
            {"created_at", to_rfc3339(incident.created_at)}};
}

json::object counted_view(Call& call, const storage::CountedIncident& incident) {
    auto view = head_view(call, incident);
    view["tickets_count"] = incident.tickets_count;
    view["open_tickets_count"] = incident.open_tickets_count;
    return view;
}

// Nobody learns of an incident none of whose tickets he may see.
Result<storage::CountedIncident> visible_incident(Call& call, std::int64_t id) {
    auto found = storage::list_incidents(call.db, call.principal.actor, {.id = id}, std::nullopt, 1);
    if (found.empty()) return not_found();
    return std::move(found.front());
}

Result<Answer> answer(Call& call, std::int64_t id, int status) {
    const auto incident = visible_incident(call, id);
    if (!incident) return tl::unexpected{incident.error()};
    auto view = counted_view(call, *incident);
    view["tickets"] = summaries_of(call, *incident);
    return Answer{.status = status,
                  .body = std::move(view),
                  .location = status == 201 ? fmt::format("/api/v1/incidents/{}", id) : ""};
}

// Lets one ticket join; the pointer names it in the request.
std::optional<Problem> join(Call& call, std::int64_t ticket_id, const JoinIncident& command,
                            const std::string& pointer) {
    const auto stored = visible_ticket(call, ticket_id);
    if (!stored) return invalid(pointer, "not_found").value();
    if (stored->ticket.incident_id) return invalid(pointer, "already_in_incident").value();
    const auto decision = decide(stored->ticket, command, decision_context(call));
    if (!decision) {
        auto problem = to_problem(decision.error(), call, &*stored);
        problem.errors = {{pointer, problem.code}};
        return problem;
    }
    if (!storage::update_ticket(call.db, stored->ticket, *decision)) return problem(409, "version_conflict").value();
    return std::nullopt;
}

// To become one of the incident's tickets, behind its lead as that is at this moment.
Result<JoinIncident> command_to_join(Call& call, const storage::Incident& incident, const std::string& lead_pointer) {
    JoinIncident command{.incident_id = incident.id};
    if (incident.lead_ticket_id) {
        const auto lead = visible_ticket(call, *incident.lead_ticket_id);
        if (!lead) return invalid(lead_pointer, "not_found");
        command.lead = JoinIncident::Lead{.id = lead->ticket.id,
                                          .kind = lead->ticket.kind,
                                          .state = lead->ticket.state,
                                          .follows = lead->ticket.lead_ticket_id.has_value()};
    }
    return command;
}

// Lets the tickets join behind the incident's lead. Locked by rising id, so that two who group the same tickets wait
// for each other instead of blocking each other.
std::optional<Problem> join_all(Call& call, const storage::Incident& incident,
                                const std::vector<std::int64_t>& ticket_ids) {
    auto in_order = ticket_ids;
    if (incident.lead_ticket_id) in_order.push_back(*incident.lead_ticket_id);
    std::ranges::sort(in_order);
    for (const auto id : in_order) storage::lock_ticket(call.db, id);
    const auto command = command_to_join(call, incident, "/lead_ticket_id");
    if (!command) return command.error();
    for (std::size_t i = 0; i < ticket_ids.size(); ++i)
        if (auto problem = join(call, ticket_ids[i], *command, fmt::format("/ticket_ids/{}", i))) return problem;
    return std::nullopt;
}

void tell_when_committed(Call& call) {
    call.after_commit.push_back(call.services.events_committed);
    call.after_commit.push_back(call.services.deadlines_changed);
}

// A new incident for the ticket to lead. Its title is made of names, which need no language.
storage::Incident led_by(Call& call, const storage::StoredTicket& lead) {
    const auto ticket = storage::ticket_summary(call.db, lead.ticket.id).value();
    std::string title;
    for (const auto* part : {"fault_name", "product_name", "address"}) {
        const auto& words = ticket.at(part).as_string();
        if (!words.empty()) title += (title.empty() ? "" : " · ") + std::string{words};
    }
    if (title.empty()) title = fmt::format("#{}", lead.ticket.id);
    storage::Incident incident{.lead_ticket_id = lead.ticket.id,
                               .title = std::string{cut_to_code_points(title, 200)},
                               .created_by = call.principal.user_id,
                               .created_at = call.now};
    incident.id = storage::insert_incident(call.db, incident);
    return incident;
}

std::vector<std::int64_t> read_tickets(Fields& fields) {
    auto ids = fields.ids("ticket_ids", max_tickets);
    if (ids.empty() && !fields.failed("ticket_ids")) fields.fail("ticket_ids", "too_few");
    auto sorted = ids;
    std::ranges::sort(sorted);
    if (std::ranges::adjacent_find(sorted) != sorted.end()) fields.fail("ticket_ids", "repeated");
    return ids;
}

}  // namespace

Result<Answer> same_fault(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    const auto stored = visible_ticket(call, *id);
    if (!stored) return tl::unexpected{stored.error()};
    if (stored->ticket.kind != TicketKind::repair) return problem(409, "ticket_kind_forbids");
    return Answer{.body = {{"items", same_fault_items(call, storage::fault_facts(call.db, *id).value())}}};
}

json::array same_fault_items(Call& call, const FaultFacts& facts) {
    const auto ranked = rank_same_faults(facts, storage::same_fault_candidates(call.db, facts));
    return alike_tickets(call, ranked, [&](json::object& item, const SameFault& found) {
        const auto& incident_id = item.at("ticket").at("incident_id");
        item["incident_kind"] = nullptr;
        if (!incident_id.is_null())
            item["incident_kind"] = to_string(storage::find_incident(call.db, incident_id.as_int64()).value().kind);
        item["kind"] = to_string(found.kind);
        item["score"] = found.score;
        item["minutes_apart"] = found.minutes_apart;
    });
}

Result<Answer> list(Call& call) {
    Parameters parameters{call.request};
    const storage::IncidentFilter filter{
        .kind = parameters.choice<IncidentKind>("kind"), .q = parameters.text("q"), .open = parameters.flag("open")};
    const auto page = parameters.page();
    if (auto wrong = parameters.problem()) return tl::unexpected{*std::move(wrong)};
    const auto incidents = storage::list_incidents(call.db, call.principal.actor, filter, page.cursor, page.limit + 1);
    return item_page(incidents, page.limit,
                     [&](const storage::CountedIncident& incident) { return counted_view(call, incident); });
}

Result<Answer> create(Call& call) {
    Fields fields{call.body};
    storage::Incident incident{.kind = fields.choice<IncidentKind>("kind"),
                               .lead_ticket_id = fields.optional_id("lead_ticket_id"),
                               .title = fields.text("title"),
                               .note = fields.optional_text("note", {.max = 2000}).value_or(""),
                               .created_by = call.principal.user_id,
                               .created_at = call.now};
    const auto ticket_ids = read_tickets(fields);
    if (!fields.failed("kind") && !fields.failed("lead_ticket_id")) {
        const bool led = incident.kind == IncidentKind::same_fault;
        if (led && !incident.lead_ticket_id) fields.fail("lead_ticket_id", "required");
        if (!led && incident.lead_ticket_id) fields.fail("lead_ticket_id", "campaign_has_no_lead");
    }
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};

    incident.id = storage::insert_incident(call.db, incident);
    if (auto wrong = join_all(call, incident, ticket_ids)) return tl::unexpected{*std::move(wrong)};
    if (incident.lead_ticket_id)
        if (auto wrong = join(call, *incident.lead_ticket_id, {.incident_id = incident.id}, "/lead_ticket_id"))
            return tl::unexpected{*std::move(wrong)};
    tell_when_committed(call);
    return answer(call, incident.id, 201);
}

Result<Answer> get(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    return answer(call, *id, 200);
}

Result<Answer> add_tickets(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    const auto incident = visible_incident(call, *id);
    if (!incident) return tl::unexpected{incident.error()};
    Fields fields{call.body};
    const auto ticket_ids = read_tickets(fields);
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};
    if (auto wrong = join_all(call, *incident, ticket_ids)) return tl::unexpected{*std::move(wrong)};
    tell_when_committed(call);
    return answer(call, *id, 200);
}

std::optional<Problem> join_same_fault(Call& call, std::int64_t ticket_id, std::int64_t same_fault_as) {
    const std::string pointer = "/same_fault_as";
    // First the lead, then who follows it, as a step of the lead locks them.
    const auto seen = visible_ticket(call, same_fault_as);
    if (seen && seen->ticket.lead_ticket_id) storage::lock_ticket(call.db, *seen->ticket.lead_ticket_id);
    storage::lock_ticket(call.db, same_fault_as);
    const auto known = visible_ticket(call, same_fault_as);
    if (!known) return invalid(pointer, "not_found").value();
    const auto incident_id = known->ticket.incident_id;
    const auto incident = incident_id ? storage::find_incident(call.db, *incident_id).value() : led_by(call, *known);
    if (!incident.lead_ticket_id) return invalid(pointer, "campaign_has_no_lead").value();
    // Locked already, unless somebody has let the ticket follow it in between.
    storage::lock_ticket(call.db, *incident.lead_ticket_id);
    const auto command = command_to_join(call, incident, pointer);
    if (!command) return command.error();
    auto wrong = join(call, ticket_id, *command, pointer);
    if (!wrong && !incident_id) wrong = join(call, same_fault_as, {.incident_id = incident.id}, pointer);
    // Refused, the new ticket is not there: nobody is shown it.
    if (wrong) wrong->current = nullptr;
    return wrong;
}

void take_followers_along(storage::Connection& db, const Ticket& lead, Action action, const LifeCycleSettings& settings,
                          Instant now) {
    const auto command = command_of_follower(action, lead);
    if (!command) return;
    const DecisionContext context{.now = now, .actor = {}, .source = Source::system, .settings = settings};
    for (const auto id : storage::lock_open_followers(db, lead.id)) {
        const auto follower = storage::find_ticket(db, id).value();
        const auto decision = decide(follower.ticket, *command, context);
        if (decision)
            storage::update_ticket(db, follower.ticket, *decision);
        else
            spdlog::warn("ticket {} does not go with its lead {}: {}", id, lead.id, to_string(decision.error().code));
    }
}

}  // namespace callout::api::incidents
