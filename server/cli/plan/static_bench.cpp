#include "server/cli/plan/static_bench.hpp"

#include <spdlog/fmt/fmt.h>

#include <cstdio>
#include <thread>

#include "dispatch/planning/trsp/search.hpp"
#include "dispatch/planning/trsp/verify.hpp"
#include "server/cli/plan/files.hpp"

namespace callout::cli {
namespace trsp = planning::trsp;

namespace {

struct Improvement {
    double seconds;
    double value;
};

struct Run {
    trsp::SearchResult result;
    std::uint64_t seed = 0;
    double seconds = 0;
    std::vector<Improvement> curve;
};

Run search_once(const trsp::Task& task, const StaticBench& bench, std::uint64_t seed) {
    Run run;
    run.seed = seed;
    const BudgetMeter meter(bench.budget);
    trsp::SearchOptions options;
    options.seed = seed;
    options.progress = [&](std::int64_t iterations) { return meter.progress(iterations); };
    if (bench.curve) {
        options.improved = [&](double value) { run.curve.push_back({meter.seconds(), value}); };
    }
    run.result = trsp::search(task, options);
    run.seconds = meter.seconds();
    return run;
}

bool better(const trsp::SearchResult& a, const trsp::SearchResult& b) {
    if (a.solution.unserved.size() != b.solution.unserved.size()) {
        return a.solution.unserved.size() < b.solution.unserved.size();
    }
    return a.value < b.value;
}

Run search_in_parallel(const trsp::Task& task, const StaticBench& bench) {
    std::vector<Run> runs(static_cast<std::size_t>(bench.threads));
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < runs.size(); ++i) {
        threads.emplace_back([&, i] { runs[i] = search_once(task, bench, bench.seed + 1000 * i); });
    }
    runs[0] = search_once(task, bench, bench.seed);
    threads.clear();
    std::size_t best = 0;
    for (std::size_t i = 1; i < runs.size(); ++i) {
        if (better(runs[i].result, runs[best].result)) best = i;
    }
    return std::move(runs[best]);
}

struct Totals {
    int instances = 0;
    int feasible = 0;
    double sum = 0;
    double best_known_sum = 0;
    double gap_sum = 0;
    int compared = 0;
};

void print_row(const std::string& name, const trsp::Verdict& verdict, const double* best_known, const Run& run,
               Totals& totals) {
    ++totals.instances;
    totals.feasible += verdict.feasible() ? 1 : 0;
    totals.sum += verdict.value;
    std::string comparison = fmt::format("{:>12} {:>9}", "-", "-");
    if (best_known != nullptr) {
        const double gap = 100 * (verdict.value - *best_known) / *best_known;
        totals.best_known_sum += *best_known;
        // What leaves requests out is no record.
        totals.gap_sum += verdict.feasible() ? gap : 0;
        totals.compared += verdict.feasible() ? 1 : 0;
        comparison = fmt::format("{:12.4f} {:8.3f}%", *best_known, gap);
    }
    fmt::print("{:24} {:12.4f} {} {:>6} {:10} {}\n", name, verdict.value, comparison, run.result.solution.tours.size(),
               run.result.iterations, verdict.feasible() ? "yes" : "NO: " + sentence(verdict.findings.front()));
    for (const auto& point : run.curve) fmt::print("  at {:.3f} s {:.4f}\n", point.seconds, point.value);
    std::fflush(stdout);
}

// A sentence if the file cannot be read or the solution not be written.
tl::expected<void, std::string> solve_file(const std::filesystem::path& file, const StaticBench& bench,
                                           const std::map<std::string, double>& best_known, Totals& totals) {
    const auto instance = read_instance(file);
    if (!instance) return tl::make_unexpected(instance.error());
    const Run found = search_in_parallel(trsp::whole_day(*instance), bench);
    const auto verdict = trsp::verify(*instance, found.result.solution);
    const auto known = best_known.find(instance->name);
    print_row(instance->name, verdict, known == best_known.end() ? nullptr : &known->second, found, totals);
    if (bench.out.empty()) return {};
    const auto json = solution_json(*instance, found.result.solution, {verdict.value, found.seed, found.seconds});
    return write_text(bench.out / file.stem().concat(".json"), json);
}

}  // namespace

int run(const StaticBench& bench) {
    const auto files = instance_files(bench.instances);
    if (!files) return fail(files.error());
    auto known_path = bench.instances / "best_known.json";
    if (!std::filesystem::exists(known_path)) known_path = bench.instances / ".." / "best_known.json";
    const auto best_known = read_best_known(known_path);
    if (!best_known) return fail(best_known.error());
    if (const auto made = make_folder(bench.out); !made) return fail(made.error());

    fmt::print("{} {} an instance, {} thread(s), seed {}\n", bench.budget.amount, bench.budget.unit(), bench.threads,
               bench.seed);
    fmt::print("{:24} {:>12} {:>12} {:>9} {:>6} {:>10} {}\n", "instance", "value", "best known", "gap", "tours",
               "iterations", "feasible");
    Totals totals;
    int failed = 0;
    for (const auto& file : *files) {
        const auto solved = solve_file(file, bench, *best_known, totals);
        if (!solved) failed = fail(solved.error());
    }
    fmt::print(
        R"({{"bench":"plan","instances":{},"feasible":{},"sum":{:.4f},"best_known_sum":{:.4f},"mean_gap_pct":{},)"
        R"("seconds":{},"clock":"{}"}})"
        "\n",
        totals.instances, totals.feasible, totals.sum, totals.best_known_sum,
        totals.compared == 0 ? "null" : fmt::format("{:.4f}", totals.gap_sum / totals.compared), bench.budget.amount,
        bench.budget.unit());
    if (failed != 0) return failed;
    return totals.feasible == totals.instances ? 0 : 1;
}

}  // namespace callout::cli
