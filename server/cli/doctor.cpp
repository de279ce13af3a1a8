// callout doctor: says what is wrong, and what to do next.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "server/cli/command.hpp"
#include "server/cli/database_access.hpp"
#include "server/cli/findings.hpp"

namespace callout::cli {
namespace {

// A private database that was never made is no illness, and looking must not make it.
bool has_database(const config::Config& config) {
    return !config.database.url.empty() ||
           std::filesystem::exists(std::filesystem::path{config.data_directory} / "mariadb");
}

Findings examine(const config::Config& config) {
    Findings findings;
    examine_machine(config, findings);
    examine_data_directory(config, findings);
    if (!has_database(config)) {
        findings.push_back({Grade::ok, "database", "not made yet: `callout serve` makes it in the data directory", ""});
        return findings;
    }
    const auto access = DatabaseAccess::reach(config, DatabaseAccess::Beside::allowed);
    if (!access) {
        findings.push_back(
            {Grade::fail, "database", access.error().message, "see docs/operations.md, The data directory"});
        return findings;
    }
    examine_database(config, access->endpoint(), findings);
    return findings;
}

void print(const Findings& findings) {
    for (const auto& [grade, subject, text, advice] : findings) {
        const auto* word = grade == Grade::ok ? "ok  " : grade == Grade::warn ? "warn" : "FAIL";
        fmt::print("{}  {:<16} {}\n", word, subject, text);
        if (!advice.empty()) fmt::print("{:24}→ {}\n", "", advice);
    }
}

int doctor(const Invocation& invocation) {
    const auto loaded = configure(invocation);
    if (!loaded) return loaded.error();
    const auto findings = examine(loaded->config);
    print(findings);
    const auto count = [&](Grade grade) {
        return std::count_if(findings.begin(), findings.end(),
                             [&](const Finding& each) { return each.grade == grade; });
    };
    fmt::print("{} checks: {} to mend, {} to look at\n", findings.size(), count(Grade::fail), count(Grade::warn));
    return count(Grade::fail) == 0 ? ok : failed;
}

}  // namespace

void add_doctor(CLI::App& app, Invocation& invocation) {
    app.add_subcommand("doctor", "Say what is wrong with machine, database, data directory and clock; 1 if anything is")
        ->callback([&] { invocation.run = [&] { return doctor(invocation); }; });
}

}  // namespace callout::cli
