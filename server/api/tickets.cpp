#include "server/api/tickets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "dispatch/rfc3339.hpp"
#include "dispatch/tickets/duplicates.hpp"
#include "dispatch/tickets/offering.hpp"
#include "server/api/alike_tickets.hpp"
#include "server/api/customers.hpp"
#include "server/api/fields.hpp"
#include "server/api/incidents.hpp"
#include "server/api/offering.hpp"
#include "server/api/parameters.hpp"
#include "server/api/phone_field.hpp"
#include "server/api/refusals.hpp"
#include "server/api/ticket_commands.hpp"
#include "server/api/ticket_view.hpp"
#include "server/config/config.hpp"
#include "server/storage/calls.hpp"
#include "server/storage/incidents.hpp"
#include "server/storage/places.hpp"
#include "server/storage/ticket_lists.hpp"
#include "server/storage/ticket_subjects.hpp"
#include "server/storage/tickets.hpp"

namespace callout::api::tickets {
namespace {

namespace json = boost::json;
using namespace dispatch;
using storage::TicketOrder;

tl::unexpected<Problem> overtaken(Call& call, std::int64_t ticket_id) {
    auto stale = problem(412, "version_conflict");
    if (const auto now_stored = visible_ticket(call, ticket_id)) stale.value().current = ticket_view(call, *now_stored);
    return stale;
}

Answer answer_ticket(Call& call, const storage::StoredTicket& stored) {
    return {.body = ticket_view(call, stored), .version = stored.ticket.version};
}

void tell_when_committed(Call& call) {
    call.after_commit.push_back(call.services.events_committed);
    call.after_commit.push_back(call.services.deadlines_changed);
}

// A ticket as it was asked for, with what its ids stand for.
struct NewTicket {
    OpenTicket command;
    storage::TicketText text;
    storage::TicketSubjects subjects;
    std::optional<storage::Customer> new_customer;  // instead of the id of one who is known
};

storage::TicketText read_text(Fields& fields, const Call& call) {
    return {.channel = std::string{to_string(fields.optional_choice<Channel>("channel").value_or(Channel::phone))},
            .fault_id = fields.optional_id("fault_id"),
            .description = fields.text("description", {.max = 4000}),
            .contact_name = fields.optional_text("contact_name").value_or(""),
            .contact_phone = read_phone(fields, "contact_phone", call),
            .address = fields.optional_text("address", {.max = 500}).value_or(""),
            .opened_by = call.principal.user_id};
}

// Reads what the ids stand for; an id that stands for nothing is a mistake of its field.
storage::TicketSubjects read_subjects(Fields& fields, Call& call, const storage::TicketSubjectIds& ids) {
    auto subjects = storage::ticket_subjects(call.db, ids);
    if (ids.customer_id && !subjects.customer) fields.fail("customer_id", "not_found");
    if (ids.asset_id && !subjects.asset) fields.fail("asset_id", "not_found");
    if (ids.fault_id && !subjects.fault) fields.fail("fault_id", "not_found");
    if (ids.office_unit_id && !subjects.office) fields.fail("office_unit_id", "not_found");
    return subjects;
}

// A caller nobody knows becomes a customer together with his ticket.
void read_customer(Fields& fields, Call& call, NewTicket& wanted, storage::TicketSubjectIds& ids) {
    if (!fields.has("customer")) {
        ids.customer_id = wanted.command.customer_id = fields.id("customer_id");
        return;
    }
    if (fields.optional_id("customer_id")) fields.fail("customer_id", "either_or");
    if (!call.principal.actor.has(Permission::edit_customers)) fields.fail("customer", "forbidden");
    wanted.new_customer = customers::read_new(fields.object("customer"), call);
}

storage::SubjectCustomer as_subject(const storage::Customer& customer) {
    storage::SubjectCustomer subject{.name = customer.name, .site = {.address = customer.address, .point = {}}};
    if (customer.latitude && customer.longitude)
        subject.site.point = valid_or_missing(*customer.latitude, *customer.longitude);
    return subject;
}

// Where the machine stands: as said, else where the machine is kept, else the customer's own place.
void take_site(NewTicket& wanted) {
    const auto take = [&](const storage::Site& site) {
        if (!wanted.command.site) wanted.command.site = site.point;
        if (wanted.text.address.empty()) wanted.text.address = site.address;
    };
    if (wanted.subjects.asset) take(wanted.subjects.asset->site);
    if (wanted.subjects.customer) take(wanted.subjects.customer->site);
}

NewTicket read_new_ticket(Fields& fields, Call& call) {
    NewTicket wanted{.command = {.kind = fields.choice<TicketKind>("kind"),
                                 .urgency = fields.optional_choice<Urgency>("urgency").value_or(Urgency::normal),
                                 .asset_id = fields.optional_id("asset_id"),
                                 .complained_ticket_id = fields.optional_id("complained_ticket_id"),
                                 .site = read_point(fields),
                                 .fault_reported_at = fields.optional_instant("fault_reported_at")},
                     .text = read_text(fields, call)};
    storage::TicketSubjectIds ids{.asset_id = wanted.command.asset_id,
                                  .fault_id = wanted.text.fault_id,
                                  .office_unit_id = fields.optional_id("office_unit_id")};
    read_customer(fields, call, wanted, ids);
    wanted.subjects = read_subjects(fields, call, ids);
    if (wanted.new_customer) wanted.subjects.customer = as_subject(*wanted.new_customer);
    take_site(wanted);
    if (!ids.office_unit_id && wanted.command.site)
        wanted.subjects.office = call.services.offices.nearest(call.db, *wanted.command.site, call.now);
    if (wanted.subjects.office) wanted.command.office = wanted.subjects.office->place;
    if (wanted.command.complained_ticket_id && !visible_ticket(call, *wanted.command.complained_ticket_id))
        fields.fail("complained_ticket_id", "not_found");
    return wanted;
}

// What is to change; the text fields are changed in place.
EditTicket read_edit(Fields& fields, Call& call, storage::TicketText& text) {
    EditTicket command{.urgency = fields.optional_choice<Urgency>("urgency"),
                       .customer_id = fields.optional_id("customer_id")};
    storage::TicketSubjectIds ids{.customer_id = command.customer_id,
                                  .office_unit_id = fields.optional_id("office_unit_id")};
    if (fields.has("asset_id")) command.asset_id = ids.asset_id = fields.optional_id("asset_id");
    if (fields.has("longitude") || fields.has("latitude")) command.site = read_point(fields);
    if (fields.has("description")) text.description = fields.text("description", {.max = 4000});
    if (fields.has("contact_name")) text.contact_name = fields.optional_text("contact_name").value_or("");
    if (fields.has("contact_phone")) text.contact_phone = read_phone(fields, "contact_phone", call);
    if (fields.has("address")) text.address = fields.optional_text("address", {.max = 500}).value_or("");
    if (fields.has("fault_id")) text.fault_id = ids.fault_id = fields.optional_id("fault_id");

    const auto subjects = read_subjects(fields, call, ids);
    if (subjects.office) command.office = subjects.office->place;
    if (call.body.is_object())
        for (const auto& member : call.body.get_object()) command.changed.emplace_back(member.key());
    return command;
}

std::string next_cursor(const json::value& last, TicketOrder order) {
    const auto id = last.at("id").as_int64();
    return order == TicketOrder::newest ? std::to_string(id)
                                        : fmt::format("{}-{}", std::string_view{last.at("urgency").as_string()}, id);
}

std::optional<storage::TicketCursor> read_cursor(Parameters& parameters, TicketOrder order) {
    const auto text = parameters.text("cursor");
    if (text.empty()) return std::nullopt;
    storage::TicketCursor cursor;
    const auto dash = order == TicketOrder::urgency ? text.find('-') : std::string::npos;
    const auto urgency = parse<Urgency>(std::string_view{text}.substr(0, dash));
    const auto digits = std::string_view{text}.substr(dash == std::string::npos ? 0 : dash + 1);
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), cursor.id);
    if (error != std::errc{} || rest != digits.data() + digits.size() || (order == TicketOrder::urgency && !urgency))
        parameters.fail("cursor", "unknown_value");
    cursor.urgency = urgency.value_or(Urgency::normal);
    return cursor;
}

