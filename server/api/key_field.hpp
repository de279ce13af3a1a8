// A thing's key as a field of its form.
#pragma once

#include "server/api/call.hpp"
#include "server/api/changes.hpp"
#include "server/storage/keys.hpp"

namespace callout::api {

// Reads the key of the thing with this id, 0 when it is new. Imports bring keys that differ in case alone; whoever
// types one hardly means to.
inline void take_key(Fields& fields, Call& call, storage::KeyOf kind, std::string_view name, std::string& key,
                     std::size_t max, std::int64_t own_id) {
    const auto before = key;
    take_required_text(fields, name, key, max);
    if (!key.empty() && key != before && storage::is_taken(call.db, kind, key, own_id)) fields.fail(name, "taken");
}

}  // namespace callout::api
