#include "server/cli/plan/live_bench.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "dispatch/planning/trsp/verify_live.hpp"
#include "server/cli/plan/files.hpp"

namespace callout::cli {
namespace trsp = planning::trsp;

namespace {

struct Share {
    int days = 0;
    int compared = 0;
    double gap_sum = 0;
    int refused = 0;
    int faults = 0;

    double mean_refused() const { return days == 0 ? 0 : static_cast<double>(refused) / days; }
};

// "R101.100_25-5-5-5_rd_90" is instance R101.100_25-5-5-5 with 90 % dynamic requests.
struct DayName {
    std::string instance;
    std::string share;
};

DayName split(const std::string& stem) {
    const auto at = stem.rfind("_rd_");
    if (at == std::string::npos) return {stem, "all"};
    return {stem.substr(0, at), stem.substr(at + 4)};
}

void print_shares(const std::map<std::string, Share>& shares) {
    fmt::print("{:>8} {:>6} {:>10} {:>10} {:>7}\n", "dynamic", "days", "mean gap", "refused", "faults");
    std::string json;
    for (const auto& [name, share] : shares) {
        const auto gap = share.compared == 0 ? "" : fmt::format("{:.3f}", share.gap_sum / share.compared);
        fmt::print("{:>6} % {:>6} {:>10} {:>10.3f} {:>7}\n", name, share.days, gap.empty() ? "-" : gap + "%",
                   share.mean_refused(), share.faults);
        json += fmt::format(R"({}{}:{{"gap_pct":{},"refused":{:.3f}}})", json.empty() ? "" : ",",
                            boost::json::serialize(boost::json::string(name)), gap.empty() ? "null" : gap,
                            share.mean_refused());
    }
    fmt::print("{{\"bench\":\"plan-live\",\"by_share\":{{{}}}}}\n", json);
}

// A sentence if a file cannot be read or the solution not be written.
tl::expected<void, std::string> replay_file(const std::filesystem::path& file, const LiveBench& bench,
                                            const std::map<std::string, double>& best_known,
                                            std::map<std::string, Share>& shares) {
    const auto name = split(file.stem().string());
    const auto instance = read_instance(bench.instances / ".." / "static" / (name.instance + ".txt"));
    if (!instance) return tl::make_unexpected(instance.error());
    const auto releases = read_releases(file, *instance);
    if (!releases) return tl::make_unexpected(releases.error());

    const auto day = trsp::replay(*instance, *releases, bench.options);
    const auto verdict = trsp::verify_live(*instance, *releases, day);
    Share& share = shares[name.share];
    ++share.days;
    share.refused += verdict.refused;
    for (const auto& finding : verdict.findings) fmt::print("{}: {}\n", file.stem().string(), finding);
    const auto known = best_known.find(instance->name);
    if (!verdict.findings.empty()) {
        ++share.faults;
    } else if (known != best_known.end()) {
        share.gap_sum += 100 * (verdict.value - known->second) / known->second;
        ++share.compared;
    }
    if (bench.out.empty()) return {};
    return write_text(bench.out / file.stem().concat(".json"),
                      day_json(*instance, day, verdict.value, bench.options.seed));
}

}  // namespace

int run(const LiveBench& bench) {
    const auto files = instance_files(bench.instances);
    if (!files) return fail(files.error());
    const auto best_known = read_best_known(bench.instances / ".." / "best_known.json");
    if (!best_known) return fail(best_known.error());
    if (const auto made = make_folder(bench.out); !made) return fail(made.error());

    std::map<std::string, Share> shares;
    int failed = 0;
    for (const auto& file : *files) {
        const auto replayed = replay_file(file, bench, *best_known, shares);
        if (!replayed) failed = fail(replayed.error());
    }
    print_shares(shares);
    if (failed != 0) return failed;
    return std::any_of(shares.begin(), shares.end(), [](const auto& share) { return share.second.faults > 0; }) ? 1 : 0;
}

}  // namespace callout::cli
