// Fills an empty database with the demo: network, people, customers, engines, and ninety days of tickets in every
// state.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "dispatch/tickets/settings.hpp"
#include "server/auth/settings.hpp"
#include "server/demo/network.hpp"
#include "server/storage/database.hpp"

namespace callout::demo {

struct SeedOptions {
    std::uint64_t seed = 1;
    NetworkSize size = {};
    int days = 90;
    int tickets_a_day = 32;
    // Opened within the last hours, so that the board is alive when somebody first looks at it.
    int tickets_just_now = 90;
    auth::PasswordCost password_cost = {};
    dispatch::LifeCycleSettings life_cycle = {};
    Instant now{};
    // Told what is being written, and how much of it is done.
    std::function<void(const std::string& what, std::size_t done, std::size_t all)> progress = [](const auto&, auto,
                                                                                                  auto) {};
};

struct SignIn {
    std::string role;
    std::string login;
    std::string name;
};

struct Seeded {
    // One account of each role; all of the demo share the password, which is made anew for each installation.
    std::vector<SignIn> sign_ins;
    std::string password;
    std::size_t tickets = 0;
};

enum class SeedError { not_empty };

// Writes in many transactions: interrupted, it leaves a database that is not empty, to be thrown away. Its events are
// numbered when it answers.
tl::expected<Seeded, SeedError> seed(storage::Database& database, const SeedOptions& options);

}  // namespace callout::demo
