// The database a command works on: the configured one, the private one of a Callout that is running, or the private
// one started for as long as the command takes.
#pragma once

#include <chrono>
#include <memory>
#include <tl/expected.hpp>

#include "server/cli/command.hpp"
#include "server/config/config.hpp"
#include "server/storage/database.hpp"
#include "server/storage/endpoint.hpp"
#include "server/storage/private_mariadb.hpp"

namespace callout::cli {

class DatabaseAccess {
public:
    enum class Beside {
        refused,  // serve: two on one data directory are one too many
        allowed,  // a tool: it uses the database of the Callout that is running
    };

    // Reaches the database without looking at what is in it.
    static tl::expected<DatabaseAccess, Refusal> reach(const config::Config& config, Beside beside);

    // The same, and brings the schema up to date; for a tool beside a running Callout the schema must be so already. On
    // failure says why on standard error and answers the exit code.
    static tl::expected<DatabaseAccess, ExitCode> open(const config::Config& config, Beside beside);

    const storage::Endpoint& endpoint() const { return endpoint_; }

    // The pool, made at the first call.
    storage::Database& database();

    // The number of migrations it applied, or the exit code after it said why not.
    tl::expected<int, ExitCode> migrate();

    // True when the database belongs to another Callout that is running.
    bool is_borrowed() const { return borrowed_; }

private:
    DatabaseAccess() = default;

    storage::DatabaseOptions pool_;
    storage::Endpoint endpoint_;
    bool borrowed_ = false;
    std::unique_ptr<storage::PrivateMariadb> private_;  // outlives the pool
    std::unique_ptr<storage::Database> database_;
};

// How the pool is set up by the configuration.
storage::DatabaseOptions pool_options(const config::Database& settings);

}  // namespace callout::cli
