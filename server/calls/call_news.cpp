#include "server/calls/call_news.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "server/storage/events.hpp"

namespace callout::calls {
namespace {

namespace json = boost::json;

// Of the event's list of people, as its column holds it.
constexpr std::size_t max_audience_bytes = 500;

json::value or_null(const std::optional<std::int64_t>& id) {
    return id ? json::value(*id) : json::value(nullptr);
}

}  // namespace

void cut_to_audience(std::vector<std::int64_t>& users) {
    std::size_t bytes = 1;
    const auto too_many = std::ranges::find_if(users, [&](std::int64_t id) {
        bytes += std::to_string(id).size() + 1;
        return bytes > max_audience_bytes;
    });
    users.erase(too_many, users.end());
}

bool append_news(storage::Connection& db, const storage::TelephoneCall& call, dispatch::CallNews news,
                 const std::vector<storage::Caller>& callers, Instant now) {
    constexpr std::array<std::string_view, 5> kinds{"", "call.ringing", "call.answered", "call.ended", "call.missed"};
    auto audience = call.ringing_users;
    if (call.answered_by && std::ranges::find(audience, *call.answered_by) == audience.end())
        audience.insert(audience.begin(), *call.answered_by);
    cut_to_audience(audience);
    if (news == dispatch::CallNews::none || audience.empty()) return false;

    json::array who;
    for (const auto& caller : callers)
        who.push_back({{"customer_id", caller.customer_id},
                       {"customer_name", caller.name},
                       {"open_tickets_count", caller.open_tickets_count}});
    storage::append_event(db, {.kind = std::string{kinds.at(static_cast<std::size_t>(news))},
                               .happened_at = now,
                               .recorded_at = now,
                               .source = "api",
                               .attributes = {{"call_id", call.id},
                                              {"direction", to_string(call.direction)},
                                              {"from_number", call.from_number},
                                              {"to_number", call.to_number},
                                              {"queue", call.queue},
                                              {"customer_id", or_null(call.customer_id)},
                                              {"customer_name", call.customer_name},
                                              {"callers", std::move(who)},
                                              {"answered_by", or_null(call.answered_by)},
                                              {"answered_by_name", call.answered_by_name}},
                               .audience = {.user_ids = std::move(audience)}});
    return true;
}

}  // namespace callout::calls
