#include "server/storage/organisation.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

#include "server/storage/keys.hpp"
#include "server/storage/like_pattern.hpp"

namespace callout::storage {
namespace {

using dispatch::ScopeKind;

constexpr std::string_view select_unit =
    "SELECT o.id, o.version, o.parent_id, o.kind, o.code, o.name, o.path, o.phone, o.address, o.region_code,"
    " o.longitude, o.latitude, o.active, o.created_at FROM organisation_unit o";

Unit to_unit(const Row& row) {
    return {.id = row.get<std::int64_t>("id"),
            .version = row.get<std::int64_t>("version"),
            .parent_id = row.get<std::optional<std::int64_t>>("parent_id"),
            .kind = parse<dispatch::UnitKind>(row.get<std::string>("kind")).value(),
            .code = row.get<std::string>("code"),
            .name = row.get<std::string>("name"),
            .path = row.get<std::string>("path"),
            .phone = row.get<std::string>("phone"),
            .address = row.get<std::string>("address"),
            .region_code = row.get<std::string>("region_code"),
            .longitude = row.get<std::optional<double>>("longitude"),
            .latitude = row.get<std::optional<double>>("latitude"),
            .active = row.get<bool>("active"),
            .product_ids = {},
            .created_at = row.get<Instant>("created_at")};
}

// The units of the rows with their products; one more statement whatever their number.
std::vector<Unit> to_units(Connection& db, const Rows& rows) {
    std::vector<Unit> units;
    if (rows.empty()) return units;
    std::string sql = "SELECT dealer_id, product_id FROM dealer_product WHERE dealer_id IN (";
    std::vector<Parameter> ids;
    std::unordered_map<std::int64_t, std::size_t> index_of;
    for (const auto& row : rows) {
        units.push_back(to_unit(row));
        index_of.emplace(units.back().id, units.size() - 1);
        sql += ids.empty() ? "?" : ", ?";
        ids.push_back(to_parameter(units.back().id));
    }
    for (const auto& row : db.query_with(sql + ") ORDER BY dealer_id, product_id", ids))
        units[index_of.at(row.get<std::int64_t>(0))].product_ids.push_back(row.get<std::int64_t>(1));
    return units;
}

std::optional<Unit> first_of(Connection& db, const Rows& rows) {
    auto units = to_units(db, rows);
    if (units.empty()) return std::nullopt;
    return std::move(units.front());
}

void write_products(Connection& db, std::int64_t unit_id, const std::vector<std::int64_t>& product_ids) {
    db.execute("DELETE FROM dealer_product WHERE dealer_id = ?", unit_id);
    for (const auto product_id : product_ids)
        db.execute("INSERT INTO dealer_product (dealer_id, product_id) VALUES (?, ?)", unit_id, product_id);
}

// In every table with a path of a dealer: the old beginning is replaced by the new one.
void rewrite_paths(Connection& db, std::string_view table, std::string_view column, std::string_view from,
                   std::string_view to) {
    db.execute(fmt::format("UPDATE {0} SET {1} = CONCAT(?, SUBSTRING({1}, ?)) WHERE {1} LIKE ?", table, column), to,
               from.size() + 1, std::string{from} + '%');
}

}  // namespace

Condition units_visible_to(const dispatch::Actor& actor, std::string_view alias) {
    Condition condition;
    for (const auto& grant : actor.grants) {
        if (grant.scope.kind == ScopeKind::technician ||
            (grant.scope.kind == ScopeKind::subtree && grant.scope.path.empty()))
            continue;
        if (!condition.sql.empty()) condition.sql += " OR ";
        if (grant.scope.kind == ScopeKind::whole) {
            condition.sql += "TRUE";
        } else {
            condition.sql += fmt::format("{}.path LIKE ?", alias);
            condition.parameters.push_back(to_parameter(grant.scope.path + '%'));
        }
    }
    condition.sql = condition.sql.empty() ? "(FALSE)" : '(' + condition.sql + ')';
    return condition;
}

std::optional<Unit> find_unit(Connection& db, std::int64_t id) {
    return first_of(db, db.query(fmt::format("{} WHERE o.id = ?", select_unit), id));
}

std::optional<Unit> find_unit_by_code(Connection& db, std::string_view code) {
    return first_of(db, db.query(fmt::format("{} WHERE o.code = ?", select_unit), code));
}

std::optional<Unit> lock_unit(Connection& db, std::int64_t id) {
    db.query("SELECT id FROM organisation_unit WHERE id = ? FOR UPDATE", id);
    return find_unit(db, id);
}

std::string path_to_list_under(Connection& db, std::int64_t unit_id) {
    const auto unit = find_unit(db, unit_id);
    return unit ? unit->path : "-";
}

std::optional<Unit> find_headquarters(Connection& db) {
    return first_of(db, db.query(fmt::format("{} WHERE o.parent_id IS NULL ORDER BY o.id LIMIT 1", select_unit)));
}

std::vector<Unit> list_units(Connection& db, const UnitFilter& filter, std::optional<std::int64_t> after,
                             std::int64_t limit) {
    std::string sql = fmt::format("{} WHERE o.id > ?", select_unit);
    std::vector<Parameter> parameters{to_parameter(after.value_or(0))};
    const auto where = [&](std::string_view clause, const auto&... values) {
        sql += clause;
        (parameters.push_back(to_parameter(values)), ...);
    };
    if (filter.visible_to) {
        const auto condition = units_visible_to(*filter.visible_to, "o");
        where(fmt::format(" AND (o.id = ? OR {})", condition.sql), filter.own_unit_id);
        parameters.insert(parameters.end(), condition.parameters.begin(), condition.parameters.end());
    }
    if (filter.kind) where(" AND o.kind = ?", to_string(*filter.kind));
    if (!filter.under_path.empty()) where(" AND o.path LIKE ?", filter.under_path + '%');
    if (!filter.q.empty()) {
        const auto pattern = containing(filter.q);
        where(fmt::format(" AND (o.name LIKE ? OR {} LIKE ?)", as_people_read("o.code")), pattern, pattern);
    }
    where(" ORDER BY o.id LIMIT ?", limit);

    return to_units(db, db.query_with(sql, parameters));
}

std::optional<std::int64_t> insert_unit(Connection& db, const NewUnit& unit, Instant now) {
    try {
        // Locked until the end: the parent cannot be moved away between reading its path and writing ours.
        const auto parent = unit.parent_id ? lock_unit(db, *unit.parent_id) : std::nullopt;
        const auto id = db.insert(
            "INSERT INTO organisation_unit (parent_id, kind, code, name, phone, address, region_code, longitude,"
            " latitude, active, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            unit.parent_id, to_string(unit.kind), unit.code, unit.name, unit.phone, unit.address, unit.region_code,
            unit.longitude, unit.latitude, unit.active, now);
        db.execute("UPDATE organisation_unit SET path = ? WHERE id = ?",
                   fmt::format("{}{}/", parent ? parent->path : "/", id), id);
        write_products(db, id, unit.product_ids);
        return id;
    } catch (const StatementFailed& failed) {
        if (failed.duplicate_key()) return std::nullopt;
        throw;
    }
}

std::optional<bool> update_unit(Connection& db, const Unit& unit, std::int64_t expected_version) {
    try {
        const auto changed = db.execute(
            "UPDATE organisation_unit SET version = version + 1, code = ?, name = ?, phone = ?, address = ?,"
            " region_code = ?, longitude = ?, latitude = ?, active = ? WHERE id = ? AND version = ?",
            unit.code, unit.name, unit.phone, unit.address, unit.region_code, unit.longitude, unit.latitude,
            unit.active, unit.id, expected_version);
        if (changed == 0) return false;
        write_products(db, unit.id, unit.product_ids);
        return true;
    } catch (const StatementFailed& failed) {
        if (failed.duplicate_key()) return std::nullopt;
        throw;
    }
}

void move_unit(Connection& db, const Unit& unit, const Unit& new_parent) {
    const auto path = fmt::format("{}{}/", new_parent.path, unit.id);
    db.execute("UPDATE organisation_unit SET parent_id = ? WHERE id = ?", new_parent.id, unit.id);
    rewrite_paths(db, "organisation_unit", "path", unit.path, path);
    rewrite_paths(db, "ticket", "dealer_path", unit.path, path);
    rewrite_paths(db, "offer", "dealer_path", unit.path, path);
}

bool has_open_tickets(Connection& db, std::string_view unit_path) {
    const auto pattern = std::string{unit_path} + '%';
    const auto below = [&](std::string_view column) {
        return !db.query(fmt::format("SELECT 1 FROM ticket WHERE {} LIKE ? AND state NOT IN"
                                     " ('closed', 'merged', 'cancelled') LIMIT 1",
                                     column),
                         pattern)
                    .empty();
    };
    return below("office_path") || below("dealer_path");
}

bool has_active_units_below(Connection& db, const Unit& unit) {
    return !db.query("SELECT 1 FROM organisation_unit WHERE parent_id = ? AND active LIMIT 1", unit.id).empty();
}

std::optional<std::int64_t> missing_product(Connection& db, const std::vector<std::int64_t>& ids) {
    for (const auto id : ids)
        if (db.query("SELECT 1 FROM product WHERE id = ?", id).empty()) return id;
    return std::nullopt;
}

}  // namespace callout::storage
