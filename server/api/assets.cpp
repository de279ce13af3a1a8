#include "server/api/assets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "server/api/changes.hpp"
#include "server/api/fields.hpp"
#include "server/api/item_page.hpp"
#include "server/api/key_field.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/parameters.hpp"
#include "server/api/warranty.hpp"
#include "server/storage/assets.hpp"
#include "server/storage/catalogue.hpp"
#include "server/storage/customers.hpp"

namespace callout::api::assets {
namespace {

namespace json = boost::json;
using storage::Asset;
using storage::AssetHistory;

constexpr std::size_t shown_readings = 50;
constexpr std::int64_t max_hours = 10'000'000;

json::array readings_view(const AssetHistory& history) {
    json::array view;
    for (auto stored = history.readings.rbegin(); stored != history.readings.rend() && view.size() < shown_readings;
         ++stored)
        view.push_back({{"id", stored->id},
                        {"hours", stored->reading.hours},
                        {"read_at", to_rfc3339(stored->reading.read_at)},
                        {"meter_replaced", stored->reading.meter_replaced},
                        {"recorded_by", api::to_json(stored->recorded_by)}});
    return view;
}

json::object view(const Asset& asset, const AssetHistory& history, Instant now) {
    json::array owners;
    for (const auto& owner : history.owners)
        owners.push_back({{"customer_id", owner.customer_id},
                          {"customer_name", owner.customer_name},
                          {"owned_from", to_rfc3339(owner.owned_from)},
                          {"owned_until", api::to_json(owner.owned_until)}});
    return {{"id", asset.id},
            {"version", asset.version},
            {"serial_number", asset.serial_number},
            {"product_id", asset.product_id},
            {"product_name", asset.product_name},
            {"customer_id", asset.customer_id},
            {"customer_name", asset.customer_name},
            {"sold_on", api::to_json(asset.sold_on)},
            {"commissioned_on", api::to_json(asset.commissioned_on)},
            {"warranty_until", api::to_json(asset.warranty_until)},
            {"upstream_asset_id", api::to_json(asset.upstream_asset_id)},
            {"address", asset.address},
            {"region_code", asset.region_code},
            {"longitude", api::to_json(asset.longitude)},
            {"latitude", api::to_json(asset.latitude)},
            {"warranty", warranty_view(asset, history.readings, now)},
            {"meter_readings", readings_view(history)},
            {"owners", std::move(owners)},
            {"created_at", to_rfc3339(asset.created_at)},
            {"updated_at", to_rfc3339(asset.updated_at)}};
}

Answer answer_asset(Call& call, std::int64_t id, int status = 200) {
    const auto asset = storage::find_asset(call.db, id).value();
    auto histories = storage::histories_of(call.db, std::span{&id, 1});
    return {.status = status,
            .body = view(asset, histories[id], call.now),
            .version = asset.version,
            .location = status == 201 ? fmt::format("/api/v1/assets/{}", id) : ""};
}

Result<Asset> visible_asset(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    if (!storage::asset_visible_to(call.db, call.principal.actor, *id)) return not_found();
    auto asset = storage::find_asset(call.db, *id);
    if (!asset) return not_found();
    return *std::move(asset);
}

tl::unexpected<Problem> overtaken(Call& call, std::int64_t id) {
    auto stale = problem(412, "version_conflict");
    stale.value().current = answer_asset(call, id).body;
    return stale;
}

// Nothing feeds itself, not over any number of others.
void take_upstream(Asset& asset, Fields& fields, Call& call) {
    if (!fields.has("upstream_asset_id")) return;
    asset.upstream_asset_id = fields.optional_id("upstream_asset_id");
    if (!asset.upstream_asset_id) return;
    if (!storage::asset_visible_to(call.db, call.principal.actor, *asset.upstream_asset_id))
        fields.fail("upstream_asset_id", "not_found");
    else if (asset.id != 0 && storage::is_upstream(call.db, asset.id, *asset.upstream_asset_id))
        fields.fail("upstream_asset_id", "upstream_cycle");
}

void read_into(Asset& asset, Fields& fields, Call& call) {
    take_key(fields, call, storage::KeyOf::asset, "serial_number", asset.serial_number, 100, asset.id);
    if (asset.id == 0 || fields.has("product_id")) {
        asset.product_id = fields.id("product_id");
        if (!storage::find_product(call.db, asset.product_id)) fields.fail("product_id", "not_found");
    }
    take_date(fields, "sold_on", asset.sold_on);
    take_date(fields, "commissioned_on", asset.commissioned_on);
    take_date(fields, "warranty_until", asset.warranty_until);
    take_upstream(asset, fields, call);
    take_text(fields, "address", asset.address, 500);
    take_text(fields, "region_code", asset.region_code, 16);
    take_point(fields, asset.longitude, asset.latitude);
}

}  // namespace

Result<Answer> list(Call& call) {
    Parameters parameters{call.request};
    const storage::AssetFilter filter{.customer_id = parameters.id("customer_id"),
                                      .serial_number = parameters.text("serial_number", 400),
                                      .seen_by = &call.principal.actor};
    const auto page = parameters.page();
    if (auto problem = parameters.problem()) return tl::unexpected{*std::move(problem)};

    const auto assets = storage::list_assets(call.db, filter, page.cursor, page.limit + 1);
    std::vector<std::int64_t> ids;
    ids.reserve(assets.size());
    for (const auto& asset : assets) ids.push_back(asset.id);
    auto histories = storage::histories_of(call.db, ids);
    return item_page(assets, page.limit,
                     [&](const Asset& asset) { return view(asset, histories[asset.id], call.now); });
}

Result<Answer> create(Call& call) {
    Fields fields{call.body};
    Asset asset;
    read_into(asset, fields, call);
    asset.customer_id = fields.id("customer_id");
    if (!storage::customer_visible_to(call.db, call.principal.actor, asset.customer_id))
        fields.fail("customer_id", "not_found");
    if (auto problem = fields.problem()) return tl::unexpected{*std::move(problem)};
    try {
        return answer_asset(call, storage::insert_asset(call.db, asset, call.now), 201);
    } catch (const storage::StatementFailed& failed) {
        // Somebody else entered the same machine at the same moment.
        if (failed.duplicate_key()) return invalid("/serial_number", "taken");
        throw;
    }
}

Result<Answer> get(Call& call) {
    const auto asset = visible_asset(call);
    if (!asset) return tl::unexpected{asset.error()};
    return answer_asset(call, asset->id);
}

Result<Answer> change(Call& call) {
    auto asset = visible_asset(call);
    if (!asset) return tl::unexpected{asset.error()};
    if (asset->version != call.expected_version) return overtaken(call, asset->id);
    Fields fields{call.body};
    read_into(*asset, fields, call);
    if (auto problem = fields.problem()) return tl::unexpected{*std::move(problem)};
    try {
        if (!storage::update_asset(call.db, *asset, call.now)) return overtaken(call, asset->id);
    } catch (const storage::StatementFailed& failed) {
        if (failed.duplicate_key()) return invalid("/serial_number", "taken");
        throw;
    }
    return answer_asset(call, asset->id);
}

Result<Answer> add_meter_reading(Call& call) {
    const auto asset = visible_asset(call);
    if (!asset) return tl::unexpected{asset.error()};
    Fields fields{call.body};
    const dispatch::MeterReading reading{.hours = fields.integer("hours", 0, max_hours),
                                         .read_at = fields.optional_instant("read_at").value_or(call.now),
                                         .meter_replaced = fields.optional_flag("meter_replaced").value_or(false)};
    if (reading.read_at > call.now) fields.fail("read_at", "happened_in_future");
    if (auto problem = fields.problem()) return tl::unexpected{*std::move(problem)};
    const auto neighbours = storage::lock_neighbour_readings(call.db, asset->id, reading.read_at);
    if (const auto refusal = dispatch::check_reading(reading, neighbours.earlier, neighbours.later))
        return invalid("/hours", std::string{to_string(*refusal)});
    storage::insert_reading(call.db, asset->id, reading, call.principal.user_id);
    return answer_asset(call, asset->id);
}

Result<Answer> transfer(Call& call) {
    const auto asset = visible_asset(call);
    if (!asset) return tl::unexpected{asset.error()};
    if (asset->version != call.expected_version) return overtaken(call, asset->id);
    Fields fields{call.body};
    const auto customer_id = fields.id("customer_id");
    const auto from = fields.optional_instant("happened_at").value_or(call.now);
    if (!storage::customer_visible_to(call.db, call.principal.actor, customer_id))
        fields.fail("customer_id", "not_found");
    else if (customer_id == asset->customer_id)
        fields.fail("customer_id", "nothing_changed");
    const auto histories = storage::histories_of(call.db, std::span{&asset->id, 1});
    const auto history = histories.find(asset->id);
    if (from > call.now) fields.fail("happened_at", "happened_in_future");
    if (history != histories.end() && !history->second.owners.empty() &&
        from < history->second.owners.front().owned_from)
        fields.fail("happened_at", "happened_too_early");
    if (auto problem = fields.problem()) return tl::unexpected{*std::move(problem)};
    if (!storage::transfer_asset(call.db, *asset, customer_id, from, call.now)) return overtaken(call, asset->id);
    return answer_asset(call, asset->id);
}

}  // namespace callout::api::assets
