#include "tests/load/long_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace callout::load {
namespace {

using storage::Connection;

constexpr std::int64_t rounds_a_customer = 4;
constexpr std::int64_t rounds_of_open_tickets = 28;
constexpr std::int64_t days_of_history = 5 * 365;
constexpr std::int64_t one_fleet_in = 40;

// What a copy has instead of what it was copied from, by column; {0} stands for the original's own.
using Changes = std::map<std::string, std::string>;

class Copier {
public:
    explicit Copier(Connection& db) : db_{db} {
        for (const auto& row : db.query("SELECT table_name AS t, column_name AS c, data_type AS kind, "
                                        "extra LIKE '%auto_increment%' AS counted, extra LIKE '%GENERATED%' AS made "
                                        "FROM information_schema.columns WHERE table_schema = DATABASE() "
                                        "ORDER BY table_name, ordinal_position"))
            if (!row.get<bool>("counted") && !row.get<bool>("made"))
                columns_[row.get<std::string>("t")].emplace_back(row.get<std::string>("c"),
                                                                 row.get<std::string>("kind"));
    }

    // Copies the rows of a table, joined and chosen by `which`, with every instant these days earlier; answers how many
    // they were. A column that the database counts up is left to it unless it is changed.
    std::uint64_t copy(const std::string& table, const std::string& which, const Changes& changes,
                       std::int64_t days_earlier = 0) {
        std::string names;
        std::string values;
        const auto add = [&](const std::string& name, const std::string& value) {
            names += (names.empty() ? "" : ", ") + name;
            values += (values.empty() ? "" : ", ") + value;
        };
        for (const auto& [name, kind] : columns_.at(table)) {
            if (changes.contains(name)) continue;
            const auto own = fmt::format("{}.{}", table, name);
            add(name,
                kind == "datetime" && days_earlier != 0 ? fmt::format("{} - INTERVAL {} DAY", own, days_earlier) : own);
        }
        for (const auto& [name, change] : changes)
            add(name, fmt::format(fmt::runtime(change), fmt::format("{}.{}", table, name)));
        const auto copied =
            db_.execute(fmt::format("INSERT INTO {0} ({1}) SELECT {2} FROM {0} {3}", table, names, values, which));
        db_.commit();
        return copied;
    }

private:
    Connection& db_;
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> columns_;
};

std::int64_t number(Connection& db, const std::string& sql) {
    return db.query(sql).front().get<std::int64_t>(0);
}

class Years {
public:
    Years(Connection& db, std::int64_t tickets)
        : db_{db},
          copier_{db},
          tickets_{number(db, "SELECT MAX(id) FROM ticket")},
          customers_{number(db, "SELECT MAX(id) FROM customer")},
          assets_{number(db, "SELECT MAX(id) FROM asset")},
          seq_{number(db, "SELECT MAX(seq) FROM event")},
          wanted_{tickets} {}

    void grow() {
        const auto [ended, open] =
            std::pair{number(db_, "SELECT COUNT(*) FROM ticket WHERE state IN ('closed', 'cancelled', 'merged')"),
                      number(db_, "SELECT COUNT(*) FROM ticket WHERE state NOT IN ('closed', 'cancelled', 'merged')")};
        auto missing = wanted_ - ended - open * (1 + rounds_of_open_tickets);
        if (missing < 0) throw std::runtime_error{"the demo alone has more tickets than that"};
        const auto rounds = (missing + ended - 1) / ended;
        for (round_ = 1; round_ <= rounds; ++round_) {
            const auto days_earlier = days_of_history * (rounds - round_ + 1) / rounds;
            add_tickets("IN", std::min(missing, ended), days_earlier);
            missing -= std::min(missing, ended);
            fmt::print(stderr, "\r{:>9} of {} tickets", wanted_ - missing - open * rounds_of_open_tickets, wanted_);
        }
        for (; round_ <= rounds + rounds_of_open_tickets; ++round_) add_tickets("NOT IN", open, 0);
        fmt::print(stderr, "\r{0:>9} of {0} tickets\n", wanted_);
        finish();
    }

private:
    // A fleet stays itself; everybody else's copies are somebody new every few rounds.
    std::string customer_of(const std::string& id) const {
        return fmt::format("IF({0} % {1} = 0, {0}, {0} + {2})", id, one_fleet_in, generation() * customers_);
    }

    // A machine follows its customer.
    std::string asset_of(const std::string& id, const std::string& customer_id) const {
        return fmt::format("IF({} % {} = 0, {}, {} + {})", customer_id, one_fleet_in, id, id, generation() * assets_);
    }

    std::int64_t generation() const { return (round_ - 1) / rounds_a_customer + 1; }

    // Somewhere else within some ten kilometres, the same for a customer, his machines and his tickets.
    static std::string near(const std::string& customer_id) {
        return fmt::format("{{0}} + (CRC32({}) % 2001 - 1000.0) / 10000", customer_id);
    }

    // A mobile number of his own.
    static std::string phone_of(const std::string& customer_id) {
        return fmt::format("CONCAT('+8613', LPAD({} * 104729 % 1000000000, 9, '0'))", customer_id);
    }

