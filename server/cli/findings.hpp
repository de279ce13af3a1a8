// What `callout doctor` finds: one line each, and what to do next where something is to be done.
#pragma once

#include <string>
#include <vector>

#include "server/config/config.hpp"
#include "server/storage/endpoint.hpp"

namespace callout::cli {

enum class Grade { ok, warn, fail };

struct Finding {
    Grade grade = Grade::ok;
    std::string subject;  // "memory"
    std::string text;     // "0.5 GiB"
    std::string advice;   // what to do; empty when nothing
};

using Findings = std::vector<Finding>;

// Processors, memory, disk, descriptors, the port, web pages.
void examine_machine(const config::Config& config, Findings& findings);

// Exists, is ours, can be written, is held by whom.
void examine_data_directory(const config::Config& config, Findings& findings);

// Version, durability, isolation, time zone, character set, TLS, connections, schema, clock.
void examine_database(const config::Config& config, const storage::Endpoint& endpoint, Findings& findings);

}  // namespace callout::cli
