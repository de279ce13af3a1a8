// callout config show | check | reference
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "server/cli/command.hpp"
#include "server/config/keys.hpp"

namespace callout::cli {
namespace {

// As a file that could be used: values, and behind each where it comes from.
int show(const Invocation& invocation) {
    const auto loaded = configure(invocation);
    if (!loaded) return loaded.error();
    std::string section;
    for (const auto& key : config::keys()) {
        const auto dot = key.name.find('.');
        const auto in = std::string{dot == std::string_view::npos ? "" : key.name.substr(0, dot)};
        if (in != section) fmt::print("\n[{}]\n", in);
        section = in;
        const auto line = fmt::format("{} = {}", key.name.substr(dot == std::string_view::npos ? 0 : dot + 1),
                                      config::masked_text(key, loaded->config));
        fmt::print("{:<48} # {}\n", line, loaded->origins.find(key.name)->second);
    }
    return ok;
}

int check(const Invocation& invocation) {
    const auto loaded = configure(invocation);
    if (!loaded) return loaded.error();
    if (const auto mistake = mistake_of_tls(loaded->config)) return fail(usage, *mistake);
    const auto file = sources(invocation).file;
    fmt::print("The configuration is right ({}).\n", file ? file->string() : "no file");
    return ok;
}

}  // namespace

void add_config(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand("config", "Show or check the configuration");
    command->require_subcommand(1);
    command->add_subcommand("show", "Print every value in force and where it comes from; secrets are masked")
        ->callback([&] { invocation.run = [&] { return show(invocation); }; });
    command->add_subcommand("check", "Tell every mistake in file, environment and flags; 0 when there is none")
        ->callback([&] { invocation.run = [&] { return check(invocation); }; });
    command->add_subcommand("reference", "Print every key with default and meaning, as Markdown")->callback([&] {
        invocation.run = [] {
            fmt::print("{}", config::reference());
            return ok;
        };
    });
}

}  // namespace callout::cli
