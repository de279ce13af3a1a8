#include "server/api/routes.hpp"

#include <array>

#include "server/api/assets.hpp"
#include "server/api/audit.hpp"
#include "server/api/calls.hpp"
#include "server/api/catalogue.hpp"
#include "server/api/customers.hpp"
#include "server/api/incidents.hpp"
#include "server/api/organisation.hpp"
#include "server/api/plans.hpp"
#include "server/api/service.hpp"
#include "server/api/session.hpp"
#include "server/api/suggestions.hpp"
#include "server/api/tickets.hpp"
#include "server/api/tokens.hpp"
#include "server/api/users.hpp"

namespace callout::api {
namespace {

using dispatch::Permission;
using enum http::Verb;

// Said once, so that the table below reads as method, path, who may, handler.
constexpr Route open_to_all(http::Verb verb, std::string_view path, Handler handler) {
    return {verb, path, Access::anyone, std::nullopt, handler};
}

// Also before the first password was replaced.
constexpr Route for_signed_in(http::Verb verb, std::string_view path, Handler handler) {
    return {verb, path, Access::signed_in, std::nullopt, handler};
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

constexpr Route hashing_passwords(Route route) {
    route.runs = Runs::on_password_thread;
    return route;
}

constexpr Route together(Route route) {
    route.runs = Runs::on_database_thread_together;
    return route;
}

constexpr Route without_key(Route route) {
    route.keyless = true;
    return route;
}

constexpr Route with_raw_body(Route route) {
    route.raw_body = true;
    return route;
}

Result<Answer> health(Call& call) {
    call.db.ping();
    return Answer{.body = {{"status", "ready"}, {"version", CALLOUT_VERSION}}};
}

// One step of a ticket's life: the life cycle itself decides who may; here it is enough to be somebody.
constexpr Route step(std::string_view path) {
    return with_version(for_account(post, path, tickets::act));
}

constexpr auto table = std::to_array<Route>({
    open_to_all(get, "/health", health),

    without_key(hashing_passwords(open_to_all(post, "/session", session::sign_in))),
    for_signed_in(get, "/session", session::get),
    for_signed_in(patch, "/session", session::change),
    without_key(for_signed_in(del, "/session", session::sign_out)),
    for_account(get, "/sessions", session::list),
    for_account(del, "/sessions/{id}", session::revoke),
    hashing_passwords(for_signed_in(post, "/password", session::change_password)),

    for_account(get, "/users", users::list),
    hashing_passwords(needs(Permission::manage_users, post, "/users", users::create)),
    for_account(get, "/users/{id}", users::get),
    with_version(needs(Permission::manage_users, patch, "/users/{id}", users::change)),
    hashing_passwords(needs(Permission::manage_users, post, "/users/{id}/reset-password", users::reset_password)),
    needs(Permission::manage_users, post, "/users/{id}/disable", users::disable),
    needs(Permission::manage_users, post, "/users/{id}/enable", users::enable),
    needs(Permission::manage_tokens, get, "/users/{id}/tokens", tokens::list),
    needs(Permission::manage_tokens, post, "/users/{id}/tokens", tokens::create),
    needs(Permission::manage_tokens, del, "/tokens/{id}", tokens::revoke),
    needs(Permission::view_audit, get, "/audit", audit::list),

    for_account(get, "/organisation", organisation::list),
    needs(Permission::manage_organisation, post, "/organisation", organisation::create),
    for_account(get, "/organisation/{id}", organisation::get),
    with_version(needs(Permission::manage_organisation, patch, "/organisation/{id}", organisation::change)),

    for_account(get, "/organisation/{id}/service-area", service::get_service_area),
    with_version(needs(Permission::manage_service, put, "/organisation/{id}/service-area", service::put_service_area)),
    for_account(get, "/organisation/{id}/offering-policy", service::get_offering_policy),
    with_version(
        needs(Permission::manage_service, put, "/organisation/{id}/offering-policy", service::put_offering_policy)),
    needs(Permission::manage_service, get, "/technicians", service::list_technicians),
    for_account(get, "/technicians/{id}", service::get_technician),
    with_version(needs(Permission::manage_service, put, "/technicians/{id}", service::put_technician)),
    needs(Permission::manage_service, get, "/codes-in-use", service::codes_in_use),

    needs(Permission::view_customers, get, "/customers", customers::list),
    needs(Permission::edit_customers, post, "/customers", customers::create),
    needs(Permission::view_customers, get, "/customers/{id}", customers::get),
    with_version(needs(Permission::edit_customers, patch, "/customers/{id}", customers::change)),
    needs(Permission::reveal_phone, post, "/customers/{id}/reveal-phones", customers::reveal_phones),

    for_account(get, "/products", catalogue::list_products),
    needs(Permission::edit_catalogue, post, "/products", catalogue::create_product),
    with_version(needs(Permission::edit_catalogue, patch, "/products/{id}", catalogue::change_product)),
    for_account(get, "/faults", catalogue::list_faults),
    needs(Permission::edit_catalogue, post, "/faults", catalogue::create_fault),
    with_version(needs(Permission::edit_catalogue, patch, "/faults/{id}", catalogue::change_fault)),
    for_account(get, "/faults/{id}/requirement", service::get_requirement),
    with_version(needs(Permission::edit_catalogue, put, "/faults/{id}/requirement", service::put_requirement)),
    with_version(needs(Permission::edit_catalogue, del, "/faults/{id}/requirement", service::delete_requirement)),

    needs(Permission::view_customers, get, "/assets", assets::list),
    needs(Permission::edit_customers, post, "/assets", assets::create),
    needs(Permission::view_customers, get, "/assets/{id}", assets::get),
    with_version(needs(Permission::edit_customers, patch, "/assets/{id}", assets::change)),
    // Whoever stands before the machine reads its meter; the reading keeps his name.
    needs(Permission::view_customers, post, "/assets/{id}/meter-readings", assets::add_meter_reading),
    with_version(needs(Permission::edit_customers, post, "/assets/{id}/transfer", assets::transfer)),

    with_raw_body(open_to_all(post, "/calls/events/{token}", calls::report)),
    needs(Permission::handle_calls, get, "/calls", calls::list),
    needs(Permission::handle_calls, patch, "/calls/{id}", calls::change),

    needs(Permission::plan_visits, get, "/plans", plans::list),
    needs(Permission::plan_visits, post, "/plans", plans::make),
    needs(Permission::plan_visits, get, "/plans/{id}", plans::get),
    with_version(needs(Permission::plan_visits, post, "/plans/{id}/accept", plans::accept)),

    needs(Permission::view_tickets, get, "/board", tickets::board),
    needs(Permission::view_tickets, get, "/tickets", tickets::list),
    together(needs(Permission::open_ticket, post, "/tickets", tickets::open)),
    without_key(needs(Permission::view_tickets, post, "/tickets/similar", tickets::similar)),
    needs(Permission::view_tickets, get, "/tickets/{id}", tickets::get),
    with_version(needs(Permission::edit_ticket, patch, "/tickets/{id}", tickets::edit)),
    needs(Permission::view_tickets, get, "/tickets/{id}/events", tickets::events),
    needs(Permission::merge_tickets, get, "/tickets/{id}/same-fault", incidents::same_fault),
    needs(Permission::view_tickets, get, "/incidents", incidents::list),
    needs(Permission::merge_tickets, post, "/incidents", incidents::create),
    needs(Permission::view_tickets, get, "/incidents/{id}", incidents::get),
    needs(Permission::merge_tickets, post, "/incidents/{id}/tickets", incidents::add_tickets),
    step("/tickets/{id}/leave-incident"),
    without_key(needs(Permission::see_suggestions, post, "/tickets/{id}/suggestions", suggestions::ask)),
    step("/tickets/{id}/offer"),
    step("/tickets/{id}/recall"),
    step("/tickets/{id}/redispatch"),
    step("/tickets/{id}/confirm"),
    step("/tickets/{id}/reject"),
    step("/tickets/{id}/name-technician"),
    step("/tickets/{id}/depart"),
    step("/tickets/{id}/arrive"),
    step("/tickets/{id}/pause"),
    step("/tickets/{id}/resume"),
    step("/tickets/{id}/finish"),
    step("/tickets/{id}/leave-unrepaired"),
    step("/tickets/{id}/record-callback"),
    step("/tickets/{id}/merge"),
    step("/tickets/{id}/unmerge"),
    step("/tickets/{id}/cancel"),
    // These two add to a ticket whatever its version: nobody's chase is lost because somebody else was typing.
    for_account(post, "/tickets/{id}/chase", tickets::act),
    for_account(post, "/tickets/{id}/note", tickets::act),
    step("/tickets/{id}/answer"),
    step("/tickets/{id}/investigate"),
    step("/tickets/{id}/resolve"),
    step("/tickets/{id}/close"),
});

}  // namespace

std::span<const Route> routes() {
    return table;
}

}  // namespace callout::api
