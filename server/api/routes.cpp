#include "server/api/routes.hpp"

#include <array>

namespace callout::api {
namespace {

using dispatch::Permission;
using enum http::Verb;

// Said once, so that the table below reads as method, path, who may, handler.
constexpr Route open_to_all(http::Verb verb, std::string_view path, Handler handler) {
    return {verb, path, Access::anyone, std::nullopt, handler};
}

constexpr Route for_account(http::Verb verb, std::string_view path, Handler handler) {
    return {verb, path, Access::password_is_own, std::nullopt, handler};
}

constexpr Route needs(Permission permission, http::Verb verb, std::string_view path, Handler handler) {
    return {verb, path, Access::permission, permission, handler};
}

constexpr Route with_version(Route route) {
    route.changes_version = true;
    return route;
}

Result<Answer> health(Call& call) {
    call.db.query("SELECT 1");
    return Answer{.body = {{"status", "ok"}, {"version", CALLOUT_VERSION}}};
}

constexpr auto table = std::to_array<Route>({
    open_to_all(get, "/health", health),
});

}  // namespace

std::span<const Route> routes() {
    return table;
}

}  // namespace callout::api
