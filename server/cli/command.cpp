#include "server/cli/command.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "server/http/tls.hpp"
#include "server/log/log.hpp"

namespace callout::cli {

config::Sources sources(const Invocation& invocation) {
    config::Sources from;
    const char* named = std::getenv("CALLOUT_CONFIG");
    if (!invocation.config_file.empty()) {
        from.file = invocation.config_file;
    } else if (named != nullptr && *named != '\0') {
        from.file = named;
    } else if (std::filesystem::exists("callout.toml")) {
        from.file = "callout.toml";
    }
    from.environment = config::process_environment();
    from.settings = invocation.settings;
    if (!invocation.data.empty()) from.settings.push_back("data_directory=" + invocation.data);
    if (!invocation.listen.empty()) {
        const auto colon = invocation.listen.rfind(':');
        auto address = colon == std::string::npos ? "" : invocation.listen.substr(0, colon);
        if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
        if (!address.empty()) from.settings.push_back("http.address=" + address);
        from.settings.push_back("http.port=" + invocation.listen.substr(colon == std::string::npos ? 0 : colon + 1));
    }
    return from;
}

tl::expected<config::Loaded, ExitCode> configure(const Invocation& invocation) {
    auto loaded = config::load(sources(invocation));
    if (!loaded) {
        for (const auto& mistake : loaded.error()) fmt::print(stderr, "{}\n", mistake.text());
        return tl::unexpected{usage};
    }
    try {
        log::configure(loaded->config.log);
    } catch (const std::runtime_error& error) {
        return tl::unexpected{fail(usage, fmt::format("log.file: {}", error.what()))};
    }
    return std::move(*loaded);
}

std::optional<std::string> mistake_of_tls(const config::Config& config) {
    if (config.http.tls_certificate.empty()) return std::nullopt;
    try {
        http::make_tls_context({.certificate = config.http.tls_certificate, .key = config.http.tls_key});
        return std::nullopt;
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

ExitCode fail(ExitCode code, const std::string& message) {
    fmt::print(stderr, "{}\n", message);
    return code;
}

ExitCode fail(const Refusal& refusal) {
    return fail(refusal.code, refusal.message);
}

}  // namespace callout::cli
