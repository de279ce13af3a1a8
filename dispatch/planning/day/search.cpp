#include "dispatch/planning/day/search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "dispatch/planning/day/problem.hpp"
#include "dispatch/planning/day/regret.hpp"
#include "dispatch/planning/day/routes.hpp"
#include "dispatch/planning/day/schedule.hpp"
#include "dispatch/planning/random.hpp"

namespace callout::planning::day {
namespace {

constexpr double kMeanRemoved = 10;   // jobs removed in one iteration, on average
constexpr int kLongestString = 10;    // removed from one route
constexpr double kSplitChance = 0.5;  // a removed string leaves a job in its middle standing
constexpr double kBlinkChance = 0.01;
constexpr double kDismissChance = 0.1;  // a whole route is removed; its crew rests for one iteration
constexpr double kTroubleChance = 0.2;  // the ruin is laid around a job that is left out
constexpr int kNeighbours = 100;        // of a job, among which routes are ruined
constexpr std::int64_t kIterationsPerCheck = 32;

class Search {
public:
    Search(const Problem& problem, const SearchOptions& options);

    SearchResult run();

private:
    struct Remembered {
        std::uint64_t version = ~std::uint64_t{0};
        Routes::Insertion insertion;
    };

    const Problem& problem_;
    const SearchOptions& options_;
    Random random_;
    Routes routes_;
    int jobs_;
    int crews_;
    std::vector<int> open_jobs_;  // that somebody could do
    std::vector<std::vector<int>> neighbours_;
    double mean_way_min_ = 1;
    std::vector<Remembered> remembered_;  // two of each crew and job

    std::vector<int> absent_;
    std::vector<int> absent_before_;
    std::vector<char> touched_;
    std::vector<int> touched_crews_;
    std::vector<int> order_;
    std::vector<double> keys_;

    int resting_ = kNobody;
    double cost_ = 0;  // of the current plan
    double best_cost_ = kInfinite;
    std::vector<std::vector<int>> best_routes_;
    std::vector<std::uint64_t> best_versions_;

    void find_neighbours();
    double measured_cost() const;
    void begin();
    void begin_with(const Plan& plan);
    void touch(int crew);

    bool fixed(int job) const { return problem_.jobs()[index(job)].pinned; }