storage::TicketFilter read_filter(Parameters& parameters, const Call& call) {
    storage::TicketFilter filter{.ids = parameters.ids("id"),
                                 .states = parameters.choices<TicketState>("state"),
                                 .open = parameters.flag("open"),
                                 .kinds = parameters.choices<TicketKind>("kind"),
                                 .urgencies = parameters.choices<Urgency>("urgency"),
                                 .office_unit_id = parameters.id("office_unit_id"),
                                 .dealer_unit_id = parameters.id("dealer_unit_id"),
                                 .customer_id = parameters.id("customer_id"),
                                 .asset_id = parameters.id("asset_id"),
                                 .incident_id = parameters.id("incident_id")};
    if (parameters.is("technician_id", "me"))
        filter.technician_id = call.principal.user_id;
    else
        filter.technician_id = parameters.id("technician_id");
    return filter;
}

std::optional<Action> action_of_path(std::string_view path) {
    std::string name{path.substr(path.rfind('/') + 1)};
    std::ranges::replace(name, '-', '_');
    return parse<Action>(name);
}

OfferingSettings offering_settings(const Call& call) {
    return {.life_cycle = call.services.life_cycle, .timezone = call.services.config.region.timezone};
}

// The ticket of the path, once nothing speaks against the action but perhaps the body, which nobody has read yet: who
// may not take a step is told so, not what a body for it looks like.
Result<storage::StoredTicket> ticket_for(Call& call, Action action) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    if (!call.expected_version) storage::lock_ticket(call.db, *id);
    auto stored = visible_ticket(call, *id);
    if (!stored) return tl::unexpected{stored.error()};
    if (call.expected_version && *call.expected_version != stored->ticket.version) return overtaken(call, *id);
    if (const auto refusal = refusal_of(stored->ticket, action, decision_context(call)))
        return tl::unexpected{to_problem(*refusal, call, &*stored)};
    return stored;
}