    void add_customers() {
        const auto others = fmt::format("% {} <> 0", one_fleet_in);
        const auto customer = customer_of("customer.id");
        copier_.copy(
            "customer", fmt::format("WHERE id <= {} AND id {}", customers_, others),
            {{"id", customer}, {"external_key", "NULL"}, {"longitude", near(customer)}, {"latitude", near(customer)}});
        const auto of = [&](const std::string& column) { return customer_of(column); };
        const auto theirs = fmt::format("WHERE customer_id <= {} AND customer_id {}", customers_, others);
        copier_.copy("customer_contact", theirs, {{"customer_id", of("customer_contact.customer_id")}});
        const auto phone = phone_of(of("customer_phone.customer_id"));
        copier_.copy("customer_phone", theirs,
                     {{"customer_id", of("customer_phone.customer_id")},
                      {"contact_id", "NULL"},
                      {"number", phone},
                      {"number_reversed", fmt::format("REVERSE({})", phone)}});
        const auto owner = of("asset.customer_id");
        copier_.copy("asset", fmt::format("WHERE id <= {} AND customer_id {}", assets_, others),
                     {{"id", asset_of("asset.id", "asset.customer_id")},
                      {"customer_id", owner},
                      {"serial_number", fmt::format("CONCAT({{0}}, '-', {})", generation())},
                      {"longitude", near(owner)},
                      {"latitude", near(owner)}});
        const auto of_asset = [&](const std::string& table) {
            copier_.copy(table,
                         fmt::format("JOIN asset ON asset.id = {0}.asset_id AND asset.id <= {1} AND "
                                     "asset.customer_id {2} WHERE {0}.asset_id <= {1}",
                                     table, assets_, others),
                         table == "asset_owner"
                             ? Changes{{"asset_id", asset_of("{0}", "asset.customer_id")}, {"customer_id", of("{0}")}}
                             : Changes{{"asset_id", asset_of("{0}", "asset.customer_id")}});
        };
        of_asset("asset_owner");
        of_asset("meter_reading");
    }

    // The first `count` of the demo's tickets in one of these states, or in none of them.
    void add_tickets(const std::string& in_or_not, std::int64_t count, std::int64_t days_earlier) {
        const auto chosen =
            fmt::format("ticket.id <= {} AND ticket.state {} ('closed', 'cancelled', 'merged')", tickets_, in_or_not);
        if (round_ % rounds_a_customer == 1) add_customers();
        const auto last = number(
            db_, fmt::format("SELECT ticket.id FROM ticket WHERE {} ORDER BY id LIMIT 1 OFFSET {}", chosen, count - 1));
        const auto which = fmt::format("{} AND ticket.id <= {}", chosen, last);
        const auto shift = fmt::format("{{0}} + {}", round_ * tickets_);
        const auto customer = customer_of("ticket.customer_id");
        copier_.copy("ticket", "WHERE " + which,
                     {{"id", shift},
                      {"external_key", "NULL"},
                      {"customer_id", customer},
                      {"asset_id", asset_of("ticket.asset_id", "ticket.customer_id")},
                      {"contact_phone", phone_of(customer)},
                      {"longitude", near(customer)},
                      {"latitude", near(customer)}},
                     days_earlier);
        for (const auto* table : {"offer", "visit", "pause", "callback", "deadline"})
            copier_.copy(table, fmt::format("JOIN ticket ON ticket.id = {}.ticket_id WHERE {}", table, which),
                         {{"ticket_id", shift}}, days_earlier);
        seq_ += static_cast<std::int64_t>(copier_.copy(
            "event", fmt::format("JOIN ticket ON ticket.id = event.ticket_id WHERE {}", which),
            {{"ticket_id", shift}, {"seq", fmt::format("{} + ROW_NUMBER() OVER (ORDER BY event.id)", seq_)}},
            days_earlier));
        add_calls();
    }

    // Each of the round's tickets came by telephone.
    void add_calls() {
        db_.execute(
            "INSERT INTO telephone_call (call_id, direction, state, from_number, from_number_reversed, to_number, "
            "ringing_at, answered_at, ended_at, answered_by, customer_id, ticket_id) "
            "SELECT CONCAT('load-', id), 'in', 'ended', contact_phone, REVERSE(contact_phone), '+864008111111', "
            "opened_at - INTERVAL 190 SECOND, opened_at - INTERVAL 180 SECOND, opened_at, opened_by, customer_id, id "
            "FROM ticket WHERE id > ? AND id <= ?",
            round_ * tickets_, (round_ + 1) * tickets_);
        db_.commit();
    }

    void finish() {
        db_.execute("UPDATE deadline SET due_at = due_at + INTERVAL 10 YEAR");
        db_.execute("UPDATE id_block SET next_id = ? WHERE name = 'ticket'", (round_ + 1) * tickets_);
        db_.commit();
        for (const auto* table : {"ticket", "event", "offer", "visit", "callback", "deadline", "telephone_call",
                                  "customer", "customer_phone", "asset", "meter_reading"})
            db_.query(fmt::format("ANALYZE TABLE {}", table));
        db_.commit();
    }

    Connection& db_;
    Copier copier_;
    // The highest id of the demo's own: copies stand a multiple of it higher.
    const std::int64_t tickets_;
    const std::int64_t customers_;
    const std::int64_t assets_;
    std::int64_t seq_;
    const std::int64_t wanted_;
    std::int64_t round_ = 0;
};

}  // namespace

void grow_history(Connection& db, std::int64_t tickets) {
    // The copies are sound by the way they are made.
    db.execute_text("SET SESSION foreign_key_checks = 0, unique_checks = 0");
    Years{db, tickets}.grow();
}

}  // namespace callout::load
