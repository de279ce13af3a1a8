// callout migrate [--status]
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "server/cli/command.hpp"
#include "server/cli/database_access.hpp"
#include "server/storage/migrations.hpp"

namespace callout::cli {
namespace {

int show_states(const DatabaseAccess& access) {
    const auto states = storage::migration_states(access.endpoint());
    if (!states) return fail(states.error().code == "database_unavailable" ? failed : refused, states.error().message);
    for (const auto& state : *states) fmt::print("{} {}\n", state.applied ? "applied" : "waiting", state.name);
    return ok;
}

int migrate(const Invocation& invocation, bool status_only) {
    const auto loaded = configure(invocation);
    if (!loaded) return loaded.error();
    auto access = DatabaseAccess::reach(loaded->config, DatabaseAccess::Beside::allowed);
    if (!access) return fail(access.error());
    if (status_only) return show_states(*access);
    const auto applied = access->migrate();
    if (!applied) return applied.error();
    fmt::print("{} migrations applied, the schema is at {}\n", *applied, storage::newest_migration());
    return ok;
}

}  // namespace

void add_migrate(CLI::App& app, Invocation& invocation) {
    auto* command =
        app.add_subcommand("migrate", "Bring the schema of the database up to date (serve does it as well)");
    const auto status = std::make_shared<bool>(false);
    command->add_flag("--status", *status, "Only say what is applied and what waits");
    command->callback(
        [&invocation, status] { invocation.run = [&invocation, status] { return migrate(invocation, *status); }; });
}

}  // namespace callout::cli
