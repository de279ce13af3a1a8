#include "dispatch/planning/trsp/live.hpp"

#include <algorithm>
#include <map>

#include "dispatch/planning/trsp/routes.hpp"
#include "dispatch/planning/trsp/search.hpp"
#include "dispatch/planning/trsp/segment.hpp"

namespace callout::planning::trsp {
namespace {

class Day {
public:
    Day(const Instance& instance, const LiveOptions& options) : instance_(instance), options_(options) {
        for (const auto& technician : instance.technicians) {
            crews_.push_back(
                {technician.id, kHome, technician.shift.start, technician.shift.end, false, false, technician.stock});
        }
        plan_.resize(crews_.size());
        tours_.resize(crews_.size());
        gone_home_.assign(crews_.size(), false);
    }

    LiveDay run(std::vector<Release> releases) {
        std::stable_sort(releases.begin(), releases.end(), [](auto& a, auto& b) { return a.at < b.at; });
        auto next = releases.begin();
        std::vector<int> known;
        for (; next != releases.end() && next->at < 0; ++next) known.push_back(next->id);
        plan_first(known);
        for (; next != releases.end(); ++next) {
            advance(next->at);
            decide(next->id);
        }
        advance(kInfinite);
        return finished();
    }

private:
    const Instance& instance_;
    const LiveOptions& options_;
    double now_ = 0;
    std::uint64_t searches_ = 0;
    std::vector<Crew> crews_;             // as their last commitment leaves them
    std::vector<std::vector<int>> plan_;  // what each is to do after that: ids, kDepot
    std::vector<LiveTour> tours_;         // what each is committed to
    std::vector<bool> gone_home_;
    std::vector<Refusal> refused_;

    const Technician& technician(std::size_t crew) const {
        return instance_.technicians[static_cast<std::size_t>(crews_[crew].technician - 1)];
    }

    const Request& request(int id) const {
        return instance_.requests[static_cast<std::size_t>(id - 1) - instance_.technicians.size()];
    }

    Point place(std::size_t crew, int stop) const {
        if (stop == kHome) return technician(crew).home;
        return stop == kDepot ? instance_.depot.place : request(stop).place;
    }

    Segment single(int stop) const {
        if (stop == kDepot) return {instance_.depot.service, instance_.depot.window.start, instance_.depot.window.end};
        const Request& served = request(stop);
        return {served.service, served.window.start, served.window.end};
    }

    // Today's crews for the search, as of now: those who went home do not take part.
    Task task_with(const std::vector<int>& added, std::vector<std::size_t>& members) const {
        Task task;
        task.instance = &instance_;
        for (std::size_t crew = 0; crew < crews_.size(); ++crew) {
            if (gone_home_[crew]) continue;
            members.push_back(crew);
            Crew member = crews_[crew];
            member.earliest = std::max(member.earliest, now_);
            if (member.on_tour) member.latest = member.earliest;
            task.crews.push_back(std::move(member));
            auto& planned = task.planned.emplace_back();
            std::copy_if(plan_[crew].begin(), plan_[crew].end(), std::back_inserter(planned),
                         [](int stop) { return stop != kDepot; });
            task.requests.insert(task.requests.end(), planned.begin(), planned.end());
        }
        task.requests.insert(task.requests.end(), added.begin(), added.end());
        return task;
    }

    // Ids that cannot be served; the plan is replaced only if there is none.
    std::vector<int> replan(const std::vector<int>& added, std::int64_t iterations, double temperature, bool partly) {
        std::vector<std::size_t> members;
        const Task task = task_with(added, members);
        SearchOptions options;
        options.seed = options_.seed * 1'000'003 + searches_++;
        options.first_temperature = temperature;
        options.progress = [iterations](std::int64_t done) {
            return static_cast<double>(done) / static_cast<double>(iterations);
        };
        auto result = search(task, options);
        if (!partly && !result.solution.unserved.empty()) return result.solution.unserved;
        for (const auto crew : members) plan_[crew].clear();
        for (auto& tour : result.solution.tours) {
            plan_[static_cast<std::size_t>(tour.technician - 1)] = std::move(tour.stops);
        }
        return result.solution.unserved;
    }

