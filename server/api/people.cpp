#include "server/api/people.hpp"

#include "server/auth/authenticator.hpp"
#include "server/storage/audit.hpp"
#include "server/storage/events.hpp"

namespace callout::api {
namespace {

storage::NewEvent new_event(const Call& call, std::string kind, boost::json::object attributes) {
    return {.kind = std::move(kind),
            .happened_at = call.now,
            .recorded_at = call.now,
            .source = call.principal.token_id ? "api" : "console",
            .actor_id = call.principal.user_id > 0 ? std::optional{call.principal.user_id} : std::nullopt,
            .attributes = std::move(attributes)};
}

void append(Call& call, const storage::NewEvent& event) {
    storage::append_event(call.db, event);
    call.after_commit.push_back(call.services.events_committed);
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
    auto event = new_event(call, "user.changed", {{"user_id", user.id}});
    event.audience = {
        .office_path = user.unit_path, .former_dealer_path = std::string{former_path}, .technician_id = user.id};
    append(call, event);
    call.after_commit.push_back(
        [&authenticator = call.services.authenticator, id = user.id] { authenticator.forget_user(id); });
}

void tell_of_unit(Call& call, const storage::Unit& unit, std::string_view former_path) {
    auto event = new_event(call, "organisation.changed", {{"unit_id", unit.id}});
    event.audience = {.office_path = unit.path, .former_dealer_path = std::string{former_path}};
    append(call, event);
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
