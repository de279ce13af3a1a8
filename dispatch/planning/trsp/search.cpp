#include "dispatch/planning/trsp/search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "dispatch/planning/random.hpp"

namespace callout::planning::trsp {
namespace {

constexpr double kMeanRemoved = 10;   // requests removed in one iteration, on average
constexpr int kLongestString = 10;    // removed from one route
constexpr double kSplitChance = 0.5;  // a removed string leaves some requests in its middle standing
constexpr double kSplitGrowth = 0.01;
constexpr double kBlinkChance = 0.01;
constexpr double kExchangeChance = 0.05;
constexpr double kDismissChance = 0.1;   // a whole route is removed; its technician rests for one iteration
constexpr double kEnlistChance = 0.2;    // new routes look cheaper than they are for one iteration
constexpr double kFirstPenalty = 20;     // of leaving a request out, in mean distances; grows while it is left out
constexpr double kPenaltyGrowth = 1.02;  // at each check
constexpr double kLargestPenalty = 1e7;
constexpr std::int64_t kIterationsPerCheck = 32;

class Search {
public:
    Search(const Task& task, const SearchOptions& options);

    SearchResult run();

private:
    struct Remembered {
        std::uint64_t version = ~std::uint64_t{0};
        Routes::Insertion insertion;
    };

    const Task& task_;
    const SearchOptions& options_;
    Random random_;
    Routes routes_;
    int requests_;
    int crews_;
    int required_;  // the requests before this one have to be served, the others are worth their penalty
    double mean_distance_ = 1;
    std::vector<int> neighbours_;                        // of each request all others, nearest first
    std::vector<std::vector<int>> compatible_;           // crews of each request
    std::array<std::vector<double>, 7> keys_;            // of each request, for the orders of insertion
    std::vector<std::array<Remembered, 2>> remembered_;  // of each crew and request

    std::vector<int> absent_;
    std::vector<int> absent_before_;
    std::vector<double> penalty_;  // of each request, for being absent
    std::vector<char> touched_;
    std::vector<int> touched_crews_;
    std::vector<int> order_;
    std::vector<int> other_order_;
    std::vector<char> removed_;

    double opening_ = 1;     // factor on what the first request of a route costs
    int resting_ = kAbsent;  // crew that gets nothing in this iteration
    double cost_ = 0;
    double best_value_ = kInfinite;  // the routes' cost and what the optional requests left out were worth
    int best_absent_ = 0;
    std::vector<std::vector<int>> best_routes_;
    std::vector<std::uint64_t> best_versions_;

