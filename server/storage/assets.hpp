// Machines at customers: one row each, with everybody who owned it and every reading of its meter.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "dispatch/assets/meter.hpp"
#include "dispatch/assets/warranty.hpp"
#include "dispatch/organisation/scope.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

struct Asset {
    std::int64_t id = 0;
    std::int64_t version = 0;
    std::string serial_number;
    std::int64_t product_id = 0;
    std::string product_name;       // only read
    dispatch::WarrantyTerms terms;  // the product's, only read
    std::int64_t customer_id = 0;
    std::string customer_name;           // only read
    std::optional<std::string> sold_on;  // YYYY-MM-DD
    std::optional<std::string> commissioned_on;
    std::optional<std::string> warranty_until;
    std::optional<std::int64_t> upstream_asset_id;
    std::string address;
    std::string region_code;
    std::optional<double> longitude;  // WGS-84
    std::optional<double> latitude;
    Instant created_at{};
    Instant updated_at{};
};

struct StoredReading {
    std::int64_t id = 0;
    dispatch::MeterReading reading;
    std::optional<std::int64_t> recorded_by;
};

struct AssetOwner {
    std::int64_t customer_id = 0;
    std::string customer_name;
    Instant owned_from{};
    std::optional<Instant> owned_until;
};

struct AssetFilter {
    std::optional<std::int64_t> customer_id = std::nullopt;
    std::string serial_number = {};  // its beginning
    // Only what this actor may see; null: the caller has checked.
    const dispatch::Actor* seen_by = nullptr;
};

// By id, at most `limit` with an id above `after`.
std::vector<Asset> list_assets(Connection& db, const AssetFilter& filter, std::optional<std::int64_t> after,
                               std::int64_t limit);

std::optional<Asset> find_asset(Connection& db, std::int64_t asset_id);
std::optional<std::int64_t> asset_with_serial_number(Connection& db, const std::string& serial_number);

// Whoever keeps customers everywhere sees them all; anybody else those with a ticket he may see.
bool asset_visible_to(Connection& db, const dispatch::Actor& actor, std::int64_t asset_id);

// Answers the new id; its owner's history begins now. Throws StatementFailed with duplicate_key() when the serial
// number is taken.
std::int64_t insert_asset(Connection& db, const Asset& asset, Instant now);

// Writes everything but the owner if the asset still has asset.version. Throws as insert_asset does.
bool update_asset(Connection& db, const Asset& asset, Instant now);

// Makes another customer the owner from an instant on, over the version that was seen.
bool transfer_asset(Connection& db, const Asset& asset, std::int64_t customer_id, Instant from, Instant now);

struct AssetHistory {
    std::vector<AssetOwner> owners;       // the newest first
    std::vector<StoredReading> readings;  // the oldest first
};

// Of each of these assets.
std::unordered_map<std::int64_t, AssetHistory> histories_of(Connection& db, std::span<const std::int64_t> asset_ids);

// Of one, the oldest first.
std::vector<StoredReading> readings_of(Connection& db, std::int64_t asset_id);

struct NeighbourReadings {
    std::optional<dispatch::MeterReading> earlier;  // the last one at or before the instant
    std::optional<dispatch::MeterReading> later;    // the first one after it
};

// Locks the asset, so that two readings are judged one after the other.
NeighbourReadings lock_neighbour_readings(Connection& db, std::int64_t asset_id, Instant at);
void insert_reading(Connection& db, std::int64_t asset_id, const dispatch::MeterReading& reading,
                    std::optional<std::int64_t> recorded_by);

// Whether `ancestor_id` feeds `asset_id` directly or over others (or is it itself).
bool is_upstream(Connection& db, std::int64_t ancestor_id, std::int64_t asset_id);

}  // namespace callout::storage
