// Customers with everything that is theirs alone: phones, contacts, tags. Written whole, over the version that was
// seen.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dispatch/customers/kinds.hpp"
#include "dispatch/organisation/scope.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

struct CustomerPhone {
    std::string number;     // E.164
    std::string extension;  // digits, or empty
    std::string label;

    friend bool operator==(const CustomerPhone&, const CustomerPhone&) = default;
};

struct CustomerContact {
    std::int64_t id = 0;  // 0: new
    std::string name;
    std::string job;
    std::string email;
    std::optional<std::string> birthday;  // YYYY-MM-DD
    std::vector<CustomerPhone> phones;

    friend bool operator==(const CustomerContact&, const CustomerContact&) = default;
};

struct Customer {
    std::int64_t id = 0;
    std::int64_t version = 0;
    dispatch::CustomerKind kind = dispatch::CustomerKind::person;
    std::string name;
    std::string address;
    std::string region_code;
    std::optional<double> longitude;  // WGS-84
    std::optional<double> latitude;
    dispatch::CustomerTier tier = dispatch::CustomerTier::standard;
    std::string note;
    std::optional<std::string> external_key;
    std::vector<CustomerPhone> phones;  // the customer's own
    std::vector<CustomerContact> contacts;
    std::vector<std::string> tags;  // sorted
    Instant created_at{};
    Instant updated_at{};
};

// Whoever keeps customers everywhere sees them all; anybody else those with a ticket he may see.
bool customer_visible_to(Connection& db, const dispatch::Actor& actor, std::int64_t customer_id);

std::optional<Customer> find_customer(Connection& db, std::int64_t customer_id);

struct CustomerFilter {
    std::string q = {};           // part of the name
    std::string phone_tail = {};  // digits, at least four: the end of any of his numbers
};

// Those the actor may see, by id, at most `limit` with an id above `after`.
std::vector<Customer> list_customers(Connection& db, const dispatch::Actor& actor, const CustomerFilter& filter,
                                     std::optional<std::int64_t> after, std::int64_t limit);

// Answers the new id. Numbers are unique within a customer; the caller has checked it.
std::int64_t insert_customer(Connection& db, const Customer& customer, Instant now);

// Writes the whole customer if it still has customer.version; false, and nothing is written, when it has not. Contacts
// that carry the id of a contact it had keep it.
bool update_customer(Connection& db, const Customer& customer, Instant now);

struct NamedCustomer {
    std::int64_t id = 0;
    std::string name;
};

// Other customers with one of these numbers, at most `limit`.
std::vector<NamedCustomer> customers_with_numbers(Connection& db, std::span<const std::string> numbers,
                                                  std::int64_t except_id, std::int64_t limit);

}  // namespace callout::storage
