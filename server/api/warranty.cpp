#include "server/api/warranty.hpp"

#include <boost/json.hpp>

#include "dispatch/assets/warranty.hpp"
#include "dispatch/rfc3339.hpp"
#include "server/api/optional_json.hpp"

namespace callout::api {
namespace {

namespace json = boost::json;
using dispatch::Day;

std::optional<Day> to_day(const std::optional<std::string>& date) {
    if (!date) return std::nullopt;
    const auto instant = parse_rfc3339(*date + "T00:00:00Z");
    return instant ? std::optional{Day{std::chrono::floor<std::chrono::days>(*instant)}} : std::nullopt;
}

json::value to_json(const std::optional<Day>& day) {
    if (!day) return nullptr;
    return json::string{to_rfc3339(Instant{std::chrono::sys_days{*day}}).substr(0, 10)};
}

}  // namespace

json::object warranty_view(const storage::Asset& asset, const storage::AssetHistory& history, Instant at) {
    std::vector<dispatch::MeterReading> readings;
    for (const auto& stored : history.readings) readings.push_back(stored.reading);
    const auto warranty = dispatch::warranty_on(Day{std::chrono::floor<std::chrono::days>(at)}, asset.terms,
                                                {.sold_on = to_day(asset.sold_on),
                                                 .commissioned_on = to_day(asset.commissioned_on),
                                                 .agreed_until = to_day(asset.warranty_until),
                                                 .meter_hours = dispatch::total_hours(readings)});
    return {{"in_warranty", warranty.in_warranty},
            {"until", to_json(warranty.until)},
            {"hours_limit", to_json(warranty.hours_limit)},
            {"reason", to_string(warranty.reason)}};
}

json::value warranty_of(Call& call, const dispatch::Ticket& ticket) {
    if (!ticket.asset_id) return nullptr;
    const auto asset = storage::find_asset(call.db, *ticket.asset_id).value();
    auto history = storage::histories_of(call.db, std::span{&asset.id, 1})[asset.id];
    const auto end = ticket.ended_at.value_or(call.now);
    std::erase_if(history.readings, [&](const auto& stored) { return stored.reading.read_at > end; });
    return warranty_view(asset, history, ticket.fault_reported_at);
}

}  // namespace callout::api
