#include "server/import/sf311.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "dispatch/text.hpp"
#include "server/import/external_key.hpp"
#include "server/storage/catalogue.hpp"
#include "server/storage/customers.hpp"
#include "server/storage/imported.hpp"
#include "server/storage/organisation.hpp"
#include "server/storage/tickets.hpp"

namespace callout::import {
namespace {

using namespace dispatch;

constexpr std::size_t max_code = 64;
constexpr std::size_t max_key = 100;
constexpr std::string_view no_address = "Not associated with a specific address";

TicketKind kind_of(std::string_view category) {
    for (const std::string_view word : {"Feedback", "Complaint", "Noise"})
        if (category.find(word) != std::string_view::npos) return TicketKind::complaint;
    for (const std::string_view word : {"General Request", "External Request", "Internal"})
        if (category.find(word) != std::string_view::npos) return TicketKind::enquiry;
    return TicketKind::repair;
}

std::string channel_of(std::string_view source) {
    static const std::map<std::string_view, std::string> channels{
        {"Phone", "phone"}, {"Web", "web"}, {"Mobile/Open311", "app"}, {"Email", "email"}};
    const auto found = channels.find(source);
    return found == channels.end() ? "other" : found->second;
}

std::string joined(std::initializer_list<std::string> parts) {
    std::string text;
    for (const auto& part : parts) {
        if (part.empty()) continue;
        if (!text.empty()) text += " – ";
        text += part;
    }
    return text;
}

// The tree everything of the file hangs on.
struct Places {
    storage::Unit office;
    std::map<std::string, storage::Unit> agencies;
    std::map<std::pair<std::string, std::string>, std::int64_t> faults;  // category, complaint type
    std::map<std::string, std::int64_t> customers;                       // by external key
};

storage::Unit unit_with(storage::Connection& db, const storage::NewUnit& wanted, Instant now) {
    if (auto unit = storage::find_unit_by_code(db, wanted.code)) return *std::move(unit);
    return storage::find_unit(db, storage::insert_unit(db, wanted, now).value()).value();
}

storage::Unit office_of(storage::Connection& db, Instant now) {
    auto root = storage::find_headquarters(db);
    if (!root) root = unit_with(db, {.kind = UnitKind::headquarters, .code = "HQ", .name = "Headquarters"}, now);
    return unit_with(db,
                     {.parent_id = root->id,
                      .kind = UnitKind::office,
                      .code = "SF311",
                      .name = "San Francisco 311",
                      .longitude = -122.4194,
                      .latitude = 37.7749},
                     now);
}

std::int64_t fault_with(storage::Connection& db, std::optional<std::int64_t> parent_id, const std::string& path) {
    const auto code = shortened("SF311:" + path, max_code);
    if (const auto fault = storage::fault_with_code(db, code)) return fault->id;
    const auto slash = path.rfind('/');
    const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
    return storage::insert_fault(db, {.parent_id = parent_id, .code = code, .name = name});
}

std::string customer_key(const Sf311Request& request) {
    // An address is one place, however it is written.
    if (!request.place.empty()) return shortened("sf311:place:" + lower_case(request.place), max_key);
    return shortened("sf311:agency:" + lower_case(request.agency), max_key);
}

storage::Customer customer_of(const Sf311Request& request) {
    storage::Customer customer{.external_key = customer_key(request)};
    customer.name = request.place.empty() ? "Requests without an address: " + request.agency : request.place;
    customer.address = request.place;
    customer.tags = {"sf311"};
    if (request.point && !request.place.empty()) {
        customer.longitude = request.point->longitude;
        customer.latitude = request.point->latitude;
    }
    return customer;
}

// Whatever the requests of this batch hang on, found or made.
Places places_for(storage::Connection& db, const std::vector<const Sf311Request*>& requests, Instant now) {
    Places places{.office = office_of(db, now), .agencies = {}, .faults = {}, .customers = {}};
    std::vector<std::string> keys;
    keys.reserve(requests.size());
    for (const auto* request : requests) keys.push_back(customer_key(*request));
    for (const auto& [key, id] : storage::imported_customers(db, keys)) places.customers[key] = id;
    for (const auto* request : requests) {
        if (!places.agencies.contains(request->agency))
            places.agencies[request->agency] = unit_with(db,
                                                         {.parent_id = places.office.id,
                                                          .kind = UnitKind::dealer,
                                                          .code = shortened("SF311:" + request->agency, max_code),
                                                          .name = request->agency},
                                                         now);
        auto& fault = places.faults[{request->category, request->complaint_type}];
        if (fault == 0) {
            fault = fault_with(db, std::nullopt, request->category);
            if (!request->complaint_type.empty())
                fault = fault_with(db, fault, request->category + '/' + request->complaint_type);
        }
        auto& customer = places.customers[customer_key(*request)];
        if (customer == 0) customer = storage::insert_customer(db, customer_of(*request), now);
    }
    return places;
}

Event event_of(const Ticket& ticket, EventKind kind, Instant now) {
    return {.kind = kind,
            .ticket_id = ticket.id,
            .happened_at = ticket.opened_at,
            .recorded_at = now,
            .source = Source::import,
            .audience = audience_of(ticket)};
}

// Not decided but told: the file says what happened, and only that becomes history.
Decision history_of(const Sf311Request& request, const Places& places, std::int64_t id, Instant now) {
    const auto& agency = places.agencies.at(request.agency);
    Ticket ticket{.id = id, .version = 1, .kind = request.kind, .state_since = request.created_at};
    ticket.customer_id = places.customers.at(customer_key(request));
    ticket.site = request.point;
    ticket.office_unit_id = places.office.id;
    ticket.office_path = places.office.path;
    ticket.fault_reported_at = ticket.opened_at = request.created_at;
    if (request.closed_at) {
        ticket.version = 2;
        ticket.state = TicketState::closed;
        ticket.state_since = *request.closed_at;
        ticket.ended_at = request.closed_at;
        ticket.dealer_unit_id = agency.id;
        ticket.dealer_path = agency.path;
    }
    auto opened = event_of(ticket, EventKind::ticket_opened, now);
    opened.ticket_version = 1;
    opened.attributes = {{"dealer_name", request.agency}};
    Decision decision{.after = ticket, .events = {std::move(opened)}, .deadlines = {}, .records = {}};
    if (!request.closed_at) return decision;
    auto closed = event_of(ticket, EventKind::ticket_closed, now);
    closed.ticket_version = 2;
    closed.from_state = TicketState::open;
    closed.to_state = TicketState::closed;
    closed.happened_at = *request.closed_at;
    closed.attributes = {{"dealer_name", request.agency}, {"note", request.resolution}};
    if (request.closed_at_in_file) closed.attributes.emplace_back("closed_at_in_file", *request.closed_at_in_file);
    decision.events.push_back(std::move(closed));
    return decision;
}

}  // namespace

std::optional<Sf311Request> read_sf311(Record& record) {
    Sf311Request request{.external_key = "sf311:" + record.required_text("unique_key", 60),
                         .agency = record.required_text("agency_name", 200),
                         .category = record.required_text("category", 180),
                         .complaint_type = record.text("complaint_type", 180),
                         .place = record.text("incident_address", 180),
                         .description = {},
                         .resolution = record.text("status_notes", 4000),
                         .channel = channel_of(record.text("source", 64)),
                         .kind = {},
                         .point = {},
                         .created_at = record.instant("created_date").value_or(Instant{}),
                         .closed_at = record.instant("closed_date"),
                         .closed_at_in_file = {}};
    if (record.text("created_date", 40).empty()) record.fail("created_date", "required");
    if (request.place == no_address) request.place = record.text("neighborhood", 180);
    request.kind = kind_of(request.category);
    request.description = joined({request.category, request.complaint_type, record.text("descriptor", 1000)});
    if (const auto point = record.point()) request.point = valid_or_missing(point->latitude, point->longitude);

    const auto status = record.required_text("status", 16);
    if (status == "Open")
        request.closed_at.reset();
    else if (status != "Closed")
        record.fail("status", "unknown_value");
    else if (!request.closed_at)
        record.fail("closed_date", "required");
    if (request.closed_at && *request.closed_at < request.created_at) {
        request.closed_at_in_file = request.closed_at;
        request.closed_at = request.created_at;
    }
    if (record.mistake()) return std::nullopt;
    return request;
}

std::vector<std::string_view> Sf311Importer::required_columns() const {
    return {"unique_key", "created_date", "closed_date", "status", "agency_name", "category"};
}

std::vector<std::string_view> Sf311Importer::optional_columns() const {
    return {"complaint_type", "descriptor",   "incident_address", "neighborhood",
            "source",         "status_notes", "latitude",         "longitude"};
}

std::vector<Outcome> Sf311Importer::import_batch(storage::Connection& db, std::span<Record> records, Instant now) {
    std::vector<std::optional<Sf311Request>> requests;
    std::vector<std::string> keys;
    for (auto& record : records) {
        requests.push_back(read_sf311(record));
        if (requests.back()) keys.push_back(requests.back()->external_key);
    }
    auto known = storage::imported_tickets(db, keys);
    std::vector<const Sf311Request*> fresh;
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (!requests[i]) {
            outcomes.push_back(Outcome::rejected(*records[i].mistake()));
        } else if (!known.insert(requests[i]->external_key).second) {
            outcomes.push_back(Outcome::unchanged());
        } else {
            fresh.push_back(&*requests[i]);
            outcomes.push_back(Outcome::imported());
        }
    }
    const auto places = fresh.empty() ? Places{} : places_for(db, fresh, now);
    for (const auto* request : fresh)
        storage::insert_ticket(db, history_of(*request, places, ticket_ids_.next(), now),
                               {.channel = request->channel,
                                .fault_id = places.faults.at({request->category, request->complaint_type}),
                                .description = request->description,
                                .address = request->place,
                                .external_key = request->external_key});
    return outcomes;
}

}  // namespace callout::import
