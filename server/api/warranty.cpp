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

json::object warranty_view(const storage::Asset& asset, const std::vector<storage::StoredReading>& readings,
                           Instant at) {
    std::vector<dispatch::MeterReading> meter;
    for (const auto& stored : readings) meter.push_back(stored.reading);
    const auto warranty = dispatch::warranty_on(Day{std::chrono::floor<std::chrono::days>(at)}, asset.terms,
                                                {.sold_on = to_day(asset.sold_on),
                                                 .commissioned_on = to_day(asset.commissioned_on),
                                                 .agreed_until = to_day(asset.warranty_until),
                                                 .meter_hours = dispatch::total_hours(meter)});
    return {{"in_warranty", warranty.in_warranty},
            {"until", to_json(warranty.until)},
            {"hours_limit", to_json(warranty.hours_limit)},
            {"reason", to_string(warranty.reason)}};
}

json::value warranty_of(Call& call, const dispatch::Ticket& ticket) {
    if (!ticket.asset_id) return nullptr;
    const auto asset = storage::find_asset(call.db, *ticket.asset_id).value();
    auto readings = storage::readings_of(call.db, asset.id);
    const auto end = ticket.ended_at.value_or(call.now);
    std::erase_if(readings, [&](const auto& stored) { return stored.reading.read_at > end; });
    return warranty_view(asset, readings, ticket.fault_reported_at);
}

}  // namespace callout::api
