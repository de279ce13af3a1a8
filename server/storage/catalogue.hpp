// What is sold and what can go wrong with it: products by code, faults as a tree of codes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/storage/connection.hpp"

namespace callout::storage {

struct Product {
    std::int64_t id = 0;
    std::int64_t version = 0;
    std::string code;
    std::string name;
    std::int64_t warranty_months = 12;
    std::optional<std::int64_t> warranty_hours;
    bool active = true;
};

struct Fault {
    std::int64_t id = 0;
    std::int64_t version = 0;
    std::optional<std::int64_t> parent_id;
    std::string code;
    std::string name;
    bool active = true;
};

// Those with q in code or name, by code; at most `limit`, after the one with the id `after`.
std::vector<Product> list_products(Connection& db, const std::string& q, std::optional<std::int64_t> after,
                                   std::int64_t limit);
std::vector<Fault> list_faults(Connection& db, const std::string& q, std::optional<std::int64_t> after,
                               std::int64_t limit);

std::optional<Product> find_product(Connection& db, std::int64_t id);
std::optional<Product> product_with_code(Connection& db, const std::string& code);
std::optional<Fault> find_fault(Connection& db, std::int64_t id);
std::optional<Fault> fault_with_code(Connection& db, const std::string& code);

// Answer the new id, or false where the version is another one. Throw StatementFailed with duplicate_key() when the
// code is taken.
std::int64_t insert_product(Connection& db, const Product& product);
bool update_product(Connection& db, const Product& product);
std::int64_t insert_fault(Connection& db, const Fault& fault);
bool update_fault(Connection& db, const Fault& fault);

// Whether `ancestor_id` stands above `fault_id` in the tree, or is it.
bool is_above(Connection& db, std::int64_t ancestor_id, std::int64_t fault_id);

}  // namespace callout::storage
