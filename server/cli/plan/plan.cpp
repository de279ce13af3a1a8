#include "server/cli/plan/plan.hpp"

#include <spdlog/fmt/fmt.h>

#include <cmath>
#include <memory>
#include <optional>

#include "dispatch/planning/trsp/search.hpp"
#include "dispatch/planning/trsp/verify.hpp"
#include "dispatch/planning/trsp/verify_live.hpp"
#include "server/cli/plan/files.hpp"
#include "server/cli/plan/live_bench.hpp"
#include "server/cli/plan/static_bench.hpp"

namespace callout::cli {
namespace trsp = planning::trsp;

namespace {

// CLI11's own checks let "nan" pass, and with it nothing ever ends.
std::optional<double> finite_number(const std::string& text) {
    double number = 0;
    const bool is_one = CLI::detail::lexical_cast(text, number) && std::isfinite(number);
    return is_one ? std::optional{number} : std::nullopt;
}

std::string is_above_zero(const std::string& text) {
    return finite_number(text).value_or(0) > 0 ? "" : "'" + text + "' is not a number above 0";
}

std::string is_not_negative(const std::string& text) {
    return finite_number(text).value_or(-1) >= 0 ? "" : "'" + text + "' is not a number from 0";
}

void add_budget(CLI::App& command, Budget& budget) {
    command.add_option("--seconds", budget.amount, "wall-clock seconds for one instance")->check(is_above_zero);
    command
        .add_option_function<double>(
            "--cpu-seconds",
            [&budget](double seconds) {
                budget = {Budget::Clock::cpu, seconds};
            },
            "seconds of the searching thread's CPU time instead, for a machine that does other work")
        ->check(is_above_zero);
    command
        .add_option_function<double>(
            "--iterations",
            [&budget](double count) {
                budget = {Budget::Clock::iterations, count};
            },
            "a number of iterations instead: the same result again for the same seed")
        ->check(is_above_zero);
}

// Published values are given to this.
constexpr double kValueTolerance = 1e-4;

bool agrees(const Claim& claim, const trsp::Instance& instance, double value) {
    const bool named = claim.instance.value_or(instance.name) == instance.name;
    if (!named) fmt::print("the solution is of instance {}, not of {}\n", *claim.instance, instance.name);
    const bool valued = std::abs(claim.value.value_or(value) - value) <= kValueTolerance;
    if (!valued) fmt::print("the file says the value is {:.6f}\n", *claim.value);
    return named && valued;
}

int verify(const std::filesystem::path& instance_path, const std::filesystem::path& solution_path) {
    const auto instance = read_instance(instance_path);
    if (!instance) return fail(instance.error());
    const auto claimed = read_solution(solution_path);
    if (!claimed) return fail(claimed.error());
    const auto verdict = trsp::verify(*instance, claimed->solution);
    for (const auto& finding : verdict.findings) {
        fmt::print("{} [{}]\n", trsp::sentence(finding), to_string(finding.violation));
    }
    const bool right = agrees(claimed->claim, *instance, verdict.value) && verdict.feasible();
    fmt::print("{{\"feasible\":{},\"value\":{:.6f}}}\n", verdict.feasible(), verdict.value);
    return right ? 0 : 1;
}

int verify_day(const std::filesystem::path& instance_path, const std::filesystem::path& day_path,
               const std::filesystem::path& releases_path) {
    const auto instance = read_instance(instance_path);
    if (!instance) return fail(instance.error());
    const auto releases = read_releases(releases_path, *instance);
    if (!releases) return fail(releases.error());
    const auto claimed = read_day(day_path);
    if (!claimed) return fail(claimed.error());
    const auto verdict = trsp::verify_live(*instance, *releases, claimed->solution);
    for (const auto& finding : verdict.findings) fmt::print("{}\n", finding);
    const bool feasible = verdict.findings.empty();
    const bool right = agrees(claimed->claim, *instance, verdict.value) && feasible;
    fmt::print("{{\"feasible\":{},\"value\":{:.6f},\"refused\":{}}}\n", feasible, verdict.value, verdict.refused);
    return right ? 0 : 1;
}

int solve(const std::filesystem::path& path, Budget budget, std::uint64_t seed) {
    const auto instance = read_instance(path);
    if (!instance) return fail(instance.error());
    const BudgetMeter meter(budget);
    trsp::SearchOptions options;
    options.seed = seed;
    options.progress = [&](std::int64_t iterations) { return meter.progress(iterations); };
    const auto result = trsp::search(trsp::whole_day(*instance), options);
    fmt::print("{}", solution_json(*instance, result.solution, {result.value, seed, meter.seconds()}));
    return trsp::verify(*instance, result.solution).feasible() ? 0 : 1;
}

}  // namespace

void add_plan_commands(CLI::App& app, std::function<int()>& run_chosen) {
    app.require_subcommand(1);

    auto static_bench = std::make_shared<StaticBench>();
    auto* bench = app.add_subcommand("bench", "solve a folder of instances and compare with the best published values");
    bench->add_option("--instances", static_bench->instances, "folder of instance files")->required();
    bench->add_option("--out", static_bench->out, "folder for the solutions");
    bench->add_option("--threads", static_bench->threads, "independent searches")->check(CLI::Range(1, 64));
    bench->add_option("--seed", static_bench->seed);
    bench->add_flag("--curve", static_bench->curve, "print every improvement");
    add_budget(*bench, static_bench->budget);
    bench->callback([static_bench, &run_chosen] { run_chosen = [static_bench] { return run(*static_bench); }; });

    auto live_bench = std::make_shared<LiveBench>();
    auto* live = app.add_subcommand("replay", "replay a folder of dynamic instances as they would happen");
    live->add_option("--instances", live_bench->instances, "folder of release dates; ../static holds the instances")
        ->required();
    live->add_option("--out", live_bench->out, "folder for the solutions");
    live->add_option("--seed", live_bench->options.seed);
    live->add_option("--iterations", live_bench->options.iterations, "of the search at each release")
        ->check(is_above_zero);
    live->add_option("--worth-of-call", live_bench->options.worth_of_call,
                     "what a lost call is worth, in mean distances between two homes: time against refusals")
        ->check(is_not_negative);
    live->callback([live_bench, &run_chosen] { run_chosen = [live_bench] { return run(*live_bench); }; });

    struct Files {
        std::filesystem::path instance;
        std::filesystem::path solution;
        std::filesystem::path releases;
        Budget budget;
        std::uint64_t seed = 1;
    };

    auto files = std::make_shared<Files>();
    auto* solver = app.add_subcommand("solve", "solve one instance file and print the solution as JSON");
    solver->add_option("instance", files->instance)->required();
    solver->add_option("--seed", files->seed);
    add_budget(*solver, files->budget);
    solver->callback(
        [files, &run_chosen] { run_chosen = [files] { return solve(files->instance, files->budget, files->seed); }; });

    auto* verifier = app.add_subcommand("verify", "check a solution file against its instance");
    verifier->add_option("instance", files->instance)->required();
    verifier->add_option("solution", files->solution)->required();
    verifier->add_option("--releases", files->releases, "release dates: the solution is a day that was replayed");
    verifier->callback([files, &run_chosen] {
        run_chosen = [files] {
            if (files->releases.empty()) return verify(files->instance, files->solution);
            return verify_day(files->instance, files->solution, files->releases);
        };
    });
}

}  // namespace callout::cli
