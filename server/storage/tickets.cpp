#include "server/storage/tickets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <numbers>

#include "dispatch/rfc3339.hpp"
#include "server/storage/database.hpp"
#include "server/storage/deadlines.hpp"
#include "server/storage/events.hpp"
#include "server/storage/ticket_lists.hpp"

namespace callout::storage {
namespace {

namespace json = boost::json;
using namespace dispatch;

constexpr std::int64_t ids_in_a_block = 1000;

// The columns a decision may change, in the order of decided_values().
constexpr auto decided_columns = std::to_array<std::string_view>({
    "version",
    "kind",
    "urgency",
    "state",
    "state_since",
    "customer_id",
    "asset_id",
    "complained_ticket_id",
    "longitude",
    "latitude",
    "office_unit_id",
    "office_path",
    "dealer_unit_id",
    "dealer_path",
    "technician_id",
    "offers_count",
    "failed_offers_count",
    "visits_count",
    "callbacks_count",
    "callback_attempts_count",
    "callback_outcome",
    "score",
    "chases_count",
    "reopened_count",
    "fault_reported_at",
    "opened_at",
    "first_offered_at",
    "confirmed_at",
    "promised_arrival_at",
    "departed_at",
    "arrived_at",
    "first_arrived_at",
    "repaired_at",
    "callback_due_at",
    "followed_up_at",
    "answered_at",
    "resolved_at",
    "ended_at",
    "merged_into_id",
    "cancel_reason",
    "incident_id",
    "lead_ticket_id",
});

constexpr auto text_columns = std::to_array<std::string_view>({
    "channel",
    "fault_id",
    "description",
    "contact_name",
    "contact_phone",
    "address",
    "opened_by",
    "external_key",
});

template <NamedEnum Enum>
std::optional<std::string> name_of(const std::optional<Enum>& value) {
    return value ? std::optional{std::string{to_string(*value)}} : std::nullopt;
}

template <NamedEnum Enum>
Enum enum_at(const Row& row, std::string_view column) {
    const auto name = row.get<std::string>(column);
    if (const auto value = parse<Enum>(name)) return *value;
    throw std::runtime_error{fmt::format("column {} holds the unknown word '{}'", column, name)};
}

template <NamedEnum Enum>
std::optional<Enum> optional_enum_at(const Row& row, std::string_view column) {
    return row.is_null(column) ? std::nullopt : std::optional{enum_at<Enum>(row, column)};
}

std::optional<double> longitude_of(const std::optional<Point>& point) {
    return point ? std::optional{point->longitude} : std::nullopt;
}

std::optional<double> latitude_of(const std::optional<Point>& point) {
    return point ? std::optional{point->latitude} : std::nullopt;
}

std::optional<Point> point_at(const Row& row, std::string_view longitude, std::string_view latitude) {
    if (row.is_null(longitude) || row.is_null(latitude)) return std::nullopt;
    return Point{.latitude = row.get<double>(latitude), .longitude = row.get<double>(longitude)};
}

template <class... Values>
void append(std::vector<Parameter>& parameters, const Values&... values) {
    (parameters.push_back(to_parameter(values)), ...);
}

std::vector<Parameter> decided_values(const Ticket& t) {
    std::vector<Parameter> values;
    values.reserve(decided_columns.size() + text_columns.size() + 2);
    append(values, t.version, to_string(t.kind), to_string(t.urgency), to_string(t.state), t.state_since, t.customer_id,
           t.asset_id, t.complained_ticket_id, longitude_of(t.site), latitude_of(t.site), t.office_unit_id,
           t.office_path, t.dealer_unit_id, t.dealer_path, t.technician_id, t.offers_count, t.failed_offers_count,
           t.visits_count, t.callbacks_count, t.callback_attempts_count, name_of(t.callback_outcome), t.score,
           t.chases_count, t.reopened_count, t.fault_reported_at, t.opened_at, t.first_offered_at, t.confirmed_at,
           t.promised_arrival_at, t.departed_at, t.arrived_at, t.first_arrived_at, t.repaired_at, t.callback_due_at,
           t.followed_up_at, t.answered_at, t.resolved_at, t.ended_at, t.merged_into_id, name_of(t.cancel_reason),
           t.incident_id, t.lead_ticket_id);
    return values;
}

void append_text(std::vector<Parameter>& values, const TicketText& text) {
    append(values, text.channel, text.fault_id, text.description, text.contact_name, text.contact_phone, text.address,
           text.opened_by, text.external_key);
}

using OptionalInstant = std::optional<Instant>;
using OptionalId = std::optional<std::int64_t>;

Ticket ticket_from(const Row& row) {
    return Ticket{
        .id = row.get<std::int64_t>("id"),
        .version = row.get<std::int64_t>("version"),
        .kind = enum_at<TicketKind>(row, "kind"),
        .urgency = enum_at<Urgency>(row, "urgency"),
        .state = enum_at<TicketState>(row, "state"),
        .state_since = row.get<Instant>("state_since"),
        .customer_id = row.get<std::int64_t>("customer_id"),
        .asset_id = row.get<OptionalId>("asset_id"),
        .complained_ticket_id = row.get<OptionalId>("complained_ticket_id"),
        .site = point_at(row, "longitude", "latitude"),
        .office_unit_id = row.get<OptionalId>("office_unit_id"),
        .office_path = row.get<std::string>("office_path"),
        .dealer_unit_id = row.get<OptionalId>("dealer_unit_id"),
        .dealer_path = row.get<std::string>("dealer_path"),
        .technician_id = row.get<OptionalId>("technician_id"),
        .offers_count = row.get<std::int32_t>("offers_count"),
        .failed_offers_count = row.get<std::int32_t>("failed_offers_count"),
        .visits_count = row.get<std::int32_t>("visits_count"),
        .callbacks_count = row.get<std::int32_t>("callbacks_count"),
        .callback_attempts_count = row.get<std::int32_t>("callback_attempts_count"),
        .callback_outcome = optional_enum_at<CallbackOutcome>(row, "callback_outcome"),
        .score = row.get<std::optional<std::int32_t>>("score"),
        .chases_count = row.get<std::int32_t>("chases_count"),
        .reopened_count = row.get<std::int32_t>("reopened_count"),
        .fault_reported_at = row.get<Instant>("fault_reported_at"),
        .opened_at = row.get<Instant>("opened_at"),
        .first_offered_at = row.get<OptionalInstant>("first_offered_at"),
        .confirmed_at = row.get<OptionalInstant>("confirmed_at"),
        .promised_arrival_at = row.get<OptionalInstant>("promised_arrival_at"),
        .departed_at = row.get<OptionalInstant>("departed_at"),
        .arrived_at = row.get<OptionalInstant>("arrived_at"),
        .first_arrived_at = row.get<OptionalInstant>("first_arrived_at"),
        .repaired_at = row.get<OptionalInstant>("repaired_at"),
        .callback_due_at = row.get<OptionalInstant>("callback_due_at"),
        .followed_up_at = row.get<OptionalInstant>("followed_up_at"),
        .answered_at = row.get<OptionalInstant>("answered_at"),
        .resolved_at = row.get<OptionalInstant>("resolved_at"),
        .ended_at = row.get<OptionalInstant>("ended_at"),
        .merged_into_id = row.get<OptionalId>("merged_into_id"),
        .cancel_reason = optional_enum_at<CancelReason>(row, "cancel_reason"),
        .incident_id = row.get<OptionalId>("incident_id"),
        .lead_ticket_id = row.get<OptionalId>("lead_ticket_id"),
    };
}

TicketText text_from(const Row& row) {
    return TicketText{
        .channel = row.get<std::string>("channel"),
        .fault_id = row.get<OptionalId>("fault_id"),
        .description = row.get<std::string>("description"),
        .contact_name = row.get<std::string>("contact_name"),
        .contact_phone = row.get<std::string>("contact_phone"),
        .address = row.get<std::string>("address"),
        .opened_by = row.get<OptionalId>("opened_by"),
        .external_key = row.get<std::optional<std::string>>("external_key"),
    };
}

Offer offer_from(const Row& row) {
    return Offer{
        .number = row.get<std::int32_t>("number"),
        .dealer_unit_id = row.get<std::int64_t>("dealer_unit_id"),
        .dealer_path = row.get<std::string>("dealer_path"),
        .offered_at = row.get<Instant>("offered_at"),
        .expires_at = row.get<Instant>("expires_at"),
        .offered_by = row.get<OptionalId>("offered_by"),
        .why = row.get<std::string>("why"),
        .outcome = enum_at<OfferOutcome>(row, "outcome"),
        .answered_at = row.get<OptionalInstant>("answered_at"),
        .promised_arrival_at = row.get<OptionalInstant>("promised_arrival_at"),
        .ended_at = row.get<OptionalInstant>("ended_at"),
        .reject_reason = optional_enum_at<RejectReason>(row, "reject_reason"),
        .recall_reason = optional_enum_at<RecallReason>(row, "recall_reason"),
        .note = row.get<std::string>("note"),
        .suggested_rank = row.get<std::optional<std::int32_t>>("suggested_rank"),
        .override_reason = optional_enum_at<OverrideReason>(row, "override_reason"),
    };
}

Visit visit_from(const Row& row) {
    return Visit{
        .number = row.get<std::int32_t>("number"),
        .offer_number = row.get<std::int32_t>("offer_number"),
        .technician_id = row.get<std::int64_t>("technician_id"),
        .dealer_unit_id = row.get<std::int64_t>("dealer_unit_id"),
        .departed_at = row.get<Instant>("departed_at"),
        .arrived_at = row.get<OptionalInstant>("arrived_at"),
        .arrival_point = point_at(row, "arrival_longitude", "arrival_latitude"),
        .arrival_accuracy_m = row.get<std::optional<double>>("arrival_accuracy_m"),
        .distance_to_site_m = row.get<std::optional<double>>("distance_to_site_m"),
        .outcome = enum_at<VisitOutcome>(row, "outcome"),
        .ended_at = row.get<OptionalInstant>("ended_at"),
        .unrepaired_reason = optional_enum_at<UnrepairedReason>(row, "unrepaired_reason"),
        .description = row.get<std::string>("description"),
        .signed_by = row.get<std::string>("signed_by"),
        .signature = row.get<std::string>("signature"),
        .pauses_count = row.get<std::int32_t>("pauses_count"),
    };
}

Pause pause_from(const Row& row) {
    return Pause{
        .visit_number = row.get<std::int32_t>("visit_number"),
        .number = row.get<std::int32_t>("number"),
        .reason = enum_at<PauseReason>(row, "reason"),
        .stops_clock = row.get<bool>("stops_clock"),
        .note = row.get<std::string>("note"),
        .paused_at = row.get<Instant>("paused_at"),
        .resumed_at = row.get<OptionalInstant>("resumed_at"),
    };
}

Callback callback_from(const Row& row) {
    Callback callback{
        .number = row.get<std::int32_t>("number"),
        .attempt = row.get<std::int32_t>("attempt"),
        .outcome = enum_at<CallbackOutcome>(row, "outcome"),
        .fixed = row.get<std::optional<bool>>("fixed"),
        .score = row.get<std::optional<std::int32_t>>("score"),
        .note = row.get<std::string>("note"),
        .called_by = row.get<OptionalId>("called_by"),
        .called_at = row.get<Instant>("called_at"),
    };
    const auto answers = json::parse(row.get<std::string>("answers"));
    for (const auto& [question, answer] : answers.as_object())
        callback.answers.emplace_back(question, answer.as_string());
    return callback;
}

void save(Connection& db, std::int64_t ticket_id, const Offer& o) {
    db.execute(
        "REPLACE INTO offer (ticket_id, number, dealer_unit_id, dealer_path, offered_at, expires_at, offered_by, why, "
        "outcome, answered_at, promised_arrival_at, ended_at, reject_reason, recall_reason, note, suggested_rank, "
        "override_reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ticket_id, o.number, o.dealer_unit_id, o.dealer_path, o.offered_at, o.expires_at, o.offered_by, o.why,
        to_string(o.outcome), o.answered_at, o.promised_arrival_at, o.ended_at, name_of(o.reject_reason),
        name_of(o.recall_reason), o.note, o.suggested_rank, name_of(o.override_reason));
}

void save(Connection& db, std::int64_t ticket_id, const Visit& v) {
    db.execute(
        "REPLACE INTO visit (ticket_id, number, offer_number, technician_id, dealer_unit_id, departed_at, arrived_at, "
        "arrival_longitude, arrival_latitude, arrival_accuracy_m, distance_to_site_m, outcome, ended_at, "
        "unrepaired_reason, description, signed_by, signature, pauses_count) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ticket_id, v.number, v.offer_number, v.technician_id, v.dealer_unit_id, v.departed_at, v.arrived_at,
        longitude_of(v.arrival_point), latitude_of(v.arrival_point), v.arrival_accuracy_m, v.distance_to_site_m,
        to_string(v.outcome), v.ended_at, name_of(v.unrepaired_reason), v.description, v.signed_by, v.signature,
        v.pauses_count);
}

void save(Connection& db, std::int64_t ticket_id, const Pause& p) {
    db.execute(
        "REPLACE INTO pause (ticket_id, visit_number, number, reason, stops_clock, note, paused_at, resumed_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ticket_id, p.visit_number, p.number, to_string(p.reason), p.stops_clock, p.note, p.paused_at, p.resumed_at);
}

void save(Connection& db, std::int64_t ticket_id, const Callback& c) {
    json::object answers;
    for (const auto& [question, answer] : c.answers) answers[question] = answer;
    db.execute(
        "REPLACE INTO callback (ticket_id, number, attempt, outcome, fixed, score, answers, note, called_by, "
        "called_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ticket_id, c.number, c.attempt, to_string(c.outcome), c.fixed, c.score, json::serialize(answers), c.note,
        c.called_by, c.called_at);
}

json::object to_json(const Attributes& attributes) {
    json::object object;
    for (const auto& [name, value] : attributes)
        object[name] = std::visit(
            [](const auto& held) -> json::value {
                if constexpr (std::is_same_v<std::decay_t<decltype(held)>, Instant>)
                    return json::string{to_rfc3339(held)};
                else
                    return json::value(held);
            },
            value);
    return object;
}

NewEvent to_stored(const Event& event, std::int64_t ticket_id) {
    NewEvent stored{
        .kind = std::string{to_string(event.kind)},
        .ticket_id = ticket_id,
        .ticket_version = event.ticket_version,
        .from_state = event.from_state ? std::string{to_string(*event.from_state)} : "",
        .to_state = std::string{to_string(event.to_state)},
        .happened_at = event.happened_at,
        .recorded_at = event.recorded_at,
        .source = std::string{to_string(event.source)},
        .actor_id = event.actor_user_id,
        .attributes = to_json(event.attributes),
        .audience = event.audience,
        .internal = event.kind == EventKind::ticket_noted,
    };
    if (!event.informs.empty()) {
        json::array parties;
        for (const auto party : event.informs) parties.emplace_back(to_string(party));
        stored.attributes["informs"] = std::move(parties);
    }
    return stored;
}

void save_consequences(Connection& db, const Decision& decision) {
    const auto ticket_id = decision.after.id;
    for (const auto& record : decision.records) std::visit([&](const auto& row) { save(db, ticket_id, row); }, record);
    for (const auto& change : decision.deadlines) {
        if (change.due_at)
            set_deadline(db, ticket_id, change.kind, *change.due_at);
        else
            clear_deadline(db, ticket_id, change.kind);
    }
    for (const auto& event : decision.events) append_event(db, to_stored(event, ticket_id));
}

const std::string& insert_into() {
    static const std::string sql =
        fmt::format("INSERT INTO ticket (id, {}, {})", fmt::join(decided_columns, ", "), fmt::join(text_columns, ", "));
    return sql;
}

const std::string& update_sql() {
    static const std::string sql =
        fmt::format("UPDATE ticket SET {} = ? WHERE id = ? AND version = ?", fmt::join(decided_columns, " = ?, "));
    return sql;
}

}  // namespace

std::int64_t TicketIds::next() {
    const std::scoped_lock lock{mutex_};
    if (next_ == end_) {
        next_ = database_.transaction([](Connection& db) {
            const auto first =
                db.query("SELECT next_id FROM id_block WHERE name = 'ticket' FOR UPDATE").front().get<std::int64_t>(0);
            db.execute("UPDATE id_block SET next_id = ? WHERE name = 'ticket'", first + ids_in_a_block);
            return first;
        });
        end_ = next_ + ids_in_a_block;
    }
    return next_++;
}

std::optional<StoredTicket> find_ticket(Connection& db, std::int64_t ticket_id) {
    const auto rows = db.query("SELECT * FROM ticket WHERE id = ?", ticket_id);
    if (rows.empty()) return std::nullopt;
    StoredTicket stored{ticket_from(rows.front()), text_from(rows.front())};
    auto& ticket = stored.ticket;
    if (ticket.offers_count > 0)
        ticket.offer = offer_from(
            db.query("SELECT * FROM offer WHERE ticket_id = ? AND number = ?", ticket_id, ticket.offers_count).front());
    if (ticket.visits_count > 0)
        ticket.visit = visit_from(
            db.query("SELECT * FROM visit WHERE ticket_id = ? AND number = ?", ticket_id, ticket.visits_count).front());
    if (ticket.state == TicketState::paused && ticket.visit)
        ticket.pause =
            pause_from(db.query("SELECT * FROM pause WHERE ticket_id = ? AND visit_number = ? AND number = ?",
                                ticket_id, ticket.visit->number, ticket.visit->pauses_count)
                           .front());
    return stored;
}

void lock_ticket(Connection& db, std::int64_t ticket_id) {
    db.query("SELECT id FROM ticket WHERE id = ? FOR UPDATE", ticket_id);
}

void insert_ticket(Connection& db, const Decision& decision, const TicketText& text) {
    auto values = decided_values(decision.after);
    values.insert(values.begin(), to_parameter(decision.after.id));
    append_text(values, text);
    db.insert_later(insert_into(), std::move(values));
    save_consequences(db, decision);
}

bool update_ticket(Connection& db, const Ticket& before, const Decision& decision) {
    auto values = decided_values(decision.after);
    append(values, before.id, before.version);
    if (db.execute_with(update_sql(), values) == 0) return false;
    save_consequences(db, decision);
    return true;
}

void update_text(Connection& db, std::int64_t ticket_id, const TicketText& text) {
    db.execute(
        "UPDATE ticket SET fault_id = ?, description = ?, contact_name = ?, contact_phone = ?, address = ? "
        "WHERE id = ?",
        text.fault_id, text.description, text.contact_name, text.contact_phone, text.address, ticket_id);
}

std::vector<Offer> offers_of(Connection& db, std::int64_t ticket_id) {
    std::vector<Offer> offers;
    for (const auto& row : db.query("SELECT * FROM offer WHERE ticket_id = ? ORDER BY number", ticket_id))
        offers.push_back(offer_from(row));
    return offers;
}

std::vector<Visit> visits_of(Connection& db, std::int64_t ticket_id) {
    std::vector<Visit> visits;
    for (const auto& row : db.query("SELECT * FROM visit WHERE ticket_id = ? ORDER BY number", ticket_id))
        visits.push_back(visit_from(row));
    return visits;
}

std::vector<Pause> pauses_of(Connection& db, std::int64_t ticket_id) {
    std::vector<Pause> pauses;
    for (const auto& row : db.query("SELECT * FROM pause WHERE ticket_id = ? ORDER BY visit_number, number", ticket_id))
        pauses.push_back(pause_from(row));
    return pauses;
}

std::vector<Callback> callbacks_of(Connection& db, std::int64_t ticket_id) {
    std::vector<Callback> callbacks;
    for (const auto& row : db.query("SELECT * FROM callback WHERE ticket_id = ? ORDER BY number", ticket_id))
        callbacks.push_back(callback_from(row));
    return callbacks;
}

std::vector<DuplicateFacts> duplicate_candidates(Connection& db, const DuplicateFacts& wanted) {
    // A degree of latitude is 111 km; the box is a little larger than the circle that counts.
    const double half_height = same_site_within_m / 100'000;
    const double half_width =
        wanted.site ? half_height / std::max(0.01, std::cos(wanted.site->latitude * std::numbers::pi / 180)) : 0;
    const auto point = wanted.site.value_or(Point{});
    // One arm an index; UNION drops what several find.
    const auto arm = [](std::string_view where) {
        return fmt::format(
            "(SELECT id, state, customer_id, asset_id, contact_phone, longitude, latitude, opened_at FROM ticket {} "
            "AND state IN {} ORDER BY id DESC LIMIT 50)",
            where, open_states);
    };
    static const std::string sql =
        fmt::format("{} UNION {} UNION {} UNION {} ORDER BY id DESC", arm("WHERE customer_id = ?"),
                    arm("WHERE asset_id = ?"), arm("WHERE contact_phone = ?"),
                    arm("FORCE INDEX (ticket_open_site) WHERE latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?"));
    const auto caller = wanted.caller_phone.empty() ? std::nullopt : std::optional{wanted.caller_phone};
    const auto bound = [&](double value) { return wanted.site ? std::optional{value} : std::nullopt; };
    std::vector<DuplicateFacts> candidates;
    for (const auto& row : db.query(sql, wanted.customer_id, wanted.asset_id, caller,
                                    bound(point.latitude - half_height), bound(point.latitude + half_height),
                                    bound(point.longitude - half_width), bound(point.longitude + half_width)))
        candidates.push_back({.ticket_id = row.get<std::int64_t>("id"),
                              .state = enum_at<TicketState>(row, "state"),
                              .customer_id = row.get<std::int64_t>("customer_id"),
                              .asset_id = row.get<OptionalId>("asset_id"),
                              .caller_phone = row.get<std::string>("contact_phone"),
                              .site = point_at(row, "longitude", "latitude"),
                              .opened_at = row.get<Instant>("opened_at")});
    return candidates;
}

}  // namespace callout::storage
