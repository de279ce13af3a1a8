// Passwords: hashed with argon2id, made at random where somebody else chooses them, never kept and never logged.
//
// Hashing takes as long as the cost says, by design: only a password thread calls these (Runs::on_password_thread).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/auth/settings.hpp"

namespace callout::auth {

// Throws std::bad_alloc when the memory of the cost is not there.
std::string hash_password(std::string_view password, const PasswordCost& cost);

bool password_matches(std::string_view password, const std::string& hash);

// Takes as long as a comparison with a real hash: for an account that does not exist or may not sign in.
void compare_with_nothing(std::string_view password, const PasswordCost& cost);

// The hash was made at another cost than is wanted now.
bool needs_new_hash(const std::string& hash, const PasswordCost& cost);

// Three groups of six out of 31 letters and digits that nobody mistakes for one another: 89 bits, easy to read out.
std::string random_password();

inline constexpr std::size_t shortest_password = 10;  // code points
inline constexpr std::size_t longest_password = 200;

// Why a password somebody chose for himself is refused: too_short, too_long, contains_login, too_simple; nothing when
// it is good enough.
std::optional<std::string_view> weakness(std::string_view password, std::string_view login);

}  // namespace callout::auth