    void plan_first(const std::vector<int>& known) {
        for (const int id : replan(known, options_.first_iterations, 1.0, true)) refused_.push_back({id, now_});
    }

    void decide(int id) {
        if (replan({id}, options_.iterations, options_.temperature, false).empty()) return;
        // A refusal is worth a longer look.
        if (replan({id}, 10 * options_.iterations, 1.0, false).empty()) return;
        refused_.push_back({id, now_});
    }

    // When the crew leaves for its next stop: as late as costs no time. Waiting at the place where he is keeps every
    // later decision open.
    double departure(std::size_t crew) const {
        const Crew& member = crews_[crew];
        if (plan_[crew].empty()) return member.on_tour ? member.earliest : kInfinite;
        const Technician& worker = technician(crew);
        Segment rest{0, worker.shift.start, worker.shift.end};
        Point next = worker.home;
        for (auto stop = plan_[crew].rbegin(); stop != plan_[crew].rend(); ++stop) {
            Segment run = single(*stop);
            append(run, distance(place(crew, *stop), next), rest, kInfinite);
            rest = run;
            next = place(crew, *stop);
        }
        const double way = distance(place(crew, member.at), next);
        if (member.on_tour) return std::max({member.earliest, now_, rest.earliest - way});
        const double first = std::max({member.earliest, now_, rest.earliest - way});
        return std::max(first, first + options_.patience * (rest.latest - way - first));
    }

    // Lets technicians leave, in the order of time, up to but not including `until`: at that moment something becomes
    // known, and who would leave just then waits to hear it.
    void advance(double until) {
        while (true) {
            std::size_t first = crews_.size();
            double at = until;
            for (std::size_t crew = 0; crew < crews_.size(); ++crew) {
                if (gone_home_[crew]) continue;
                const double leaves = departure(crew);
                if (leaves >= at) continue;
                at = leaves;
                first = crew;
            }
            if (first == crews_.size()) break;
            now_ = std::max(now_, at);
            leave(first, at);
        }
        if (until != kInfinite) now_ = std::max(now_, until);
    }

    void leave(std::size_t crew, double at) {
        Crew& member = crews_[crew];
        LiveTour& tour = tours_[crew];
        if (plan_[crew].empty()) {
            tour.leave = at;
            tour.home = at + distance(place(crew, member.at), technician(crew).home);
            gone_home_[crew] = true;
            return;
        }
        const int stop = plan_[crew].front();
        plan_[crew].erase(plan_[crew].begin());
        const Segment window = single(stop);
        const double arrive = at + distance(place(crew, member.at), place(crew, stop));
        const double start = std::max(arrive, window.earliest);
        tour.stops.push_back({stop, at, at, arrive, start, start + window.duration});
        use(member, stop);
        member.at = stop;
        member.on_tour = true;
        member.earliest = member.latest = start + window.duration;
    }

    void use(Crew& member, int stop) const {
        if (stop == kDepot) {
            member.depot_visited = true;
        } else if (!member.depot_visited) {
            const auto& parts = request(stop).parts;
            for (std::size_t part = 0; part < parts.size(); ++part) member.stock[part] -= parts[part];
        }
    }

    LiveDay finished() {
        LiveDay day;
        for (std::size_t crew = 0; crew < tours_.size(); ++crew) {
            if (tours_[crew].stops.empty()) continue;
            tours_[crew].technician = crews_[crew].technician;
            day.tours.push_back(std::move(tours_[crew]));
        }
        day.refused = std::move(refused_);
        return day;
    }
};

}  // namespace

LiveDay replay(const Instance& instance, const std::vector<Release>& releases, const LiveOptions& options) {
    return Day(instance, options).run(releases);
}

}  // namespace callout::planning::trsp
