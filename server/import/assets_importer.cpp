#include "server/import/formats.hpp"
#include "server/storage/assets.hpp"
#include "server/storage/catalogue.hpp"
#include "server/storage/imported.hpp"

namespace callout::import {
namespace {

using storage::Asset;

constexpr std::int64_t max_hours = 10'000'000;

struct AssetRow {
    Asset asset;
    std::string product_code;
    std::string product_name;
    std::string customer_key;
    std::optional<dispatch::MeterReading> reading;
};

bool same(const Asset& a, const Asset& b) {
    return a.product_id == b.product_id && a.sold_on == b.sold_on && a.commissioned_on == b.commissioned_on &&
           a.warranty_until == b.warranty_until && a.address == b.address && a.region_code == b.region_code &&
           a.longitude == b.longitude && a.latitude == b.latitude;
}

AssetRow read(Record& record) {
    AssetRow row{.asset = {.serial_number = record.required_text("serial_number", 100),
                           .sold_on = record.date("sold_on"),
                           .commissioned_on = record.date("commissioned_on"),
                           .warranty_until = record.date("warranty_until"),
                           .address = record.text("address", 500),
                           .region_code = record.text("region_code", 16)},
                 .product_code = record.required_text("product_code", 64),
                 .product_name = record.text("product_name", 200),
                 .customer_key = record.required_text("customer_key", 100),
                 .reading = {}};
    if (const auto point = record.point()) {
        row.asset.longitude = point->longitude;
        row.asset.latitude = point->latitude;
    }
    const auto hours = record.integer("meter_hours", 0, max_hours);
    const auto read_at = record.instant("meter_read_at");
    if (hours && !read_at) record.fail("meter_read_at", "required");
    if (!hours && read_at) record.fail("meter_hours", "required");
    if (hours && read_at) row.reading = dispatch::MeterReading{.hours = *hours, .read_at = *read_at};
    return row;
}

// Whether the row has a reading that is not there yet; one that contradicts the others is a mistake of the row.
bool has_new_reading(storage::Connection& db, Record& record, std::int64_t asset_id,
                     const std::optional<dispatch::MeterReading>& reading) {
    if (!reading) return false;
    const auto neighbours = storage::lock_neighbour_readings(db, asset_id, reading->read_at);
    if (neighbours.earlier == reading) return false;
    if (const auto refusal = dispatch::check_reading(*reading, neighbours.earlier, neighbours.later))
        record.fail("meter_hours", to_string(*refusal));
    return true;
}

// Everything is looked at before anything is written: a rejected row leaves nothing behind.
Outcome save(storage::Connection& db, Record& record, AssetRow& row, Instant now) {
    const auto product = storage::product_with_code(db, row.product_code);
    if (!product && row.product_name.empty()) record.fail("product_code", "not_found");
    const auto customers = storage::imported_customers(db, std::span{&row.customer_key, 1});
    if (customers.empty()) record.fail("customer_key", "not_found");
    if (row.reading && row.reading->read_at > now) record.fail("meter_read_at", "happened_in_future");
    const auto id = storage::asset_with_serial_number(db, row.asset.serial_number);
    const bool new_reading = id ? has_new_reading(db, record, *id, row.reading) : row.reading.has_value();
    const auto before = id ? storage::find_asset(db, *id) : std::nullopt;
    if (record.mistake()) return {};

    row.asset.product_id =
        product ? product->id : storage::insert_product(db, {.code = row.product_code, .name = row.product_name});
    row.asset.customer_id = customers.begin()->second;
    row.asset.id = before ? before->id : storage::insert_asset(db, row.asset, now);
    if (new_reading) storage::insert_reading(db, row.asset.id, *row.reading, std::nullopt);
    if (!before) return Outcome::imported();

    row.asset.version = before->version;
    row.asset.upstream_asset_id = before->upstream_asset_id;
    const bool differs = !same(*before, row.asset);
    if (differs && storage::update_asset(db, row.asset, now)) ++row.asset.version;
    const bool sold_on = before->customer_id != row.asset.customer_id;
    if (sold_on) storage::transfer_asset(db, row.asset, row.asset.customer_id, now, now);
    return new_reading || differs || sold_on ? Outcome::imported() : Outcome::unchanged();
}

class AssetsImporter : public Importer {
public:
    std::vector<std::string_view> required_columns() const override {
        return {"serial_number", "product_code", "customer_key"};
    }

    std::vector<std::string_view> optional_columns() const override {
        return {"product_name", "sold_on",   "commissioned_on", "warranty_until", "address",
                "region_code",  "longitude", "latitude",        "meter_hours",    "meter_read_at"};
    }

    std::vector<Outcome> import_batch(storage::Connection& db, std::span<Record> records, Instant now) override {
        std::vector<Outcome> outcomes;
        for (auto& record : records) {
            auto row = read(record);
            auto outcome = record.mistake() ? Outcome{} : save(db, record, row, now);
            outcomes.push_back(record.mistake() ? Outcome::rejected(*record.mistake()) : std::move(outcome));
        }
        return outcomes;
    }
};

}  // namespace

std::unique_ptr<Importer> assets_importer() {
    return std::make_unique<AssetsImporter>();
}

}  // namespace callout::import
