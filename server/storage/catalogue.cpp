#include "server/storage/catalogue.hpp"

#include <fmt/format.h>

#include "server/storage/keys.hpp"
#include "server/storage/like_pattern.hpp"

namespace callout::storage {
namespace {

constexpr std::string_view select_product =
    "SELECT id, version, code, name, warranty_months, warranty_hours, active FROM product";
constexpr std::string_view select_fault = "SELECT id, version, parent_id, code, name, active FROM fault";

constexpr int max_depth = 64;

Product product_from(const Row& row) {
    return {.id = row.get<std::int64_t>("id"),
            .version = row.get<std::int64_t>("version"),
            .code = row.get<std::string>("code"),
            .name = row.get<std::string>("name"),
            .warranty_months = row.get<std::int64_t>("warranty_months"),
            .warranty_hours = row.get<std::optional<std::int64_t>>("warranty_hours"),
            .active = row.get<bool>("active")};
}

Fault fault_from(const Row& row) {
    return {.id = row.get<std::int64_t>("id"),
            .version = row.get<std::int64_t>("version"),
            .parent_id = row.get<std::optional<std::int64_t>>("parent_id"),
            .code = row.get<std::string>("code"),
            .name = row.get<std::string>("name"),
            .active = row.get<bool>("active")};
}

// Both catalogues are listed by code; the cursor is an id, whose code is where the list goes on.
Rows list(Connection& db, std::string_view select, std::string_view table, const std::string& q,
          std::optional<std::int64_t> after, std::int64_t limit) {
    auto sql = fmt::format("{} WHERE TRUE", select);
    std::vector<Parameter> parameters;
    if (!q.empty()) {
        sql += fmt::format(" AND ({} LIKE ? OR name LIKE ?)", as_people_read("code"));
        parameters.insert(parameters.end(), 2, to_parameter(containing(q)));
    }
    if (after) {
        sql += fmt::format(" AND code > (SELECT previous.code FROM {} previous WHERE previous.id = ?)", table);
        parameters.push_back(to_parameter(*after));
    }
    sql += " ORDER BY code LIMIT ?";
    parameters.push_back(to_parameter(limit));
    return db.query_with(sql, parameters);
}

}  // namespace

std::vector<Product> list_products(Connection& db, const std::string& q, std::optional<std::int64_t> after,
                                   std::int64_t limit) {
    std::vector<Product> products;
    for (const auto& row : list(db, select_product, "product", q, after, limit)) products.push_back(product_from(row));
    return products;
}

std::vector<Fault> list_faults(Connection& db, const std::string& q, std::optional<std::int64_t> after,
                               std::int64_t limit) {
    std::vector<Fault> faults;
    for (const auto& row : list(db, select_fault, "fault", q, after, limit)) faults.push_back(fault_from(row));
    return faults;
}

std::optional<Product> find_product(Connection& db, std::int64_t id) {
    const auto rows = db.query(fmt::format("{} WHERE id = ?", select_product), id);
    return rows.empty() ? std::nullopt : std::optional{product_from(rows.front())};
}

std::optional<Product> product_with_code(Connection& db, const std::string& code) {
    const auto rows = db.query(fmt::format("{} WHERE code = ?", select_product), code);
    return rows.empty() ? std::nullopt : std::optional{product_from(rows.front())};
}

std::optional<Fault> find_fault(Connection& db, std::int64_t id) {
    const auto rows = db.query(fmt::format("{} WHERE id = ?", select_fault), id);
    return rows.empty() ? std::nullopt : std::optional{fault_from(rows.front())};
}

std::optional<Fault> fault_with_code(Connection& db, const std::string& code) {
    const auto rows = db.query(fmt::format("{} WHERE code = ?", select_fault), code);
    return rows.empty() ? std::nullopt : std::optional{fault_from(rows.front())};
}

std::int64_t insert_product(Connection& db, const Product& product) {
    return db.insert("INSERT INTO product (code, name, warranty_months, warranty_hours, active) VALUES (?, ?, ?, ?, ?)",
                     product.code, product.name, product.warranty_months, product.warranty_hours, product.active);
}

bool update_product(Connection& db, const Product& product) {
    return db.execute(
               "UPDATE product SET code = ?, name = ?, warranty_months = ?, warranty_hours = ?, active = ?, "
               "version = version + 1 WHERE id = ? AND version = ?",
               product.code, product.name, product.warranty_months, product.warranty_hours, product.active, product.id,
               product.version) > 0;
}

std::int64_t insert_fault(Connection& db, const Fault& fault) {
    return db.insert("INSERT INTO fault (parent_id, code, name, active) VALUES (?, ?, ?, ?)", fault.parent_id,
                     fault.code, fault.name, fault.active);
}

bool update_fault(Connection& db, const Fault& fault) {
    return db.execute(
               "UPDATE fault SET parent_id = ?, code = ?, name = ?, active = ?, version = version + 1 "
               "WHERE id = ? AND version = ?",
               fault.parent_id, fault.code, fault.name, fault.active, fault.id, fault.version) > 0;
}

bool is_above(Connection& db, std::int64_t ancestor_id, std::int64_t fault_id) {
    std::optional<std::int64_t> at = fault_id;
    for (int depth = 0; at && depth < max_depth; ++depth) {
        if (*at == ancestor_id) return true;
        const auto rows = db.query("SELECT parent_id FROM fault WHERE id = ?", *at);
        at = rows.empty() ? std::nullopt : rows.front().get<std::optional<std::int64_t>>(0);
    }
    return at.has_value();
}

}  // namespace callout::storage
