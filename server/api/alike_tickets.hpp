// Tickets that may be the same as another, as the contract shows them: which, why, and how far away.
#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <utility>
#include <vector>

#include "server/api/call.hpp"
#include "server/api/optional_json.hpp"
#include "server/storage/ticket_lists.hpp"

namespace callout::api {

// Those of the ranked that the caller may see, in their order; at most 200. `more` adds what a kind of likeness says
// beyond the ticket, the reasons and the distance.
template <class Alike, class More>
boost::json::array alike_tickets(Call& call, const std::vector<Alike>& ranked, const More& more) {
    boost::json::array items;
    if (ranked.empty()) return items;
    storage::TicketFilter filter;
    for (const auto& alike : ranked) filter.ids.push_back(alike.ticket_id);
    const auto summaries =
        storage::list_tickets(call.db, call.principal.actor, filter, storage::TicketOrder::newest, std::nullopt, 200);
    for (const auto& alike : ranked) {
        const auto summary = std::ranges::find(
            summaries, alike.ticket_id, [](const boost::json::value& ticket) { return ticket.at("id").as_int64(); });
        if (summary == summaries.end()) continue;
        boost::json::array reasons;
        for (const auto reason : alike.reasons) reasons.emplace_back(to_string(reason));
        boost::json::object item{
            {"ticket", *summary}, {"reasons", std::move(reasons)}, {"distance_m", to_json(alike.distance_m)}};
        more(item, alike);
        items.push_back(std::move(item));
    }
    return items;
}

}  // namespace callout::api
