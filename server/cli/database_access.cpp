#include "server/cli/database_access.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <thread>

#include "server/config/database_url.hpp"
#include "server/storage/migrations.hpp"

namespace callout::cli {
namespace {

using namespace std::chrono_literals;

// A database elsewhere that starts with the same machine may come a little later than Callout.
constexpr auto patience = 30s;

ExitCode exit_code(const std::string& code) {
    for (const auto* harm : {"data_directory_locked", "written_by_newer_version", "newer_schema", "checksum_mismatch"})
        if (code == harm) return refused;
    return failed;
}

}  // namespace

storage::DatabaseOptions pool_options(const config::Database& settings) {
    return {.connections = static_cast<std::size_t>(settings.connections),
            .queue_limit = static_cast<std::size_t>(settings.queue_limit),
            .statement_timeout = std::chrono::seconds{settings.statement_timeout_s}};
}

tl::expected<DatabaseAccess, Refusal> DatabaseAccess::reach(const config::Config& config, Beside beside) {
    DatabaseAccess access;
    access.pool_ = pool_options(config.database);
    if (!config.database.url.empty()) {
        access.endpoint_ = *config::parse_database_url(config.database.url);  // checked when it was loaded
        return access;
    }
    if (beside == Beside::allowed) {
        auto running = storage::find_running_database(config.data_directory);
        if (running) {
            access.endpoint_ = *running;
            access.borrowed_ = true;
            return access;
        }
        if (running.error().code != "not_running") return tl::unexpected{Refusal{failed, running.error().message}};
    }
    access.private_ = std::make_unique<storage::PrivateMariadb>(storage::PrivateMariadbOptions{
        .data_directory = config.data_directory,
        .buffer_pool_mib = config.database.private_buffer_pool_mib,
        .redo_log_mib = config.database.private_redo_log_mib,
    });
    auto started = access.private_->start();
    if (!started) return tl::unexpected{Refusal{exit_code(started.error().code), started.error().message}};
    access.endpoint_ = *started;
    return access;
}

tl::expected<DatabaseAccess, ExitCode> DatabaseAccess::open(const config::Config& config, Beside beside) {
    auto reached = reach(config, beside);
    if (!reached) return tl::unexpected{fail(reached.error())};
    tl::expected<DatabaseAccess, ExitCode> access{std::move(*reached)};
    if (!access->borrowed_) {
        const auto applied = access->migrate();
        if (!applied) return tl::unexpected{applied.error()};
        return access;
    }
    const auto states = storage::migration_states(access->endpoint_);
    if (!states) return tl::unexpected{fail(exit_code(states.error().code), states.error().message)};
    if (!states->empty() && !states->back().applied)
        return tl::unexpected{fail(refused,
                                   "The Callout that is running is older than this one: restart it first, so "
                                   "that it brings the schema up to date")};
    return access;
}

tl::expected<int, ExitCode> DatabaseAccess::migrate() {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (bool told = false;;) {
        const auto result = storage::migrate(endpoint_);
        if (result) {
            if (private_) private_->record_schema(result->schema);
            return result->applied;
        }
        if (result.error().code != "database_unavailable" || std::chrono::steady_clock::now() > deadline)
            return tl::unexpected{fail(exit_code(result.error().code), result.error().message)};
        if (!told) spdlog::warn("the database cannot be reached, trying on: {}", result.error().message);
        told = true;
        std::this_thread::sleep_for(500ms);
    }
}

storage::Database& DatabaseAccess::database() {
    if (!database_) database_ = std::make_unique<storage::Database>(endpoint_, pool_);
    return *database_;
}

}  // namespace callout::cli