    void ruin();
    void remove_string(int crew, int around, int length);
    void recreate();
    void sort_absent();
    const Routes::Insertion& insertion(int crew, int job);
    bool insert_cheapest(int job);
    double changed_cost() const;
    void undo();
    void remember_best();
    Plan best_plan();
};

Search::Search(const Problem& problem, const SearchOptions& options)
    : problem_(problem),
      options_(options),
      random_(options.seed),
      routes_(problem),
      jobs_(problem.job_count()),
      crews_(problem.crew_count()),
      remembered_(2 * index(jobs_) * index(crews_)),
      touched_(index(crews_), 0),
      keys_(index(jobs_)),
      best_routes_(index(crews_)),
      best_versions_(index(crews_), ~std::uint64_t{0}) {
    for (int job = 0; job < jobs_; ++job) {
        if (!problem.jobs()[index(job)].crews.empty()) open_jobs_.push_back(job);
    }
    find_neighbours();
}

void Search::find_neighbours() {
    neighbours_.resize(index(jobs_));
    double sum = 0;
    double count = 0;
    for (const int job : open_jobs_) {
        auto& others = neighbours_[index(job)];
        others = open_jobs_;
        const auto nearest = std::min<std::ptrdiff_t>(kNeighbours, std::ssize(others));
        std::ranges::partial_sort(others, others.begin() + nearest, [&](int a, int b) {
            return std::pair{problem_.way(job, a), a} < std::pair{problem_.way(job, b), b};
        });
        others.resize(static_cast<std::size_t>(nearest));
        for (const int other : others) sum += static_cast<double>(problem_.way(job, other));
        count += static_cast<double>(nearest);
    }
    if (sum > 0) mean_way_min_ = sum / count / 60'000;
}

double Search::measured_cost() const {
    double sum = 0;
    for (int crew = 0; crew < crews_; ++crew) sum += routes_.cost(crew);
    for (const int job : absent_) sum += problem_.jobs()[index(job)].unserved_cost;
    return sum;
}

void Search::begin() {
    if (options_.begin_with) begin_with(*options_.begin_with);
    absent_ = open_jobs_;
    std::erase_if(absent_, [&](int job) { return routes_.crew_of(job) != kNobody; });
    insert_by_regret(problem_, routes_, absent_);
    cost_ = measured_cost();
    remember_best();
}

// Of a tour that is no longer possible, its jobs are tried one after the other in their order.
void Search::begin_with(const Plan& plan) {
    std::unordered_map<std::int64_t, int> crew_of;
    std::unordered_map<std::int64_t, int> job_of;
    const Day& day = problem_.day();
    for (int crew = 0; crew < crews_; ++crew)
        crew_of.emplace(day.technicians[problem_.crews()[index(crew)].row].id, crew);
    for (const int job : open_jobs_) job_of.emplace(day.visits[problem_.jobs()[index(job)].row].ticket_id, job);
    for (const auto& tour : plan.tours) {
        const auto crew = crew_of.find(tour.technician_id);
        if (crew == crew_of.end()) continue;
        std::vector<int> kept;
        for (const auto& stop : tour.stops) {
            const auto job = job_of.find(stop.ticket_id);
            if (job == job_of.end() || routes_.crew_of(job->second) != kNobody) continue;
            kept.push_back(job->second);
            if (!routes_.set_route(crew->second, kept)) kept.pop_back();
        }
    }
}

void Search::touch(int crew) {
    if (touched_[index(crew)]) return;
    touched_[index(crew)] = 1;
    touched_crews_.push_back(crew);
    routes_.save(crew);
}

void Search::ruin() {
    int used = 0;
    for (int crew = 0; crew < crews_; ++crew) used += routes_.jobs(crew).empty() ? 0 : 1;
    const auto served = static_cast<double>(open_jobs_.size() - absent_.size());
    const double longest = std::min<double>(kLongestString, used == 0 ? 1 : served / used);
    const double most_strings = 4 * kMeanRemoved / (1 + longest) - 1;
    const int strings = static_cast<int>(1 + random_.unit() * most_strings);

    const auto& among = !absent_.empty() && random_.chance(kTroubleChance) ? absent_ : open_jobs_;
    const int seed = among[index(random_.below(static_cast<int>(among.size())))];
    int cut = 0;
    resting_ = kNobody;
    if (routes_.crew_of(seed) != kNobody && random_.chance(kDismissChance)) {
        resting_ = routes_.crew_of(seed);
        remove_string(resting_, seed, static_cast<int>(routes_.jobs(resting_).size()));
        ++cut;
    }
    for (const int job : neighbours_[index(seed)]) {
        if (cut >= strings) break;
        const int crew = routes_.crew_of(job);
        if (crew == kNobody || touched_[index(crew)]) continue;
        const double most = std::min(static_cast<double>(routes_.jobs(crew).size()), longest);
        remove_string(crew, job, static_cast<int>(1 + random_.unit() * most));
        ++cut;
    }
}

// Removes `length` jobs of the route, in one run around this one or with a gap in it. What is pinned stays.
void Search::remove_string(int crew, int around, int length) {
    touch(crew);
    const auto jobs = routes_.jobs(crew);
    const int size = static_cast<int>(jobs.size());
    length = std::min(length, size);
    const int kept = length > 1 && length < size && random_.chance(kSplitChance) ? 1 : 0;
    const int span = length + kept;
    const int at = static_cast<int>(std::ranges::find(jobs, around) - jobs.begin());
    const int first = std::max(0, at - span + 1);
    const int begin = first + random_.below(std::min(at, size - span) - first + 1);
    const int gap = kept == 0 ? kNobody : begin + random_.below(span);

    order_.clear();
    for (int i = 0; i < size; ++i) {
        const int job = jobs[index(i)];
        const bool inside = i >= begin && i < begin + span && i != gap && !fixed(job);
        (inside ? absent_ : order_).push_back(job);
    }
    // Fewer jobs in the same order are never late for a window; only their parts' sum and ways shrink.
    routes_.set_route(crew, order_);
}

// The next to be inserted first: at random, those that few can do, that are due early, that matter, or that are far
// from everybody.
void Search::sort_absent() {
    for (std::size_t i = absent_.size(); i > 1; --i)
        std::swap(absent_[i - 1], absent_[index(random_.below(static_cast<int>(i)))]);
    const int lot = random_.below(5);
    if (lot == 0) return;
    for (const int job : absent_) {
        const Job& wanted = problem_.jobs()[index(job)];
        const int crew = wanted.crews.front();
        keys_[index(job)] = lot == 1   ? static_cast<double>(wanted.crews.size())
                            : lot == 2 ? static_cast<double>(problem_.opening(crew, job).due)
                            : lot == 3 ? -wanted.priority * static_cast<double>(wanted.duration)
                                       : -static_cast<double>(problem_.way_home(crew, job));
    }
    std::ranges::stable_sort(absent_, {}, [&](int job) { return keys_[index(job)]; });
}

// What inserting costs, from memory if the route has been asked before. The first of two memories holds routes as they
// stood before the iteration, the second what it made of them, so that an undone iteration spoils nothing.
const Routes::Insertion& Search::insertion(int crew, int job) {
    Remembered* memory = &remembered_[2 * (index(job) * index(crews_) + index(crew))];
    const auto version = routes_.version(crew);
    if (memory[0].version == version) return memory[0].insertion;
    if (memory[1].version == version) return memory[1].insertion;
    auto& slot = memory[touched_[index(crew)] ? 1 : 0];
    slot = {version, routes_.cheapest_insertion(crew, job)};
    return slot.insertion;
}

bool Search::insert_cheapest(int job) {
    const Job& wanted = problem_.jobs()[index(job)];
    // Leaving it out costs as much.
    double lowest = wanted.pinned ? kInfinite : wanted.unserved_cost;
    int best = kNobody;
    int at = 0;
    for (const int crew : wanted.crews) {
        const auto& found = insertion(crew, job);
        if (found.cost >= lowest || crew == resting_ || random_.unit() < kBlinkChance) continue;
        lowest = found.cost;
        best = crew;
        at = found.at;
    }
    if (best == kNobody) return false;
    touch(best);
    routes_.insert(best, job, at);
    return true;
}

void Search::recreate() {
    sort_absent();
    std::size_t left = 0;
    for (const int job : absent_) {
        if (!insert_cheapest(job)) absent_[left++] = job;
    }
    absent_.resize(left);
}

// By how much the iteration has changed the cost.
double Search::changed_cost() const {
    double change = 0;
    for (const int crew : touched_crews_) change += routes_.cost(crew) - routes_.saved_cost(crew);
    for (const int job : absent_) change += problem_.jobs()[index(job)].unserved_cost;
    for (const int job : absent_before_) change -= problem_.jobs()[index(job)].unserved_cost;
    return change;
}

void Search::undo() {
    for (const int crew : touched_crews_) routes_.restore(crew);
    absent_ = absent_before_;
    for (const int job : absent_) routes_.leave_out(job);
}

void Search::remember_best() {
    best_cost_ = cost_;
    for (int crew = 0; crew < crews_; ++crew) {
        if (best_versions_[index(crew)] == routes_.version(crew)) continue;
        best_versions_[index(crew)] = routes_.version(crew);
        const auto jobs = routes_.jobs(crew);
        best_routes_[index(crew)].assign(jobs.begin(), jobs.end());
    }
    if (options_.improved) options_.improved(best_cost_);
}

Plan Search::best_plan() {
    for (int crew = 0; crew < crews_; ++crew) routes_.set_route(crew, {});
    for (int crew = 0; crew < crews_; ++crew) routes_.set_route(crew, best_routes_[index(crew)]);
    return schedule(problem_, routes_);
}

SearchResult Search::run() {
    begin();
    const double last = options_.last_temperature * mean_way_min_;
    const double first = options_.begin_with ? last : options_.first_temperature * mean_way_min_;
    double temperature = first;
    std::int64_t iterations = 0;
    for (;; ++iterations) {
        if (iterations % kIterationsPerCheck == 0) {
            const double progress = options_.progress(iterations);
            if (progress >= 1 || open_jobs_.empty()) break;
            temperature = first * std::pow(last / first, progress);
            cost_ = measured_cost();  // sums of differences drift
        }
        for (const int crew : touched_crews_) touched_[index(crew)] = 0;
        touched_crews_.clear();
        absent_before_ = absent_;
        ruin();
        recreate();
        const double change = changed_cost();
        if (change >= -temperature * std::log(1.0 - random_.unit())) {
            undo();
            continue;
        }
        cost_ += change;
        if (cost_ < best_cost_ - 1e-6) remember_best();
    }
    return {best_plan(), iterations};
}

}  // namespace

SearchResult search(const Day& day, const SearchOptions& options) {
    const Problem problem(day);
    return Search(problem, options).run();
}

}  // namespace callout::planning::day
