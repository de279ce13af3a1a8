// Who a request comes from, once its cookie or token has been believed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dispatch/organisation/scope.hpp"

namespace callout::auth {

struct Principal {
    // The user's id and his grants: every question "may he?" is asked of it.
    dispatch::Actor actor;
    std::int64_t user_id = 0;
    std::string login;
    std::string name;
    std::int64_t unit_id = 0;
    std::string unit_path;
    std::string language = "zh";        // zh, en
    bool must_change_password = false;  // never with a token
    // Exactly one of the two.
    std::optional<std::int64_t> session_id;
    std::optional<std::int64_t> token_id;
};

// What somebody may do with these roles in this unit.
dispatch::Actor actor_of(std::int64_t user_id, std::span<const dispatch::Role> roles, std::string_view unit_path);

}  // namespace callout::auth
