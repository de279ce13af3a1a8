// callout version
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "server/cli/command.hpp"
#include "server/storage/migrations.hpp"

namespace callout::cli {

void add_version(CLI::App& app, Invocation& invocation) {
    app.add_subcommand("version", "Print the version of Callout and of its schema")->callback([&] {
        invocation.run = [] {
            fmt::print("callout {} (schema {})\n", CALLOUT_VERSION, storage::newest_migration());
            return ok;
        };
    });
}

}  // namespace callout::cli
