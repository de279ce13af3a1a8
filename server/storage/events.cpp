#include "server/storage/events.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/serialize.hpp>

#include "server/storage/id_list.hpp"

namespace callout::storage {
namespace {

// ",7,12,": every id stands between commas.
std::string joined(const std::vector<std::int64_t>& ids) {
    if (ids.empty()) return "";
    std::string text = ",";
    for (const auto id : ids) text += std::to_string(id) + ',';
    return text;
}

// Columns by position in both statements below, for these rows are read at every event.
constexpr std::string_view event_columns =
    "SELECT event.id, COALESCE(event.seq, 0), event.kind, event.ticket_id, event.ticket_version, event.from_state, "
    "event.to_state, event.happened_at, event.recorded_at, event.source, event.actor_id, "
    "COALESCE(actor.name, ''), event.attributes, event.office_path, event.dealer_path, event.former_dealer_path, "
    "event.technician_id, event.internal, event.audience_users ";

notifications::Event to_event(const Row& row) {
    notifications::Event event;
    event.id = row.get<std::int64_t>(0);
    event.seq = row.get<std::int64_t>(1);
    event.kind = row.get<std::string>(2);
    event.ticket_id = row.get<std::optional<std::int64_t>>(3);
    event.ticket_version = row.get<std::optional<std::int64_t>>(4);
    event.from_state = row.get<std::string>(5);
    event.to_state = row.get<std::string>(6);
    event.happened_at = row.get<Instant>(7);
    event.recorded_at = row.get<Instant>(8);
    event.source = row.get<std::string>(9);
    event.actor_id = row.get<std::optional<std::int64_t>>(10);
    event.actor_name = row.get<std::string>(11);
    event.attributes = row.get<std::string>(12);
    event.audience.office_path = row.get<std::string>(13);
    event.audience.dealer_path = row.get<std::string>(14);
    event.audience.former_dealer_path = row.get<std::string>(15);
    event.audience.technician_id = row.get<std::optional<std::int64_t>>(16);
    event.internal = row.get<bool>(17);
    event.audience.user_ids = ids_between_separators(row.get<std::string>(18));
    return event;
}

std::vector<notifications::Event> to_events(const Rows& rows) {
    std::vector<notifications::Event> events;
    events.reserve(rows.size());
    for (const auto& row : rows) events.push_back(to_event(row));
    return events;
}

// Batches come in these sizes, filled up with 0, so that there are four statements to prepare instead of 512.
constexpr std::array<std::size_t, 4> batch_sizes{1, 8, 64, 512};

std::string places(std::size_t count) {
    std::string text = "?";
    for (std::size_t i = 1; i < count; ++i) text += ",?";
    return text;
}

// COALESCE keeps the optimiser off the index of seq: a range of NULLs there would wait for every insert that is not
// committed yet.
const std::string& numbering_statement(std::size_t size_index) {
    static const auto statements = [] {
        std::array<std::string, batch_sizes.size()> texts;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            const auto ids = places(batch_sizes[i]);
            texts[i] = fmt::format(
                "UPDATE event SET seq = ? + FIELD(id, {0}) WHERE id IN ({0}) AND COALESCE(seq, 0) = 0", ids);
        }
        return texts;
    }();
    return statements.at(size_index);
}

}  // namespace

std::int64_t event_head(Connection& db) {
    return db.query("SELECT COALESCE(MAX(seq), 0) FROM event").front().get<std::int64_t>(0);
}

std::vector<notifications::Event> events_without_seq(Connection& db, std::int64_t limit) {
    // Left to itself the optimiser reads all events there ever were in the order of their ids as soon as it guesses
    // that many have no number.
    static const auto sql =
        std::string{event_columns} +
        "FROM event FORCE INDEX (event_seq) LEFT JOIN user_account AS actor ON actor.id = event.actor_id "
        "WHERE event.seq IS NULL ORDER BY event.id LIMIT ?";
    return to_events(db.query(sql, limit));
}

bool number_events(Connection& db, std::span<const notifications::Event> events, std::int64_t first_seq) {
    std::size_t size_index = 0;
    while (batch_sizes.at(size_index) < events.size()) ++size_index;
    std::vector<Parameter> ids(batch_sizes.at(size_index), Parameter{std::int64_t{0}});
    for (std::size_t i = 0; i < events.size(); ++i) ids[i] = events[i].id;

    std::vector<Parameter> parameters{Parameter{first_seq - 1}};
    parameters.insert(parameters.end(), ids.begin(), ids.end());
    parameters.insert(parameters.end(), ids.begin(), ids.end());
    try {
        return db.execute_with(numbering_statement(size_index), parameters) == events.size();
    } catch (const StatementFailed& failed) {
        if (failed.duplicate_key()) return false;
        throw;
    }
}

std::vector<notifications::Event> events_after(Connection& db, std::int64_t after, std::int64_t until,
                                               std::int64_t limit) {
    static const auto sql = std::string{event_columns} +
                            "FROM event LEFT JOIN user_account AS actor ON actor.id = event.actor_id "
                            "WHERE event.seq > ? AND event.seq <= ? ORDER BY event.seq LIMIT ?";
    return to_events(db.query(sql, after, until, limit));
}

std::optional<dispatch::Audience> ticket_audience(Connection& db, std::int64_t ticket_id) {
    const auto rows = db.query("SELECT office_path, dealer_path, technician_id FROM ticket WHERE id = ?", ticket_id);
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    return dispatch::Audience{.office_path = row.get<std::string>(0),
                              .dealer_path = row.get<std::string>(1),
                              .former_dealer_path = {},
                              .technician_id = row.get<std::optional<std::int64_t>>(2),
                              .user_ids = {}};
}

void append_event(Connection& db, const NewEvent& event) {
    db.insert_later(
        "INSERT INTO event (kind, ticket_id, ticket_version, from_state, to_state, happened_at, recorded_at, source, "
        "actor_id, attributes, office_path, dealer_path, former_dealer_path, technician_id, internal, audience_users)",
        {to_parameter(event.kind), to_parameter(event.ticket_id), to_parameter(event.ticket_version),
         to_parameter(event.from_state), to_parameter(event.to_state), to_parameter(event.happened_at),
         to_parameter(event.recorded_at), to_parameter(event.source), to_parameter(event.actor_id),
         to_parameter(boost::json::serialize(event.attributes)), to_parameter(event.audience.office_path),
         to_parameter(event.audience.dealer_path), to_parameter(event.audience.former_dealer_path),
         to_parameter(event.audience.technician_id), to_parameter(event.internal),
         to_parameter(joined(event.audience.user_ids))});
}

std::int64_t last_seq(Connection& db) {
    return db.query("SELECT COALESCE(MAX(seq), 0) FROM event").front().get<std::int64_t>(0);
}

}  // namespace callout::storage
