#include "dispatch/planning/day/regret.hpp"

#include <algorithm>

namespace callout::planning::day {
namespace {

class Regret {
public:
    Regret(const Problem& problem, Routes& routes, std::vector<int>& absent)
        : problem_(problem), routes_(routes), absent_(absent) {
        offers_.resize(problem.jobs().size());
    }

    void run() {
        insert_pinned();
        for (const int job : absent_) ask_all(job);
        while (!absent_.empty()) {
            const auto next =
                std::ranges::max_element(absent_, {}, [&](int job) { return offers_[index(job)].regret; });
            const int job = *next;
            const Offers& offers = offers_[index(job)];
            if (offers.best_crew == kNobody) break;
            const int crew = offers.best_crew;
            routes_.insert(crew, job, offers.best.at);
            absent_.erase(next);
            for (const int other : absent_) ask_again(other, crew);
        }
    }

private:
    // What the crews ask for a job.
    struct Offers {
        std::vector<double> costs;  // as Job::crews
        Routes::Insertion best;
        int best_crew = kNobody;
        double second = kInfinite;
        double regret = -1;
    };

    const Problem& problem_;
    Routes& routes_;
    std::vector<int>& absent_;
    std::vector<Offers> offers_;

    // In the order in which the day names them, which is the order a dispatcher has fixed.
    void insert_pinned() {
        std::vector<int> jobs;
        std::erase_if(absent_, [&](int job) {
            const Job& wanted = problem_.jobs()[index(job)];
            if (!wanted.pinned) return false;
            const auto before = routes_.jobs(wanted.holder);
            jobs.assign(before.begin(), before.end());
            jobs.push_back(job);
            return routes_.set_route(wanted.holder, jobs);
        });
    }

    void ask_all(int job) {
        Offers& offers = offers_[index(job)];
        const auto& crews = problem_.jobs()[index(job)].crews;
        offers.costs.resize(crews.size());
        for (std::size_t i = 0; i < crews.size(); ++i) offers.costs[i] = routes_.cheapest_insertion(crews[i], job).cost;
        compare(job);
    }

    // After the crew's route has changed.
    void ask_again(int job, int crew) {
        Offers& offers = offers_[index(job)];
        const auto& crews = problem_.jobs()[index(job)].crews;
        const auto found = std::ranges::lower_bound(crews, crew);
        if (found == crews.end() || *found != crew) return;
        double& cost = offers.costs[static_cast<std::size_t>(found - crews.begin())];
        const double before = cost;
        cost = routes_.cheapest_insertion(crew, job).cost;
        if (before <= offers.second || cost < offers.second || crew == offers.best_crew) compare(job);
    }

    void compare(int job) {
        Offers& offers = offers_[index(job)];
        const Job& wanted = problem_.jobs()[index(job)];
        double lowest = wanted.unserved_cost;
        offers.second = wanted.unserved_cost;
        offers.best_crew = kNobody;
        for (std::size_t i = 0; i < offers.costs.size(); ++i) {
            if (offers.costs[i] < lowest) {
                offers.second = lowest;
                lowest = offers.costs[i];
                offers.best_crew = wanted.crews[i];
            } else {
                offers.second = std::min(offers.second, offers.costs[i]);
            }
        }
        offers.regret = offers.best_crew == kNobody ? -1 : offers.second - lowest;
        if (offers.best_crew != kNobody) offers.best = routes_.cheapest_insertion(offers.best_crew, job);
    }
};

}  // namespace

void insert_by_regret(const Problem& problem, Routes& routes, std::vector<int>& absent) {
    Regret(problem, routes, absent).run();
}

}  // namespace callout::planning::day
