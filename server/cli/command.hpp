// A subcommand adds itself to the command line and, when it is the one that was asked for, leaves what to run; main()
// runs it after everything was parsed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "server/config/load.hpp"

namespace CLI {
class App;
}

namespace callout::cli {

// What the program ends with. docs/operations.md lists them.
enum ExitCode : int {
    ok = 0,
    failed = 1,   // it was tried and did not work
    usage = 2,    // the command line or the configuration is wrong; nothing was tried
    refused = 3,  // it would do harm: data directory in use, newer or changed schema
    partly = 4,   // import: some rows were rejected, the others are in
};

// The options every subcommand shares, and the choice.
struct Invocation {
    std::string config_file;
    std::vector<std::string> settings;
    std::string listen;
    std::string data;
    std::function<int()> run;
};

// Where the configuration is read from: --config, CALLOUT_CONFIG, or callout.toml when it is there; the environment;
// --set, --listen and --data.
config::Sources sources(const Invocation& invocation);

// The configuration, with the log set up by it; or usage, after every mistake was printed.
tl::expected<config::Loaded, ExitCode> configure(const Invocation& invocation);

// What keeps the certificate and the key from serving, or nothing.
std::optional<std::string> mistake_of_tls(const config::Config& config);

// Why a command goes no further.
struct Refusal {
    ExitCode code = failed;
    std::string message;
};

// Prints to standard error and answers the code.
ExitCode fail(ExitCode code, const std::string& message);
ExitCode fail(const Refusal& refusal);

// One a file of this folder.
void add_config(CLI::App& app, Invocation& invocation);
void add_demo(CLI::App& app, Invocation& invocation);
void add_doctor(CLI::App& app, Invocation& invocation);
void add_import(CLI::App& app, Invocation& invocation);
void add_migrate(CLI::App& app, Invocation& invocation);
void add_seed_demo(CLI::App& app, Invocation& invocation);
void add_serve(CLI::App& app, Invocation& invocation);
void add_user(CLI::App& app, Invocation& invocation);
void add_version(CLI::App& app, Invocation& invocation);

}  // namespace callout::cli