// Decides, saves and answers; the one way a ticket changes through the API.
Result<Answer> carry_out(Call& call, storage::StoredTicket& stored, const Command& command) {
    const Ticket before = stored.ticket;
    auto decision = decide(before, command, decision_context(call));
    if (!decision) return tl::unexpected{to_problem(decision.error(), call, &stored)};
    if (!storage::update_ticket(call.db, before, *decision)) return overtaken(call, before.id);
    tell_when_committed(call);
    stored.ticket = std::move(decision->after);
    incidents::take_followers_along(call.db, stored.ticket, action_of(command), call.services.life_cycle, call.now);
    if (!may_offer_by_itself(action_of(command))) return answer_ticket(call, stored);
    // A dealer who rejected is told what his answer made of the ticket, not who is asked next.
    auto answer = answer_ticket(call, stored);
    const bool offered = offer_by_policy(call.db, stored, action_of(command), offering_settings(call), call.now);
    const bool still_seen = call.principal.actor.grant_for(Permission::view_tickets, audience_of(stored.ticket));
    return offered && still_seen ? answer_ticket(call, stored) : answer;
}

}  // namespace

Result<Answer> list(Call& call) {
    Parameters parameters{call.request};
    const auto order = parameters.choice<TicketOrder>("order").value_or(TicketOrder::newest);
    const auto filter = read_filter(parameters, call);
    const auto after = read_cursor(parameters, order);
    const auto limit = parameters.limit();
    if (auto wrong = parameters.problem()) return tl::unexpected{*std::move(wrong)};

    // One more than asked for tells whether the list goes on.
    auto items = storage::list_tickets(call.db, call.principal.actor, filter, order, after, limit + 1);
    json::value next = nullptr;
    if (static_cast<std::int64_t>(items.size()) > limit) {
        items.pop_back();
        next = next_cursor(items.back(), order);
    }
    return Answer{.body = {{"items", std::move(items)}, {"next_cursor", next}}};
}

