#include "dispatch/planning/trsp/readiness.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace callout::planning::trsp {
namespace {

// The chance that one who could take a call is kept from it by other calls.
constexpr double kPrevented = 0.15;
// With so many takers nobody needs to give anything away.
constexpr int kEnough = 2;

double chance_of_loss(int able, bool by_displacing) {
    return std::pow(kPrevented, able + (by_displacing ? 1 : 0));
}

}  // namespace

Readiness::Readiness(std::vector<PlannedDay> days, std::span<const Call> calls)
    : days_(std::move(days)), calls_(calls) {
    look();
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
    for (const auto& takers : takers_) {
        const bool by_displacing = std::any_of(takers.displaced.begin(), takers.displaced.end(),
                                               [](auto& displaced) { return displaced.taken; });
        lost += chance_of_loss(takers.count, by_displacing);
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
        lost += chance_of_loss(able, by_displacing);
    }
    return lost / static_cast<double>(calls_.size());
}

void Readiness::replace(std::size_t day, const PlannedDay& other) {
    days_[day] = other;
    look();
}

}  // namespace callout::planning::trsp
