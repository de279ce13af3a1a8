#include "dispatch/planning/trsp/readiness.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace callout::planning::trsp {
namespace {

// How many technicians one call keeps from another: him who serves it, and who is moved for it.
constexpr double kKeptByACall = 2;
// Of the very next call as well: a search may miss the one way there is.
constexpr double kLeastPrevented = 0.05;
// With so many takers nobody needs to give anything away.
constexpr int kEnough = 3;

double chance_of_loss(double prevented, int able, bool by_displacing) {
    return std::pow(prevented, able + (by_displacing ? 1 : 0));
}

}  // namespace

Readiness::Readiness(std::vector<PlannedDay> days, std::span<const Call> calls, double rivals)
    : days_(std::move(days)), calls_(calls) {
    foresee(rivals);
    look();
}

// Each call that comes before keeps technicians at random from this one.
void Readiness::foresee(double rivals) {
    std::vector<std::size_t> order(calls_.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [this](auto a, auto b) { return calls_[a].at < calls_[b].at; });
    const double kept = kKeptByACall / std::max(1.0, static_cast<double>(days_.size()));
    prevented_.resize(calls_.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const double before = rivals * static_cast<double>(i) / static_cast<double>(order.size());
        prevented_[order[i]] = std::max(kLeastPrevented, 1 - std::exp(-kept * before));
    }
}

void Readiness::look() {
    std::vector<std::vector<Relief>> reliefs;
    for (const auto& day : days_) reliefs.push_back(day.reliefs());
    takers_.clear();
    for (const auto& call : calls_) takers_.push_back(takers_of(call, reliefs));
}

Readiness::Takers Readiness::takers_of(const Call& call, const std::vector<std::vector<Relief>>& reliefs) const {
    Takers takers;
    for (const auto& day : days_) {
        takers.able.push_back(day.could_take(call) ? 1 : 0);
        takers.count += takers.able.back();
    }
    if (takers.count >= kEnough) return takers;
    for (std::size_t day = 0; day < days_.size(); ++day) {
        for (const auto& relief : reliefs[day]) {
            if (call.at > relief.until || !relief.rest.could_take(call)) continue;
            takers.displaced.push_back({day, relief.request, somebody_else_takes({*relief.request, call.at}, day)});
        }
    }
    return takers;
}

bool Readiness::somebody_else_takes(const Call& call, std::size_t day) const {
    for (std::size_t other = 0; other < days_.size(); ++other) {
        if (other != day && days_[other].could_take(call)) return true;
    }
    return false;
}

double Readiness::time() const {
    double sum = 0;
    for (const auto& day : days_) sum += day.duration();
    return sum;
}

double Readiness::loss() const {
    if (calls_.empty()) return 0;
    double lost = 0;
    for (std::size_t i = 0; i < calls_.size(); ++i) {
        const Takers& takers = takers_[i];
        const bool by_displacing = std::any_of(takers.displaced.begin(), takers.displaced.end(),
                                               [](auto& displaced) { return displaced.taken; });
        lost += chance_of_loss(prevented_[i], takers.count, by_displacing);
    }
    return lost / static_cast<double>(calls_.size());
}

double Readiness::loss_if(std::size_t day, const PlannedDay& other) const {
    if (calls_.empty()) return 0;
    double lost = 0;
    for (std::size_t i = 0; i < calls_.size(); ++i) {
        const Takers& takers = takers_[i];
        const int able = takers.count - takers.able[day] + (other.could_take(calls_[i]) ? 1 : 0);
        const bool by_displacing =
            std::any_of(takers.displaced.begin(), takers.displaced.end(), [&](const Displaced& displaced) {
                if (displaced.day == day) return false;
                return displaced.taken || other.could_take({*displaced.request, calls_[i].at});
            });
        lost += chance_of_loss(prevented_[i], able, by_displacing);
    }
    return lost / static_cast<double>(calls_.size());
}

void Readiness::replace(std::size_t day, const PlannedDay& other) {
    days_[day] = other;
    look();
}

}  // namespace callout::planning::trsp
