#include "server/storage/customers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>

#include "server/phones/phone_number.hpp"
#include "server/storage/id_list.hpp"
#include "server/storage/like_pattern.hpp"
#include "server/storage/scope_clause.hpp"

namespace callout::storage {
namespace {

using dispatch::Permission;

constexpr std::string_view columns =
    "c.id, c.version, c.kind, c.name, c.address, c.region_code, c.longitude, c.latitude, c.tier, c.note, "
    "c.external_key, c.created_at, c.updated_at";

Condition visible_customers(const dispatch::Actor& actor) {
    for (const auto& grant : actor.grants)
        if (grant.permissions.has(Permission::view_customers) && grant.scope.kind == dispatch::ScopeKind::whole)
            return {"(TRUE)", {}};
    auto condition = visible_to(actor, Permission::view_customers, "t");
    condition.sql = fmt::format("EXISTS (SELECT 1 FROM ticket t WHERE t.customer_id = c.id AND {})", condition.sql);
    return condition;
}

Customer customer_from(const Row& row) {
    return Customer{
        .id = row.get<std::int64_t>("id"),
        .version = row.get<std::int64_t>("version"),
        .kind = parse<dispatch::CustomerKind>(row.get<std::string>("kind")).value(),
        .name = row.get<std::string>("name"),
        .address = row.get<std::string>("address"),
        .region_code = row.get<std::string>("region_code"),
        .longitude = row.get<std::optional<double>>("longitude"),
        .latitude = row.get<std::optional<double>>("latitude"),
        .tier = parse<dispatch::CustomerTier>(row.get<std::string>("tier")).value(),
        .note = row.get<std::string>("note"),
        .external_key = row.get<std::optional<std::string>>("external_key"),
        .phones = {},
        .contacts = {},
        .tags = {},
        .created_at = row.get<Instant>("created_at"),
        .updated_at = row.get<Instant>("updated_at"),
    };
}

using ById = std::unordered_map<std::int64_t, Customer*>;

void load_contacts(Connection& db, const IdList& ids, const ById& customers) {
    for (const auto& row :
         db.query_with(fmt::format("SELECT id, customer_id, name, job, email, birthday FROM customer_contact "
                                   "WHERE customer_id IN ({}) ORDER BY id",
                                   ids.marks),
                       ids.parameters))
        customers.at(row.get<std::int64_t>("customer_id"))
            ->contacts.push_back({.id = row.get<std::int64_t>("id"),
                                  .name = row.get<std::string>("name"),
                                  .job = row.get<std::string>("job"),
                                  .email = row.get<std::string>("email"),
                                  .birthday = row.get<std::optional<std::string>>("birthday"),
                                  .phones = {}});
}

void load_phones(Connection& db, const IdList& ids, const ById& customers) {
    for (const auto& row :
         db.query_with(fmt::format("SELECT customer_id, contact_id, number, extension, label FROM customer_phone "
                                   "WHERE customer_id IN ({}) ORDER BY id",
                                   ids.marks),
                       ids.parameters)) {
        auto& customer = *customers.at(row.get<std::int64_t>("customer_id"));
        CustomerPhone phone{row.get<std::string>("number"), row.get<std::string>("extension"),
                            row.get<std::string>("label")};
        const auto contact_id = row.get<std::optional<std::int64_t>>("contact_id");
        const auto contact = std::ranges::find(customer.contacts, contact_id.value_or(0), &CustomerContact::id);
        auto& phones = contact == customer.contacts.end() ? customer.phones : contact->phones;
        phones.push_back(std::move(phone));
    }
}

void load_tags(Connection& db, const IdList& ids, const ById& customers) {
    for (const auto& row : db.query_with(
             fmt::format("SELECT customer_id, tag FROM customer_tag WHERE customer_id IN ({}) ORDER BY tag", ids.marks),
             ids.parameters))
        customers.at(row.get<std::int64_t>("customer_id"))->tags.push_back(row.get<std::string>("tag"));
}

// What belongs to the customers, in three questions for all of them.
std::vector<Customer> with_belongings(Connection& db, const Rows& rows) {
    std::vector<Customer> customers;
    customers.reserve(rows.size());
    for (const auto& row : rows) customers.push_back(customer_from(row));
    if (customers.empty()) return customers;
    ById by_id;
    std::vector<std::int64_t> numbers;
    for (auto& customer : customers) {
        by_id[customer.id] = &customer;
        numbers.push_back(customer.id);
    }
    const auto ids = id_list(numbers);
    load_contacts(db, ids, by_id);
    load_phones(db, ids, by_id);
    load_tags(db, ids, by_id);
    return customers;
}

void insert_phones(Connection& db, std::int64_t customer_id, std::optional<std::int64_t> contact_id,
                   const std::vector<CustomerPhone>& phones) {
    for (const auto& phone : phones)
        db.execute(
            "INSERT INTO customer_phone (customer_id, contact_id, number, number_reversed, extension, label) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            customer_id, contact_id, phone.number, phones::reversed(phone.number), phone.extension, phone.label);
}

void insert_belongings(Connection& db, std::int64_t customer_id, const Customer& customer) {
    insert_phones(db, customer_id, std::nullopt, customer.phones);
    for (const auto& contact : customer.contacts) {
        std::optional<std::int64_t> kept_id;
        if (contact.id > 0) kept_id = contact.id;
        const auto new_id = db.insert(
            "INSERT INTO customer_contact (id, customer_id, name, job, email, birthday) VALUES (?, ?, ?, ?, ?, ?)",
            kept_id, customer_id, contact.name, contact.job, contact.email, contact.birthday);
        insert_phones(db, customer_id, kept_id.value_or(new_id), contact.phones);
    }
    // Two tags that differ in case alone are one to the database.
    for (const auto& tag : customer.tags)
        db.execute("INSERT IGNORE INTO customer_tag (customer_id, tag) VALUES (?, ?)", customer_id, tag);
}

}  // namespace

bool customer_visible_to(Connection& db, const dispatch::Actor& actor, std::int64_t customer_id) {
    const auto visible = visible_customers(actor);
    std::vector<Parameter> parameters{to_parameter(customer_id)};
    parameters.insert(parameters.end(), visible.parameters.begin(), visible.parameters.end());
    return !db.query_with(fmt::format("SELECT c.id FROM customer c WHERE c.id = ? AND {}", visible.sql), parameters)
                .empty();
}

std::optional<Customer> find_customer(Connection& db, std::int64_t customer_id) {
    static const auto sql = fmt::format("SELECT {} FROM customer c WHERE c.id = ?", columns);
    auto customers = with_belongings(db, db.query(sql, customer_id));
    return customers.empty() ? std::nullopt : std::optional{std::move(customers.front())};
}

std::vector<Customer> list_customers(Connection& db, const dispatch::Actor& actor, const CustomerFilter& filter,
                                     std::optional<std::int64_t> after, std::int64_t limit) {
    const auto visible = visible_customers(actor);
    std::string sql;
    std::vector<Parameter> parameters;
    if (filter.phone_tail.empty()) {
        sql = fmt::format("SELECT {} FROM customer c WHERE {}", columns, visible.sql);
        parameters = visible.parameters;
    } else {
        // A range of the index of reversed numbers, whatever the optimiser thinks of the rest. ':' follows '9'.
        auto first = phones::reversed(filter.phone_tail);
        auto end = first;
        ++end.back();
        sql = fmt::format(
            "SELECT DISTINCT {} FROM customer_phone p FORCE INDEX (customer_phone_tail) STRAIGHT_JOIN customer c "
            "ON c.id = p.customer_id WHERE p.number_reversed >= ? AND p.number_reversed < ? AND {}",
            columns, visible.sql);
        parameters = {to_parameter(first), to_parameter(end)};
        parameters.insert(parameters.end(), visible.parameters.begin(), visible.parameters.end());
    }
    if (!filter.q.empty()) {
        sql += " AND c.name LIKE ?";
        parameters.push_back(to_parameter(containing(filter.q)));
    }
    if (after) {
        sql += " AND c.id > ?";
        parameters.push_back(to_parameter(*after));
    }
    sql += " ORDER BY c.id LIMIT ?";
    parameters.push_back(to_parameter(limit));
    return with_belongings(db, db.query_with(sql, parameters));
}

std::int64_t insert_customer(Connection& db, const Customer& customer, Instant now) {
    const auto id = db.insert(
        "INSERT INTO customer (kind, name, address, region_code, longitude, latitude, tier, note, external_key, "
        "created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        to_string(customer.kind), customer.name, customer.address, customer.region_code, customer.longitude,
        customer.latitude, to_string(customer.tier), customer.note, customer.external_key, now, now);
    insert_belongings(db, id, customer);
    return id;
}

bool update_customer(Connection& db, const Customer& customer, Instant now) {
    const auto changed = db.execute(
        "UPDATE customer SET kind = ?, name = ?, address = ?, region_code = ?, longitude = ?, latitude = ?, tier = ?, "
        "note = ?, updated_at = ?, version = version + 1 WHERE id = ? AND version = ?",
        to_string(customer.kind), customer.name, customer.address, customer.region_code, customer.longitude,
        customer.latitude, to_string(customer.tier), customer.note, now, customer.id, customer.version);
    if (changed == 0) return false;
    db.execute("DELETE FROM customer_phone WHERE customer_id = ?", customer.id);
    db.execute("DELETE FROM customer_contact WHERE customer_id = ?", customer.id);
    db.execute("DELETE FROM customer_tag WHERE customer_id = ?", customer.id);
    insert_belongings(db, customer.id, customer);
    return true;
}

std::vector<NamedCustomer> customers_with_numbers(Connection& db, std::span<const std::string> numbers,
                                                  std::int64_t except_id, std::int64_t limit) {
    std::vector<NamedCustomer> customers;
    if (numbers.empty()) return customers;
    std::vector<Parameter> parameters;
    for (const auto& number : numbers) parameters.push_back(to_parameter(phones::reversed(number)));
    parameters.push_back(to_parameter(except_id));
    parameters.push_back(to_parameter(limit));
    const auto sql = fmt::format(
        "SELECT DISTINCT c.id, c.name FROM customer_phone p JOIN customer c ON c.id = p.customer_id "
        "WHERE p.number_reversed IN ({}) AND c.id <> ? ORDER BY c.id LIMIT ?",
        fmt::join(std::vector<std::string_view>(numbers.size(), "?"), ", "));
    for (const auto& row : db.query_with(sql, parameters))
        customers.push_back({row.get<std::int64_t>(0), row.get<std::string>(1)});
    return customers;
}

}  // namespace callout::storage
