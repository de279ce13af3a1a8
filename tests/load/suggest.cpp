// How long one suggestion takes over a whole network: every technician may do every product everywhere, so that no
// filter spares the search anything but the skills, which half of them have.
#include "dispatch/planning/suggest.hpp"

#include <fmt/format.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <vector>

#include "dispatch/planning/random.hpp"

namespace {

using namespace callout;
using namespace callout::planning;
using std::chrono::hours;
using std::chrono::minutes;

struct Size {
    int technicians = 2000;
    int visits = 10'000;
    int jobs = 2000;
    std::uint64_t seed = 1;
};

constexpr Instant morning{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

// Within 400 km × 400 km, the size of a province.
Point anywhere(Random& random) {
    return {29 + random.unit() * 3.6, 103 + random.unit() * 4.1};
}

Needs needs(Random& random) {
    const auto family = random.below(2);
    return {.skills = {family == 0 ? "common_rail" : "mechanical_pump", "diesel"},
            .tools = {"diagnosis_terminal"},
            .parts = {{"filter", 1}}};
}

std::vector<Candidate> network(const Size& size, Random& random) {
    std::vector<Candidate> candidates(static_cast<std::size_t>(size.technicians));
    for (int i = 0; i < size.technicians; ++i) {
        auto& candidate = candidates[static_cast<std::size_t>(i)];
        auto& technician = candidate.technician;
        technician.id = i + 1;
        technician.name = fmt::format("technician {}", i + 1);
        technician.dealer_unit_id = i / 4 + 1;
        technician.home = anywhere(random);
        technician.skills = {random.below(2) == 0 ? "common_rail" : "mechanical_pump", "diesel", "electrics"};
        technician.tools = {"diagnosis_terminal", "hoist"};
        technician.parts = {{"filter", 4}, {"injector", 2}};
        technician.mean_working_min = 200 + random.below(200);
        candidate.days = {{.working = {{morning, morning + hours{4}}, {morning + hours{5}, morning + hours{10}}}}};
        technician.visits_a_day = 12;
    }
    for (int i = 0; i < size.visits; ++i) {
        auto& candidate = candidates[static_cast<std::size_t>(random.below(size.technicians))];
        const auto& home = *candidate.technician.home;
        const Point site{home.latitude + random.unit() * 0.3, home.longitude + random.unit() * 0.3};
        candidate.days[0].visits.push_back({.ticket_id = i + 1,
                                            .site = site,
                                            .needs = needs(random),
                                            .window = {morning, morning + hours{10}},
                                            .duration = minutes{20 + random.below(50)},
                                            .promised_arrival_at = morning + minutes{60 + random.below(480)},
                                            .state = VisitState::assigned});
    }
    return candidates;
}

// Of this thread: what the search costs, however many others share the processor.
double cpu_time_ms() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// Of sorted values.
double percentile(const std::vector<double>& sorted, double share) {
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

int measure(const Size& size) {
    Random random{size.seed};
    const auto candidates = network(size, random);
    std::vector<Dealer> dealers;
    for (int i = 0; i <= size.technicians / 4; ++i) dealers.push_back({.unit_id = i + 1});

    std::vector<double> took_ms;
    std::vector<double> cpu_ms;
    long feasible = 0;
    for (int i = 0; i < size.jobs; ++i) {
        const Job job{.visit = {.ticket_id = 1'000'000 + i,
                                .site = anywhere(random),
                                .needs = needs(random),
                                .window = {morning, morning + hours{10}}}};
        const auto began = std::chrono::steady_clock::now();
        const double cpu_began = cpu_time_ms();
        const auto result = suggest(job, dealers, candidates, morning + minutes{30});
        cpu_ms.push_back(cpu_time_ms() - cpu_began);
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
        took_ms.push_back(took.count());
        feasible += result.feasible_technicians;
    }
    std::ranges::sort(took_ms);
    std::ranges::sort(cpu_ms);
    fmt::print("technicians {}, open visits {}, suggestions {}, seed {}\n", size.technicians, size.visits, size.jobs,
               size.seed);
    fmt::print("technicians who could: {:.0f} on average\n", static_cast<double>(feasible) / size.jobs);
    fmt::print("ms           p50      p90      p99      most\n");
    for (const auto& [name, times] : {std::pair{"elapsed", &took_ms}, std::pair{"processor", &cpu_ms}})
        fmt::print("{:<9} {:6.3f} {:8.3f} {:8.3f} {:9.3f}\n", name, percentile(*times, 0.5), percentile(*times, 0.9),
                   percentile(*times, 0.99), times->back());
    fmt::print(R"({{"bench":"suggest","technicians":{},"visits":{},"p50_ms":{:.3f},"p99_ms":{:.3f}}})"
               "\n",
               size.technicians, size.visits, percentile(took_ms, 0.5), percentile(took_ms, 0.99));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Size size;
    CLI::App app{"Measures one suggestion over a whole network"};
    app.add_option("--technicians", size.technicians, "Technicians")->check(CLI::Range(1, 1'000'000));
    app.add_option("--visits", size.visits, "Visits they have today")->check(CLI::Range(0, 10'000'000));
    app.add_option("--jobs", size.jobs, "Suggestions asked for")->check(CLI::Range(1, 10'000'000));
    app.add_option("--seed", size.seed, "Of the network and the jobs");
    CLI11_PARSE(app, argc, argv);
    return measure(size);
}
