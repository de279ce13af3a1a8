#include "server/auth/principal.hpp"

namespace callout::auth {

dispatch::Actor actor_of(std::int64_t user_id, std::span<const dispatch::Role> roles, std::string_view unit_path) {
    dispatch::Actor actor{.user_id = user_id};
    for (const auto role : roles) actor.grants.push_back(dispatch::grant_of(role, unit_path, user_id));
    return actor;
}

}  // namespace callout::auth
