// The command line: options that all subcommands share, and the subcommands, one a file in server/cli/.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>

#include "server/cli/command.hpp"
#include "server/cli/plan/plan.hpp"

namespace {

std::string ends_in_a_port(const std::string& text) {
    const auto port = text.substr(text.rfind(':') + 1);
    const bool digits = !port.empty() && port.find_first_not_of("0123456789") == std::string::npos;
    return digits ? "" : "'" + text + "' does not end in a port; for example 8080 or 127.0.0.1:8080";
}

void add_shared_options(CLI::App& app, callout::cli::Invocation& invocation) {
    app.add_option("--config", invocation.config_file, "Configuration file; without it CALLOUT_CONFIG, or callout.toml")
        ->type_name("FILE");
    app.add_option("--set", invocation.settings, "Set one key; may be repeated")
        ->type_name("SECTION.KEY=VALUE")
        ->take_all()
        ->expected(1);
    app.add_option("--listen", invocation.listen, "Short for http.address and http.port")
        ->type_name("[ADDRESS:]PORT")
        ->check(ends_in_a_port);
    app.add_option("--data", invocation.data, "Short for data_directory")
        ->type_name("DIRECTORY")
        ->check([](const std::string& text) { return text.empty() ? "names no directory" : ""; });
}

// For a word it does not know CLI11 only asks for a subcommand: the word is named.
std::string what_is_wrong(const CLI::App* app, const CLI::Error& error) {
    const auto unknown = app->remaining(true);
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) && !unknown.empty())
        return fmt::format("There is no subcommand '{}'\nRun with --help for those there are.\n", unknown.front());
    return CLI::FailureMessage::simple(app, error);
}

}  // namespace

int main(int argc, char** argv) {
    using namespace callout::cli;
    CLI::App app{"Callout: the desk of an after-sales hotline"};
    app.name("callout");
    app.footer(
        "Exit codes: 0 done, 1 failed, 2 wrong command line or configuration, 3 refused (would do harm),\n"
        "4 partly done (import: some rows were rejected).\n"
        "docs/operations.md tells more.");
    app.require_subcommand(1);
    app.failure_message(what_is_wrong);
    app.fallthrough();  // shared options may stand behind the subcommand as well
    Invocation invocation;
    add_shared_options(app, invocation);
    add_serve(app, invocation);
    add_migrate(app, invocation);
    add_seed_demo(app, invocation);
    add_demo(app, invocation);
    add_import(app, invocation);
    add_doctor(app, invocation);
    add_config(app, invocation);
    add_user(app, invocation);
    add_plan_commands(*app.add_subcommand("plan", "Plan technicians' days on files, and measure the planner"),
                      invocation.run);
    add_version(app, invocation);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? ok : usage;
    }
    try {
        return invocation.run();
    } catch (const std::exception& error) {
        return fail(failed, fmt::format("callout: {}", error.what()));
    }
}
