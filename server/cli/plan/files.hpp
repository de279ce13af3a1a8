// Instance and solution files of the technician routing problem: reading, writing, and saying what is wrong with them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "dispatch/planning/trsp/instance.hpp"
#include "dispatch/planning/trsp/live.hpp"
#include "dispatch/planning/trsp/parse.hpp"

namespace callout::cli {

// Says what is wrong on standard error; answers the exit code for it.
int fail(const std::string& message);

// The whole file, or a sentence saying why not.
tl::expected<std::string, std::string> read_text(const std::filesystem::path& path);

// Errors are one line each: "path:line:column: message [code]".
tl::expected<planning::trsp::Instance, std::string> read_instance(const std::filesystem::path& path);
tl::expected<std::vector<planning::trsp::Release>, std::string> read_releases(const std::filesystem::path& path,
                                                                              const planning::trsp::Instance& instance);

// Instance name to best published value, above 0; empty if there is no such file.
tl::expected<std::map<std::string, double>, std::string> read_best_known(const std::filesystem::path& path);

// The *.txt files of a folder, by name.
tl::expected<std::vector<std::filesystem::path>, std::string> instance_files(const std::filesystem::path& folder);

// Makes the folder and those above it; an empty path is no folder and fine.
tl::expected<void, std::string> make_folder(const std::filesystem::path& folder);

// How a solution was found; written beside it.
struct Provenance {
    double value = 0;
    std::uint64_t seed = 0;
    double seconds = 0;
};

// Each unserved request stands there with the code of the reason.
std::string solution_json(const planning::trsp::Instance& instance, const planning::trsp::Solution& solution,
                          Provenance provenance);

// What a solution's file says of it, if it does.
struct Claim {
    std::optional<std::string> instance;
    std::optional<double> value;
};

template <class Solution>
struct Claimed {
    Solution solution;
    Claim claim;
};

tl::expected<Claimed<planning::trsp::Solution>, std::string> read_solution(const std::filesystem::path& path);

// A replayed day, as day_json() writes it.
tl::expected<Claimed<planning::trsp::LiveDay>, std::string> read_day(const std::filesystem::path& path);

// Each refused request stands there with the code of the reason.
std::string day_json(const planning::trsp::Instance& instance, const planning::trsp::LiveDay& day, double value,
                     std::uint64_t seed);
tl::expected<void, std::string> write_text(const std::filesystem::path& path, const std::string& text);

}  // namespace callout::cli
