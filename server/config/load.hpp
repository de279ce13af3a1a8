// Makes the configuration out of defaults, one file, the environment and the command line, each overriding the one
// before; either all of it is right, or every mistake in it is told at once.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "server/config/config.hpp"

namespace callout::config {

struct Sources {
    // A TOML file. It must exist.
    std::optional<std::filesystem::path> file;
    // Name and value; only names that begin with CALLOUT_ count (CALLOUT_CONFIG and CALLOUT_TEST_… do not).
    std::vector<std::pair<std::string, std::string>> environment;
    // "http.port=8081"; a list's texts are separated by commas, here and in the environment.
    std::vector<std::string> settings;
};

struct Loaded {
    Config config;
    // Where each key's value comes from: "default", "callout.toml:3", "CALLOUT_HTTP_PORT", "--set".
    std::map<std::string, std::string, std::less<>> origins;
};

struct Mistake {
    // unknown_key, wrong_type, out_of_range, not_allowed, unreadable_file, not_toml, contradiction
    std::string code;
    std::string key;     // empty when it is about no one key
    std::string origin;  // as in Loaded::origins
    std::string message;

    // "callout.toml:3: http.port: must be from 0 to 65535, not 99999"
    std::string text() const;
};

tl::expected<Loaded, std::vector<Mistake>> load(const Sources& sources);

// The environment of this process, as load() wants it.
std::vector<std::pair<std::string, std::string>> process_environment();

}  // namespace callout::config