Result<Answer> open(Call& call) {
    Fields fields{call.body};
    auto wanted = read_new_ticket(fields, call);
    const auto call_id = fields.optional_id("call_id");
    const auto same_fault_as = fields.optional_id("same_fault_as");
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};

    if (wanted.new_customer)
        wanted.command.customer_id = storage::insert_customer(call.db, *wanted.new_customer, call.now);
    auto decision = decide(Ticket{}, wanted.command, decision_context(call));
    if (!decision) return tl::unexpected{to_problem(decision.error(), call, nullptr)};
    decision->after.id = call.services.ticket_ids.next();
    storage::insert_ticket(call.db, *decision, wanted.text);
    if (call_id && !storage::link_call(call.db, *call_id, decision->after.id)) return invalid("/call_id", "not_found");
    if (same_fault_as)
        if (auto wrong = incidents::join_same_fault(call, decision->after.id, *same_fault_as))
            return tl::unexpected{*std::move(wrong)};
    const bool offers = wanted.subjects.office && wanted.subjects.office->automatic;
    // Most new tickets set no deadline: the worker need not look.
    call.after_commit.push_back(call.services.events_committed);
    if (offers || !decision->deadlines.empty()) call.after_commit.push_back(call.services.deadlines_changed);
    auto stored = same_fault_as ? storage::find_ticket(call.db, decision->after.id).value()
                                : storage::StoredTicket{decision->after, wanted.text};
    const bool offered = offers && offer_by_policy(call.db, stored, Action::open, offering_settings(call), call.now);
    return Answer{.status = 201,
                  .body = offered || same_fault_as ? ticket_view(call, stored)
                                                   : opened_ticket_view(call, *decision, wanted.text, wanted.subjects),
                  .version = stored.ticket.version,
                  .location = fmt::format("/api/v1/tickets/{}", stored.ticket.id)};
}

Result<Answer> similar(Call& call) {
    Fields fields{call.body};
    DuplicateFacts wanted{.customer_id = fields.optional_id("customer_id").value_or(0),
                          .asset_id = fields.optional_id("asset_id"),
                          .caller_phone = read_phone(fields, "contact_phone", call),
                          .site = read_point(fields)};
    FaultFacts facts{.customer_id = wanted.customer_id,
                     .asset_id = wanted.asset_id,
                     .fault_id = fields.optional_id("fault_id"),
                     .site = wanted.site,
                     .fault_reported_at = call.now};
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};

    storage::complete_draft_facts(call.db, facts);
    const auto duplicates = rank_duplicates(wanted, storage::duplicate_candidates(call.db, wanted));
    const auto nothing_more = [](json::object&, const auto&) {};
    return Answer{.body = {{"items", alike_tickets(call, duplicates, nothing_more)},
                           {"same_fault", incidents::same_fault_items(call, facts)}}};
}

Result<Answer> get(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    const auto stored = visible_ticket(call, *id);
    if (!stored) return tl::unexpected{stored.error()};
    return answer_ticket(call, *stored);
}

Result<Answer> edit(Call& call) {
    auto stored = ticket_for(call, Action::edit);
    if (!stored) return tl::unexpected{stored.error()};
    Fields fields{call.body};
    auto& text = stored->text;
    const auto command = read_edit(fields, call, text);
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};

    storage::update_text(call.db, stored->ticket.id, text);
    return carry_out(call, *stored, command);
}

Result<Answer> act(Call& call) {
    const auto action = action_of_path(call.request.path);
    if (!action) return not_found();
    auto stored = ticket_for(call, *action);
    if (!stored) return tl::unexpected{stored.error()};

    static const json::value nothing = json::object{};
    Fields fields{call.body.is_null() ? nothing : call.body};
    const auto command = read_command(*action, fields, call, *stored);
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};
    return carry_out(call, *stored, command);
}

Result<Answer> events(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    const auto stored = visible_ticket(call, *id);
    if (!stored) return tl::unexpected{stored.error()};
    Parameters parameters{call.request};
    const auto page = parameters.page();
    if (auto wrong = parameters.problem()) return tl::unexpected{*std::move(wrong)};

    const bool with_internal = call.principal.actor.has(Permission::add_note);
    auto items = storage::ticket_events(call.db, *id, with_internal, page.cursor, page.limit + 1);
    json::value next = nullptr;
    if (static_cast<std::int64_t>(items.size()) > page.limit) {
        items.pop_back();
        next = std::to_string(items.back().at("id").as_int64());
    }
    return Answer{.body = {{"items", std::move(items)}, {"next_cursor", next}}};
}

Result<Answer> board(Call& call) {
    const auto board = storage::count_board(call.db, call.principal.actor);
    return Answer{.body = {{"seq", board.seq},
                           {"counts", json::value_from(board.counts)},
                           {"urgent", json::value_from(board.urgent)}}};
}

}  // namespace callout::api::tickets