    void find_neighbours();
    void find_keys();
    double value() const;
    double current_cost() const;
    int required_absent() const;
    double forgone() const;
    bool better_than_best() const;
    void raise_penalties();
    void touch(int crew);
    void ruin();
    void remove_string(int crew, int around, int length);
    void recreate();
    void sort_absent();
    const Routes::Insertion& insertion(int crew, int request);
    bool insert_cheapest(int request);
    void exchange_crews();
    void exchange_with_best_crew(int crew);
    bool accept(double temperature);
    void undo();
    void remember_best();
    void begin_as_planned();
    SearchResult result(std::int64_t iterations);
};

Search::Search(const Task& task, const SearchOptions& options)
    : task_(task),
      options_(options),
      random_(options.seed),
      routes_(task),
      requests_(routes_.request_count()),
      crews_(routes_.crew_count()),
      required_(requests_ - static_cast<int>(task.optional.size())) {
    find_neighbours();
    find_keys();
    remembered_.resize(index(requests_) * index(crews_));
    touched_.assign(index(crews_), 0);
    removed_.assign(index(requests_), 0);
    absent_.resize(index(requests_));
    std::iota(absent_.begin(), absent_.end(), 0);
    penalty_.assign(index(required_), kFirstPenalty * mean_distance_);
    penalty_.insert(penalty_.end(), task.optional.begin(), task.optional.end());
    best_routes_.resize(index(crews_));
    best_versions_.assign(index(crews_), ~std::uint64_t{0});
}

void Search::find_neighbours() {
    double sum = 0;
    for (int request = 0; request < requests_; ++request) {
        std::vector<int> others(index(requests_));
        std::iota(others.begin(), others.end(), 0);
        std::stable_sort(others.begin(), others.end(),
                         [&](int a, int b) { return routes_.way(request, a) < routes_.way(request, b); });
        neighbours_.insert(neighbours_.end(), others.begin(), others.end());
        for (const int other : others) sum += routes_.way(request, other);
    }
    if (requests_ > 1 && sum > 0) mean_distance_ = sum / (requests_ * (requests_ - 1.0));
}

// Small keys are inserted first.
void Search::find_keys() {
    for (auto& key : keys_) key.resize(index(requests_));
    compatible_.resize(index(requests_));
    for (int request = 0; request < requests_; ++request) {
        for (int crew = 0; crew < crews_; ++crew) {
            if (routes_.compatible(crew, request)) compatible_[index(request)].push_back(crew);
        }
        const auto& service = routes_.service(request);
        keys_[1][index(request)] = static_cast<double>(compatible_[index(request)].size());
        keys_[2][index(request)] = -routes_.way_from_depot(request);
        keys_[3][index(request)] = routes_.way_from_depot(request);
        keys_[4][index(request)] = service.latest - service.earliest;
        keys_[5][index(request)] = service.earliest;
        keys_[6][index(request)] = -service.latest;
    }
}

double Search::current_cost() const {
    double sum = value();
    for (const int request : absent_) sum += penalty_[index(request)];
    return sum;
}

double Search::value() const {
    double sum = 0;
    for (int crew = 0; crew < crews_; ++crew) sum += routes_.cost(crew);
    return sum;
}

int Search::required_absent() const {
    return static_cast<int>(
        std::count_if(absent_.begin(), absent_.end(), [&](int request) { return request < required_; }));
}

// What the optional requests that are left out were worth.
double Search::forgone() const {
    double sum = 0;
    for (const int request : absent_) sum += request < required_ ? 0 : penalty_[index(request)];
    return sum;
}

void Search::touch(int crew) {
    if (touched_[index(crew)]) return;
    touched_[index(crew)] = 1;
    touched_crews_.push_back(crew);
    routes_.save(crew);
}

void Search::ruin() {
    int used = 0;
    for (int crew = 0; crew < crews_; ++crew) used += routes_.length(crew) > 0 ? 1 : 0;
    const double mean_length = used == 0 ? 1 : static_cast<double>(requests_ - static_cast<int>(absent_.size())) / used;
    const double longest = std::min<double>(kLongestString, mean_length);
    const double most_strings = 4 * kMeanRemoved / (1 + longest) - 1;
    const int strings = static_cast<int>(1 + random_.unit() * most_strings);

    const int seed = random_.below(requests_);
    int cut = 0;
    opening_ = random_.chance(kEnlistChance) ? random_.unit() : 1.0;
    resting_ = kAbsent;
    if (random_.chance(kDismissChance) && routes_.route_of(seed) != kAbsent) {
        resting_ = routes_.route_of(seed);
        remove_string(resting_, seed, routes_.length(resting_));
        ++cut;
    }
    for (int i = 0; i < requests_ && cut < strings; ++i) {
        const int request = neighbours_[index(seed) * index(requests_) + index(i)];
        const int crew = routes_.route_of(request);
        if (crew == kAbsent || removed_[index(request)] || touched_[index(crew)]) continue;
        const double most = std::min<double>(routes_.length(crew), longest);
        remove_string(crew, request, static_cast<int>(1 + random_.unit() * most));
        ++cut;
    }
}

// Removes `length` requests of the route, in one run around this one or with a gap in it.
void Search::remove_string(int crew, int around, int length) {
    touch(crew);
    routes_.requests_of(crew, order_);
    const int size = static_cast<int>(order_.size());
    length = std::min(length, size);
    int kept = 0;
    if (length > 1 && length < size && random_.chance(kSplitChance)) {
        kept = 1;
        while (length + kept < size && random_.unit() < kSplitGrowth) ++kept;
    }
    const int span = length + kept;
    const int at = static_cast<int>(std::find(order_.begin(), order_.end(), around) - order_.begin());
    const int first_start = std::max(0, at - span + 1);
    const int last_start = std::min(at, size - span);
    const int begin = first_start + random_.below(last_start - first_start + 1);
    const int gap = kept == 0 ? begin + span : begin + random_.below(length + 1);

    std::size_t left = 0;
    for (int i = 0; i < size; ++i) {
        const int request = order_[index(i)];
        const bool inside = i >= begin && i < begin + span && !(i >= gap && i < gap + kept);
        if (inside) {
            removed_[index(request)] = 1;
            absent_.push_back(request);
        } else {
            order_[left++] = request;
        }
    }
    routes_.set_route(crew, {order_.data(), left});
}

void Search::sort_absent() {
    static constexpr std::array<int, 17> kLots = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 6};
    const int lot = kLots[index(random_.below(static_cast<int>(kLots.size())))];
    for (std::size_t i = absent_.size(); i > 1; --i) {
        std::swap(absent_[i - 1], absent_[index(random_.below(static_cast<int>(i)))]);
    }
    if (lot == 0) return;
    const auto& key = keys_[index(lot)];
    std::sort(absent_.begin(), absent_.end(), [&](int a, int b) { return key[index(a)] < key[index(b)]; });
}

// What inserting costs, from memory if the route has been asked before. The first of two memories holds routes as they
// stood before the iteration, the second what it made of them, so that an undone iteration spoils nothing.
const Routes::Insertion& Search::insertion(int crew, int request) {
    auto& memory = remembered_[index(crew) * index(requests_) + index(request)];
    const auto version = routes_.version(crew);
    if (memory[0].version == version) return memory[0].insertion;
    if (memory[1].version == version) return memory[1].insertion;
    auto& slot = memory[touched_[index(crew)] ? 1 : 0];
    slot.version = version;
    slot.insertion = routes_.cheapest_insertion(crew, request);
    return slot.insertion;
}

bool Search::insert_cheapest(int request) {
    Routes::Insertion cheapest;
    double lowest = kInfinite;
    int best = kAbsent;
    for (const int crew : compatible_[index(request)]) {
        const auto& found = insertion(crew, request);
        const double cost = routes_.length(crew) == 0 ? found.cost * opening_ : found.cost;
        if (cost >= lowest || crew == resting_ || random_.unit() < kBlinkChance) continue;
        lowest = cost;
        cheapest = found;
        best = crew;
    }
    if (best == kAbsent) return false;
    touch(best);
    routes_.insert(best, request, cheapest);
    return true;
}

void Search::recreate() {
    sort_absent();
    std::size_t left = 0;
    for (const int request : absent_) {
        removed_[index(request)] = 0;
        if (insert_cheapest(request)) continue;
        routes_.mark_absent(request);
        absent_[left++] = request;
    }
    absent_.resize(left);
}

// Lets technicians take over whole routes of each other, or go home: what removing strings seldom achieves, since the
// first request of a new route pays for the whole way there and back.
void Search::exchange_crews() {
    const std::size_t changed = touched_crews_.size();
    for (std::size_t i = 0; i < changed; ++i) exchange_with_best_crew(touched_crews_[i]);
}

void Search::exchange_with_best_crew(int crew) {
    routes_.requests_of(crew, order_);
    if (order_.empty()) return;
    double best_gain = 1e-9;
    int best = kAbsent;
    for (int other = 0; other < crews_; ++other) {
        if (other == crew) continue;
        const double there = routes_.cost_if(other, order_);
        const double now = routes_.cost(crew) + routes_.cost(other);
        if (there > now - best_gain) continue;
        routes_.requests_of(other, other_order_);
        const double gain = now - there - routes_.cost_if(crew, other_order_);
        if (gain <= best_gain) continue;
        best_gain = gain;
        best = other;
    }
    if (best == kAbsent) return;
    touch(crew);
    touch(best);
    routes_.requests_of(best, other_order_);
    routes_.set_route(best, order_);
    routes_.set_route(crew, other_order_);
}

bool Search::accept(double temperature) {
    const double cost = current_cost();
    if (cost >= cost_ - temperature * std::log(1.0 - random_.unit())) return false;
    cost_ = cost;
    return true;
}

void Search::undo() {
    for (const int crew : touched_crews_) routes_.restore(crew);
    absent_ = absent_before_;
    for (const int request : absent_) routes_.mark_absent(request);
}

bool Search::better_than_best() const {
    const int missing = required_absent();
    if (missing != best_absent_) return missing < best_absent_;
    return value() + forgone() < best_value_ - 1e-9;
}

void Search::raise_penalties() {
    for (const int request : absent_) {
        if (request >= required_) continue;
        auto& penalty = penalty_[index(request)];
        penalty = std::min(penalty * kPenaltyGrowth, kLargestPenalty);
    }
    cost_ = current_cost();
}

void Search::remember_best() {
    best_absent_ = required_absent();
    best_value_ = value() + forgone();
    for (int crew = 0; crew < crews_; ++crew) {
        if (best_versions_[index(crew)] == routes_.version(crew)) continue;
        best_versions_[index(crew)] = routes_.version(crew);
        routes_.requests_of(crew, best_routes_[index(crew)]);
    }
    if (options_.improved) options_.improved(best_value_);
}

// Takes over the plan the task comes with.
void Search::begin_as_planned() {
    std::vector<int> index_of_id;
    for (int request = 0; request < requests_; ++request) {
        const int id = task_.requests[index(request)];
        if (index_of_id.size() <= index(id)) index_of_id.resize(index(id) + 1, kAbsent);
        index_of_id[index(id)] = request;
    }
    for (int crew = 0; crew < static_cast<int>(task_.planned.size()); ++crew) {
        order_.clear();
        for (const int id : task_.planned[index(crew)]) order_.push_back(index_of_id[index(id)]);
        routes_.set_route(crew, order_);
    }
    std::erase_if(absent_, [&](int request) { return routes_.route_of(request) != kAbsent; });
}

SearchResult Search::run() {
    begin_as_planned();
    recreate();
    cost_ = current_cost();
    remember_best();
    const double first = options_.first_temperature * mean_distance_;
    const double last = options_.last_temperature * mean_distance_;
    double temperature = first;
    std::int64_t iterations = 0;
    for (;; ++iterations) {
        if (iterations % kIterationsPerCheck == 0) {
            const double progress = options_.progress(iterations);
            if (progress >= 1 || requests_ == 0) break;
            raise_penalties();
            temperature = first * std::pow(last / first, progress);
        }
        for (const int crew : touched_crews_) touched_[index(crew)] = 0;
        touched_crews_.clear();
        absent_before_ = absent_;
        ruin();
        recreate();
        if (random_.chance(kExchangeChance)) exchange_crews();
        if (!accept(temperature)) {
            undo();
        } else if (better_than_best()) {
            remember_best();
        }
    }
    return result(iterations);
}

SearchResult Search::result(std::int64_t iterations) {
    for (int crew = 0; crew < crews_; ++crew) routes_.set_route(crew, {});
    std::vector<char> served(index(requests_), 0);
    SearchResult result;
    result.iterations = iterations;
    for (int crew = 0; crew < crews_; ++crew) {
        routes_.set_route(crew, best_routes_[index(crew)]);
        result.value += routes_.cost(crew);
        for (const int request : best_routes_[index(crew)]) served[index(request)] = 1;
        if (!best_routes_[index(crew)].empty()) {
            result.solution.tours.push_back({task_.crews[index(crew)].technician, routes_.stops(crew)});
        }
    }
    for (int request = 0; request < requests_; ++request) {
        if (!served[index(request)]) result.solution.unserved.push_back(task_.requests[index(request)]);
    }
    return result;
}

}  // namespace

SearchResult search(const Task& task, const SearchOptions& options) {
    return Search(task, options).run();
}

}  // namespace callout::planning::trsp
