// The one list of configuration keys: what is not in it cannot be set, and what is in it is documented.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/config/config.hpp"

namespace callout::config {

// Where a key's value lies, which is also its type.
using Place = std::variant<std::string*, int*, bool*, std::vector<std::string>*>;

struct Key {
    // "http.port"; keys without a section have no dot.
    std::string_view name;
    Place (*place)(Config&);
    std::string_view description;
    int minimum = 0;
    int maximum = std::numeric_limits<int>::max();
    // The words allowed; any when empty.
    std::vector<std::string_view> choices = {};
    // Shown masked.
    bool secret = false;
    // What is wrong with a text (of a list: each of its texts); empty when nothing is. None: any text will do.
    std::string (*complaint)(const std::string&) = nullptr;
};

// In the order of the reference.
const std::vector<Key>& keys();

// Null when there is no such key.
const Key* find_key(std::string_view name);

// The key whose name is nearest to a mistyped one, by edit distance: there is always one.
std::string_view nearest_key(std::string_view mistyped);

// CALLOUT_HTTP_PORT for http.port.
std::string environment_name(const Key& key);

// "text", "number", "yes or no", "list of texts"
std::string_view type_name(const Key& key);

// The value as it would stand in the file: 8080, "info", true, ["a", "b"].
std::string value_text(const Key& key, const Config& config);

// The same for showing: secrets, and passwords in addresses, as ***.
std::string masked_text(const Key& key, const Config& config);

// The reference of all keys as Markdown tables, one a section.
std::string reference();

}  // namespace callout::config
