#include "server/storage/assets.hpp"

#include <fmt/format.h>

#include "server/storage/id_list.hpp"
#include "server/storage/like_pattern.hpp"
#include "server/storage/scope_clause.hpp"

namespace callout::storage {
namespace {

using dispatch::Permission;
using OptionalDay = std::optional<std::string>;

constexpr std::string_view select_asset =
    "SELECT a.id, a.version, a.serial_number, a.product_id, p.name AS product_name, p.warranty_months, "
    "p.warranty_hours, a.customer_id, c.name AS customer_name, a.sold_on, a.commissioned_on, a.warranty_until, "
    "a.upstream_asset_id, a.address, a.region_code, a.longitude, a.latitude, a.created_at, a.updated_at FROM asset a "
    "JOIN product p ON p.id = a.product_id JOIN customer c ON c.id = a.customer_id";

// An upstream chain longer than this is a mistake of whoever entered it.
constexpr int max_upstream_depth = 64;

Condition visible_assets(const dispatch::Actor& actor) {
    for (const auto& grant : actor.grants)
        if (grant.permissions.has(Permission::view_customers) && grant.scope.kind == dispatch::ScopeKind::whole)
            return {"(TRUE)", {}};
    auto condition = visible_to(actor, Permission::view_customers, "t");
    condition.sql = fmt::format("EXISTS (SELECT 1 FROM ticket t WHERE t.asset_id = a.id AND {})", condition.sql);
    return condition;
}

Asset asset_from(const Row& row) {
    return Asset{
        .id = row.get<std::int64_t>("id"),
        .version = row.get<std::int64_t>("version"),
        .serial_number = row.get<std::string>("serial_number"),
        .product_id = row.get<std::int64_t>("product_id"),
        .product_name = row.get<std::string>("product_name"),
        .terms = {.months = row.get<std::int32_t>("warranty_months"),
                  .hours = row.get<std::optional<std::int64_t>>("warranty_hours")},
        .customer_id = row.get<std::int64_t>("customer_id"),
        .customer_name = row.get<std::string>("customer_name"),
        .sold_on = row.get<OptionalDay>("sold_on"),
        .commissioned_on = row.get<OptionalDay>("commissioned_on"),
        .warranty_until = row.get<OptionalDay>("warranty_until"),
        .upstream_asset_id = row.get<std::optional<std::int64_t>>("upstream_asset_id"),
        .address = row.get<std::string>("address"),
        .region_code = row.get<std::string>("region_code"),
        .longitude = row.get<std::optional<double>>("longitude"),
        .latitude = row.get<std::optional<double>>("latitude"),
        .created_at = row.get<Instant>("created_at"),
        .updated_at = row.get<Instant>("updated_at"),
    };
}

dispatch::MeterReading reading_from(const Row& row) {
    return {.hours = row.get<std::int64_t>("hours"),
            .read_at = row.get<Instant>("read_at"),
            .meter_replaced = row.get<bool>("meter_replaced")};
}

void append(std::vector<Parameter>& parameters, const Condition& condition) {
    parameters.insert(parameters.end(), condition.parameters.begin(), condition.parameters.end());
}

void load_owners(Connection& db, const IdList& ids, std::unordered_map<std::int64_t, AssetHistory>& histories) {
    for (const auto& row : db.query_with(
             fmt::format("SELECT o.asset_id, o.customer_id, c.name, o.owned_from, o.owned_until FROM asset_owner o "
                         "JOIN customer c ON c.id = o.customer_id WHERE o.asset_id IN ({}) ORDER BY o.id DESC",
                         ids.marks),
             ids.parameters))
        histories[row.get<std::int64_t>("asset_id")].owners.push_back(
            {row.get<std::int64_t>("customer_id"), row.get<std::string>("name"), row.get<Instant>("owned_from"),
             row.get<std::optional<Instant>>("owned_until")});
}

constexpr std::string_view select_readings =
    "SELECT asset_id, id, hours, read_at, meter_replaced, recorded_by FROM meter_reading WHERE asset_id IN ({}) "
    "ORDER BY asset_id, read_at, id";

StoredReading stored_reading_from(const Row& row) {
    return {row.get<std::int64_t>("id"), reading_from(row), row.get<std::optional<std::int64_t>>("recorded_by")};
}

void load_readings(Connection& db, const IdList& ids, std::unordered_map<std::int64_t, AssetHistory>& histories) {
    for (const auto& row : db.query_with(fmt::format(fmt::runtime(select_readings), ids.marks), ids.parameters))
        histories[row.get<std::int64_t>("asset_id")].readings.push_back(stored_reading_from(row));
}

}  // namespace

std::vector<Asset> list_assets(Connection& db, const AssetFilter& filter, std::optional<std::int64_t> after,
                               std::int64_t limit) {
    auto sql = fmt::format("{} WHERE TRUE", select_asset);
    std::vector<Parameter> parameters;
    if (filter.seen_by) {
        const auto visible = visible_assets(*filter.seen_by);
        sql += " AND " + visible.sql;
        append(parameters, visible);
    }
    if (filter.customer_id) {
        sql += " AND a.customer_id = ?";
        parameters.push_back(to_parameter(*filter.customer_id));
    }
    if (!filter.serial_number.empty()) {
        sql += " AND a.serial_number_searched LIKE ?";
        parameters.push_back(to_parameter(beginning_with(filter.serial_number)));
    }
    if (after) {
        sql += " AND a.id > ?";
        parameters.push_back(to_parameter(*after));
    }
    sql += " ORDER BY a.id LIMIT ?";
    parameters.push_back(to_parameter(limit));
    std::vector<Asset> assets;
    for (const auto& row : db.query_with(sql, parameters)) assets.push_back(asset_from(row));
    return assets;
}

std::optional<Asset> find_asset(Connection& db, std::int64_t asset_id) {
    static const auto sql = fmt::format("{} WHERE a.id = ?", select_asset);
    const auto rows = db.query(sql, asset_id);
    return rows.empty() ? std::nullopt : std::optional{asset_from(rows.front())};
}

std::optional<std::int64_t> asset_with_serial_number(Connection& db, const std::string& serial_number) {
    const auto rows = db.query("SELECT id FROM asset WHERE serial_number = ?", serial_number);
    return rows.empty() ? std::nullopt : std::optional{rows.front().get<std::int64_t>(0)};
}

bool asset_visible_to(Connection& db, const dispatch::Actor& actor, std::int64_t asset_id) {
    const auto visible = visible_assets(actor);
    std::vector<Parameter> parameters{to_parameter(asset_id)};
    append(parameters, visible);
    return !db.query_with(fmt::format("SELECT a.id FROM asset a WHERE a.id = ? AND {}", visible.sql), parameters)
                .empty();
}

std::int64_t insert_asset(Connection& db, const Asset& asset, Instant now) {
    const auto id = db.insert(
        "INSERT INTO asset (serial_number, product_id, customer_id, sold_on, commissioned_on, warranty_until, "
        "upstream_asset_id, address, region_code, longitude, latitude, created_at, updated_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        asset.serial_number, asset.product_id, asset.customer_id, asset.sold_on, asset.commissioned_on,
        asset.warranty_until, asset.upstream_asset_id, asset.address, asset.region_code, asset.longitude,
        asset.latitude, now, now);
    db.execute("INSERT INTO asset_owner (asset_id, customer_id, owned_from) VALUES (?, ?, ?)", id, asset.customer_id,
               now);
    return id;
}

bool update_asset(Connection& db, const Asset& asset, Instant now) {
    return db.execute(
               "UPDATE asset SET serial_number = ?, product_id = ?, sold_on = ?, commissioned_on = ?, "
               "warranty_until = ?, upstream_asset_id = ?, address = ?, region_code = ?, longitude = ?, latitude = ?, "
               "updated_at = ?, version = version + 1 WHERE id = ? AND version = ?",
               asset.serial_number, asset.product_id, asset.sold_on, asset.commissioned_on, asset.warranty_until,
               asset.upstream_asset_id, asset.address, asset.region_code, asset.longitude, asset.latitude, now,
               asset.id, asset.version) > 0;
}

bool transfer_asset(Connection& db, const Asset& asset, std::int64_t customer_id, Instant from, Instant now) {
    const auto changed = db.execute(
        "UPDATE asset SET customer_id = ?, updated_at = ?, version = version + 1 WHERE id = ? AND version = ?",
        customer_id, now, asset.id, asset.version);
    if (changed == 0) return false;
    db.execute("UPDATE asset_owner SET owned_until = ? WHERE asset_id = ? AND owned_until IS NULL", from, asset.id);
    db.execute("INSERT INTO asset_owner (asset_id, customer_id, owned_from) VALUES (?, ?, ?)", asset.id, customer_id,
               from);
    return true;
}

std::unordered_map<std::int64_t, AssetHistory> histories_of(Connection& db, std::span<const std::int64_t> asset_ids) {
    std::unordered_map<std::int64_t, AssetHistory> histories;
    if (asset_ids.empty()) return histories;
    const auto ids = id_list(asset_ids);
    load_owners(db, ids, histories);
    load_readings(db, ids, histories);
    return histories;
}

std::vector<StoredReading> readings_of(Connection& db, std::int64_t asset_id) {
    static const auto sql = fmt::format(fmt::runtime(select_readings), "?");
    std::vector<StoredReading> readings;
    for (const auto& row : db.query(sql, asset_id)) readings.push_back(stored_reading_from(row));
    return readings;
}

NeighbourReadings lock_neighbour_readings(Connection& db, std::int64_t asset_id, Instant at) {
    db.query("SELECT id FROM asset WHERE id = ? FOR UPDATE", asset_id);
    NeighbourReadings neighbours;
    const auto earlier = db.query(
        "SELECT hours, read_at, meter_replaced FROM meter_reading WHERE asset_id = ? AND read_at <= ? "
        "ORDER BY read_at DESC, id DESC LIMIT 1",
        asset_id, at);
    if (!earlier.empty()) neighbours.earlier = reading_from(earlier.front());
    const auto later = db.query(
        "SELECT hours, read_at, meter_replaced FROM meter_reading WHERE asset_id = ? AND read_at > ? "
        "ORDER BY read_at, id LIMIT 1",
        asset_id, at);
    if (!later.empty()) neighbours.later = reading_from(later.front());
    return neighbours;
}

void insert_reading(Connection& db, std::int64_t asset_id, const dispatch::MeterReading& reading,
                    std::optional<std::int64_t> recorded_by) {
    db.execute(
        "INSERT INTO meter_reading (asset_id, hours, read_at, meter_replaced, recorded_by) VALUES (?, ?, ?, ?, ?)",
        asset_id, reading.hours, reading.read_at, reading.meter_replaced, recorded_by);
}

bool is_upstream(Connection& db, std::int64_t ancestor_id, std::int64_t asset_id) {
    std::optional<std::int64_t> at = asset_id;
    for (int depth = 0; at && depth < max_upstream_depth; ++depth) {
        if (*at == ancestor_id) return true;
        const auto rows = db.query("SELECT upstream_asset_id FROM asset WHERE id = ?", *at);
        at = rows.empty() ? std::nullopt : rows.front().get<std::optional<std::int64_t>>(0);
    }
    return at.has_value();
}

}  // namespace callout::storage
