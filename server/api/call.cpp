#include "server/api/call.hpp"

#include <algorithm>
#include <charconv>

namespace callout::api {

std::string_view Call::path_text(std::string_view name) const {
    const auto found =
        std::ranges::find(path_parameters, name, [](const auto& entry) -> std::string_view { return entry.first; });
    return found == path_parameters.end() ? std::string_view{} : std::string_view{found->second};
}

Result<std::int64_t> Call::path_id(std::string_view name) const {
    const auto text = path_text(name);
    std::int64_t id = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || rest != text.data() + text.size() || id <= 0) return not_found();
    return id;
}

}  // namespace callout::api
