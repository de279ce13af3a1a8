// callout serve: puts the parts together, in an order in which each finds what it needs, and takes them apart in the
// reverse order.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>

#include "server/cli/command.hpp"
#include "server/cli/database_access.hpp"
#include "server/process/stop_signal.hpp"

namespace callout::cli {
namespace {

// A console is a descriptor: as many as the system lets us have.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

int serve(const Invocation& invocation) {
    const auto began = std::chrono::steady_clock::now();
    process::StopSignal stop;  // before any other thread
    const auto loaded = configure(invocation);
    if (!loaded) return loaded.error();
    const auto& config = loaded->config;
    raise_descriptor_limit();

    auto access = DatabaseAccess::open(config, DatabaseAccess::Beside::refused);
    if (!access) return access.error();
    auto& database = access->database();
    (void)database;

    stop.ready();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    fmt::print("Callout is ready ({:.1f} s)\n", took.count());
    std::fflush(stdout);

    const int signal = stop.wait();
    spdlog::info("stopping (signal {})", signal);
    return ok;
}

}  // namespace

void add_serve(CLI::App& app, Invocation& invocation) {
    app.add_subcommand("serve", "Run Callout until it is told to stop (Ctrl-C, SIGTERM)")->callback([&] {
        invocation.run = [&] { return serve(invocation); };
    });
}

}  // namespace callout::cli
