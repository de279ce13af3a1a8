#include "dispatch/planning/trsp/verify.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace callout::planning::trsp {
namespace {

class Check {
public:
    Check(const Instance& instance, const Solution& solution) : instance_(instance), solution_(solution) {
        for (const auto& technician : instance.technicians) technicians_[technician.id] = &technician;
        for (const auto& request : instance.requests) requests_[request.id] = &request;
    }

    Verdict run() {
        std::set<int> used;
        for (const auto& tour : solution_.tours) {
            technician_ = tour.technician;
            if (!technicians_.contains(tour.technician)) {
                report(Violation::unknown_technician, 0, "there is no such technician");
                continue;
            }
            if (!used.insert(tour.technician).second) {
                report(Violation::technician_used_twice, 0, "a technician makes at most one tour");
            }
            check_tour(*technicians_.at(tour.technician), tour.stops);
        }
        technician_ = 0;
        for (const auto& request : instance_.requests) {
            if (!served_.contains(request.id)) report(Violation::not_served, request.id, "nobody serves this request");
        }
        return std::move(verdict_);
    }

private:
    const Instance& instance_;
    const Solution& solution_;
    std::map<int, const Technician*> technicians_;
    std::map<int, const Request*> requests_;
    std::set<int> served_;
    Verdict verdict_;
    int technician_ = 0;

    // A stop reduced to what the clock needs.
    struct TimedStop {
        Point place;
        Window window;
        double service = 0;
        int request = 0;
    };

    void report(Violation violation, int request, std::string message) {
        verdict_.findings.push_back({violation, technician_, request, std::move(message)});
    }

    void check_tour(const Technician& technician, const std::vector<int>& stops) {
        if (stops.empty()) return;
        check_resources(technician, stops);

        std::vector<TimedStop> timed;
        for (const int stop : stops) {
            if (stop == kDepot) {
                timed.push_back({instance_.depot.place, instance_.depot.window, instance_.depot.service, 0});
            } else if (const auto found = requests_.find(stop); found != requests_.end()) {
                const Request& request = *found->second;
                timed.push_back({request.place, request.window, request.service, request.id});
            }
        }
        check_times(technician, timed);
    }

    void check_resources(const Technician& technician, const std::vector<int>& stops) {
        bool depot_visited = false;
        std::vector<int> stock = technician.stock;
        for (const int stop : stops) {
            if (stop == kDepot) {
                if (depot_visited) report(Violation::second_depot_visit, 0, "at most one depot visit in a tour");
                depot_visited = true;
                continue;
            }
            const auto found = requests_.find(stop);
            if (found == requests_.end()) {
                report(Violation::unknown_request, stop, "there is no such request");
                continue;
            }
            if (!served_.insert(stop).second) report(Violation::served_twice, stop, "served more than once");
            check_request(technician, *found->second, depot_visited, stock);
        }
    }

    void check_request(const Technician& technician, const Request& request, bool depot_visited,
                       std::vector<int>& stock) {
        if ((request.skills & ~technician.skills) != 0) {
            report(Violation::skill_missing, request.id, "the technician lacks a skill");
        }
        if (depot_visited) return;
        if ((request.tools & ~technician.tools) != 0) {
            report(Violation::tool_missing, request.id, "the technician lacks a tool and has not been to the depot");
        }
        for (std::size_t part = 0; part < stock.size(); ++part) {
            stock[part] -= request.parts[part];
            if (stock[part] < 0 && request.parts[part] > 0) {
                report(Violation::part_missing, request.id, "the van has run out of a part before the depot");
            }
        }
    }

    // Leaves home at the best moment: as late as keeps the tour's end as early as it can be.
    void check_times(const Technician& technician, const std::vector<TimedStop>& stops) {
        const double earliest_end = run_clock(technician, stops, technician.shift.start, true);
        const double departure = latest_departure(technician, stops, earliest_end);
        const double end = run_clock(technician, stops, departure, false);
        verdict_.value += end - departure;
    }

    // When the technician is home again, having left at `departure`.
    double run_clock(const Technician& technician, const std::vector<TimedStop>& stops, double departure,
                     bool reports) {
        double now = departure;
        Point here = technician.home;
        for (const auto& stop : stops) {
            now += distance(here, stop.place);
            if (reports && now > stop.window.end + kTimeTolerance) {
                report(Violation::too_late, stop.request, "arrives after the end of the window");
            }
            now = std::max(now, stop.window.start) + stop.service;
            here = stop.place;
        }
        now += distance(here, technician.home);
        if (reports && now > technician.shift.end + kTimeTolerance) {
            report(Violation::home_too_late, 0, "is home after the end of the shift");
        }
        return now;
    }

    // Walks backwards from home: the latest time to leave each stop so that the tour still ends at `end` and no window
    // is missed.
    static double latest_departure(const Technician& technician, const std::vector<TimedStop>& stops, double end) {
        double latest = end;
        Point next = technician.home;
        for (auto stop = stops.rbegin(); stop != stops.rend(); ++stop) {
            const double start = latest - distance(stop->place, next) - stop->service;
            latest = std::min(start, stop->window.end);
            next = stop->place;
        }
        return std::max(latest - distance(technician.home, next), technician.shift.start);
    }
};

}  // namespace

std::string sentence(const Finding& finding) {
    std::string subject;
    if (finding.technician != 0) subject = "technician " + std::to_string(finding.technician);
    if (finding.request != 0) {
        subject += (subject.empty() ? "request " : ", request ") + std::to_string(finding.request);
    }
    return subject.empty() ? finding.message : subject + ": " + finding.message;
}

Verdict verify(const Instance& instance, const Solution& solution) {
    return Check(instance, solution).run();
}

}  // namespace callout::planning::trsp
