#include "dispatch/planning/trsp/verify_live.hpp"

#include <cmath>
#include <map>
#include <set>

#include "dispatch/planning/trsp/verify.hpp"

namespace callout::planning::trsp {
namespace {

class LiveCheck {
public:
    LiveCheck(const Instance& instance, const std::vector<Release>& releases) : instance_(instance) {
        for (const auto& release : releases) released_[release.id] = std::max(0.0, release.at);
        for (const auto& request : instance.requests) requests_[request.id] = &request;
    }

    LiveVerdict run(const LiveDay& day) {
        for (const auto& tour : day.tours) check_clock(tour);
        check_refusals(day);
        check_rules(day);
        return std::move(verdict_);
    }

private:
    const Instance& instance_;
    std::map<int, double> released_;
    std::map<int, const Request*> requests_;
    LiveVerdict verdict_;

    void require(bool holds, int id, const char* what) {
        if (!holds) verdict_.findings.push_back("request " + std::to_string(id) + ": " + what);
    }

    static bool equal(double a, double b) { return std::abs(a - b) <= kTimeTolerance; }

    const Technician* technician(int id) const {
        for (const auto& candidate : instance_.technicians) {
            if (candidate.id == id) return &candidate;
        }
        return nullptr;
    }

    void check_clock(const LiveTour& tour) {
        const Technician* worker = technician(tour.technician);
        if (worker == nullptr || tour.stops.empty()) {
            verdict_.findings.push_back("a tour without technician or stops");
            return;
        }
        Point here = worker->home;
        double free_at = worker->shift.start;
        for (const auto& stop : tour.stops) {
            const bool depot = stop.id == kDepot;
            if (!depot && !requests_.contains(stop.id)) return require(false, stop.id, "there is no such request");
            const Request* request = depot ? nullptr : requests_.at(stop.id);
            const Point place = depot ? instance_.depot.place : request->place;
            const Window window = depot ? instance_.depot.window : request->window;
            const double service = depot ? instance_.depot.service : request->service;
            const auto released = released_.find(stop.id);
            require(depot || released == released_.end() || stop.decided >= released->second - kTimeTolerance, stop.id,
                    "decided before it was known");
            require(stop.decided <= stop.leave + kTimeTolerance, stop.id, "left before it was decided");
            require(stop.leave >= free_at - kTimeTolerance, stop.id, "left before he was free");
            require(equal(stop.arrive, stop.leave + distance(here, place)), stop.id, "the way takes another time");
            require(stop.start >= std::max(stop.arrive, window.start) - kTimeTolerance, stop.id, "starts too early");
            require(stop.start <= window.end + kTimeTolerance, stop.id, "starts too late");
            require(equal(stop.end, stop.start + service), stop.id, "the service takes another time");
            here = place;
            free_at = stop.end;
        }
        const int last = tour.stops.back().id;
        require(tour.leave >= free_at - kTimeTolerance, last, "went home before the service was over");
        require(equal(tour.home, tour.leave + distance(here, worker->home)), last, "the way home takes another time");
        require(tour.home <= worker->shift.end + kTimeTolerance, last, "home too late");
        verdict_.value += tour.home - tour.stops.front().leave;
    }

    // A refusal is spoken at the moment of the release, not after trying for a while.
    void check_refusals(const LiveDay& day) {
        for (const auto& refusal : day.refused) {
            ++verdict_.refused;
            const auto released = released_.find(refusal.id);
            require(equal(refusal.at, released == released_.end() ? 0 : released->second), refusal.id,
                    "refused at another time than it became known");
        }
    }

    // Skills, tools, parts, one depot visit, nobody served twice: as in the static problem without the refused.
    void check_rules(const LiveDay& day) {
        std::set<int> refused;
        for (const auto& refusal : day.refused) refused.insert(refusal.id);
        Instance accepted = instance_;
        std::erase_if(accepted.requests, [&](const Request& request) { return refused.contains(request.id); });
        Solution solution;
        for (const auto& tour : day.tours) {
            Tour& plain = solution.tours.emplace_back();
            plain.technician = tour.technician;
            for (const auto& stop : tour.stops) plain.stops.push_back(stop.id);
        }
        for (const auto& finding : verify(accepted, solution).findings) {
            verdict_.findings.push_back(sentence(finding));
        }
    }
};

}  // namespace

LiveVerdict verify_live(const Instance& instance, const std::vector<Release>& releases, const LiveDay& day) {
    return LiveCheck(instance, releases).run(day);
}

}  // namespace callout::planning::trsp
