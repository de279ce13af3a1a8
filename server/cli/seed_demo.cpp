// callout seed-demo: fills an empty database with the demo network and says how to sign in.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "server/cli/command.hpp"
#include "server/cli/database_access.hpp"
#include "server/cli/settings.hpp"
#include "server/demo/seed.hpp"

namespace callout::cli {
namespace {

struct Options {
    std::uint64_t seed = 1;
    std::string size = "full";
    std::string credentials;
};

void show_progress(const std::string& what, std::size_t done, std::size_t all) {
    if (::isatty(STDERR_FILENO) != 0)
        fmt::print(stderr, "\r{:<10} {:>6} of {:<6}{}", what, done, all, done == all ? "\n" : "");
}

std::string describe(const demo::Seeded& seeded) {
    std::string text = "Sign in with (every account of the demo has the same password):\n";
    text += fmt::format("  {:<14} {:<16} {:<8} {}\n", "role", "login", "name", "password");
    for (const auto& sign_in : seeded.sign_ins)
        text += fmt::format("  {:<14} {:<16} {:<8} {}\n", sign_in.role, sign_in.login, sign_in.name, seeded.password);
    return text;
}

// For the owner's eyes only, from the first byte on.
bool write_credentials(const std::string& path, const std::string& text) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return false;
    const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    return ::close(file) == 0 && written;
}

int seed_demo(const Invocation& invocation, const Options& options) {
    const auto loaded = configure(invocation);
    if (!loaded) return loaded.error();
    auto access = DatabaseAccess::open(loaded->config, DatabaseAccess::Beside::allowed);
    if (!access) return access.error();

    demo::SeedOptions seed_options{.seed = options.seed,
                                   .password_cost = auth_settings(loaded->config.security).password_cost,
                                   .life_cycle = life_cycle_settings(loaded->config.dispatch),
                                   .now = now(),
                                   .progress = show_progress};
    if (options.size == "tiny") {
        seed_options.size = {.technicians_per_dealer = 1, .customers = 20, .engines = 20};
        seed_options.days = 2;
        seed_options.tickets_a_day = 10;
        seed_options.tickets_just_now = 10;
    }
    const auto seeded = demo::seed(access->database(), seed_options);
    if (!seeded)
        return fail(refused,
                    "the database is not empty: the demo is for a new one. Point --data at another directory, or "
                    "remove this one");
    const auto text = describe(*seeded);
    if (options.credentials.empty())
        fmt::print("{}", text);
    else if (!write_credentials(options.credentials, text))
        return fail(failed, fmt::format("cannot write {}; the sign-ins are lost, reset a password with callout user",
                                        options.credentials));
    return ok;
}

}  // namespace

void add_seed_demo(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand("seed-demo", "Fill an empty database with the demo network");
    auto options = std::make_shared<Options>();
    command->add_option("--seed", options->seed, "The same seed makes the same network and tickets")
        ->capture_default_str();
    command->add_option("--size", options->size, "tiny: a few customers and tickets, for a quick look")
        ->check(CLI::IsMember({"full", "tiny"}))
        ->capture_default_str();
    command->add_option("--credentials", options->credentials, "Write the sign-ins to this file (mode 0600) instead")
        ->type_name("FILE");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] { return seed_demo(invocation, *options); };
    });
}

}  // namespace callout::cli
