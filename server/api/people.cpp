#include "server/api/people.hpp"

#include "server/auth/authenticator.hpp"
#include "server/storage/audit.hpp"
#include "server/storage/events.hpp"

namespace callout::api {
namespace {

storage::ChangeOrigin origin_of(const Call& call) {
    return {.at = call.now,
            .source = call.principal.token_id ? "api" : "console",
            .actor_id = call.principal.user_id > 0 ? std::optional{call.principal.user_id} : std::nullopt};
}

}  // namespace

void record(Call& call, std::string_view action, std::string_view subject_kind, std::optional<std::int64_t> subject_id,
            boost::json::object details) {
    const auto& principal = call.principal;
    if (principal.token_id) details.emplace("token_id", *principal.token_id);
    storage::write_audit(call.db, {.recorded_at = call.now,
                                   .user_id = principal.user_id > 0 ? std::optional{principal.user_id} : std::nullopt,
                                   .login = principal.login,
                                   .action = std::string{action},
                                   .subject_kind = std::string{subject_kind},
                                   .subject_id = subject_id,
                                   .details = std::move(details),
                                   .address = call.request.peer_address,
                                   .request_id = call.request.request_id});
}

void tell_of_user(Call& call, const storage::User& user, std::string_view former_path) {
    storage::append_user_changed(call.db, user, former_path, origin_of(call));
    call.after_commit.push_back(call.services.events_committed);
    call.after_commit.push_back(
        [&authenticator = call.services.authenticator, id = user.id] { authenticator.forget_user(id); });
}

void tell_of_unit(Call& call, const storage::Unit& unit, std::string_view former_path) {
    const auto origin = origin_of(call);
    storage::append_event(call.db,
                          {.kind = "organisation.changed",
                           .happened_at = origin.at,
                           .recorded_at = origin.at,
                           .source = origin.source,
                           .actor_id = origin.actor_id,
                           .attributes = {{"unit_id", unit.id}},
                           .audience = {.office_path = unit.path, .former_dealer_path = std::string{former_path}}});
    call.after_commit.push_back(call.services.events_committed);
    // Everybody below may stand elsewhere now.
    call.after_commit.push_back([&authenticator = call.services.authenticator] { authenticator.forget_all(); });
}

void end_sessions(Call& call, std::int64_t user_id, const std::vector<std::int64_t>& session_ids) {
    call.after_commit.push_back([&services = call.services, user_id, session_ids] {
        services.authenticator.forget_user(user_id);
        for (const auto id : session_ids) services.session_revoked(id);
    });
}

}  // namespace callout::api
