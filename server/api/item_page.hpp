// One page of a list that is ordered by id: {"items": [...], "next_cursor": ...}.
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "server/api/call.hpp"

namespace callout::api {

// The things were asked for with one more than the limit: that one only says that there is a next page. `id` is the
// member they are ordered by.
template <class Thing, class View, class Id = decltype(&Thing::id)>
Answer item_page(const std::vector<Thing>& things, std::int64_t limit, const View& view, Id id = &Thing::id) {
    boost::json::array items;
    boost::json::value next = nullptr;
    for (const auto& thing : things) {
        if (static_cast<std::int64_t>(items.size()) == limit) {
            next = std::to_string(things[items.size() - 1].*id);
            break;
        }
        items.push_back(view(thing));
    }
    return Answer{.body = {{"items", std::move(items)}, {"next_cursor", std::move(next)}}};
}

}  // namespace callout::api
