#include "dispatch/planning/trsp/live.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "dispatch/planning/trsp/forecast.hpp"
#include "dispatch/planning/trsp/planned_day.hpp"
#include "dispatch/planning/trsp/readiness.hpp"
#include "dispatch/planning/trsp/routes.hpp"
#include "dispatch/planning/trsp/search.hpp"
#include "dispatch/planning/trsp/segment.hpp"

namespace callout::planning::trsp {
namespace {

constexpr double kFirstGuess = 40;    // calls in a day, before any has come
constexpr double kGuessWeight = 0.1;  // of a day's calls

// A plan for all technicians and what it is worth.
struct Candidate {
    std::vector<std::vector<int>> stops;  // of each crew: ids, of imagined requests as well, and kDepot
    std::vector<int> unserved;            // of the real ones
    double score = kInfinite;             // time it takes and the loss of calls it risks
};

class Day {
public:
    Day(const Instance& instance, const LiveOptions& options)
        : instance_(instance),
          options_(options),
          forecast_(instance, options.seed),
          real_requests_(instance.requests.size()) {
        for (const auto& technician : instance.technicians) {
            crews_.push_back(
                {technician.id, kHome, technician.shift.start, technician.shift.end, false, false, technician.stock});
        }
        plan_.resize(crews_.size());
        tours_.resize(crews_.size());
        gone_home_.assign(crews_.size(), false);
        stays_until_.assign(crews_.size(), 0);
        double sum = 0;
        for (const auto& a : instance.technicians) {
            for (const auto& b : instance.technicians) sum += distance(a.home, b.home);
        }
        journey_ = sum / static_cast<double>(crews_.size() * crews_.size());
    }

    LiveDay run(std::vector<Release> releases) {
        std::stable_sort(releases.begin(), releases.end(), [](auto& a, auto& b) { return a.at < b.at; });
        auto next = releases.begin();
        std::vector<int> known;
        for (; next != releases.end() && next->at < 0; ++next) known.push_back(next->id);
        plan_first(known);
        for (; next != releases.end(); ++next) {
            // Reserves are thought of when all who call at this moment have been heard.
            if (next->at > now_) post_reserves();
            advance(next->at);
            decide(next->id);
        }
        post_reserves();
        advance(kInfinite);
        return finished();
    }

private:
    Instance instance_;  // imagined requests follow the real ones
    const LiveOptions& options_;
    Forecast forecast_;
    std::size_t real_requests_;
    double journey_ = 0;  // mean distance between two homes: the unit of the options
    double now_ = 0;
    int calls_ = 0;  // that came during the day: windows open from its beginning are known by then
    std::uint64_t searches_ = 0;
    std::vector<Crew> crews_;             // as their last commitment leaves them
    std::vector<std::vector<int>> plan_;  // what each is to do after that: ids, kDepot
    std::vector<LiveTour> tours_;         // what each is committed to
    std::vector<bool> gone_home_;
    std::vector<double> stays_until_;  // does not go home before, though nothing is planned for him
    std::vector<Refusal> refused_;

    const Technician& technician(std::size_t crew) const {
        return instance_.technicians[static_cast<std::size_t>(crews_[crew].technician - 1)];
    }

    std::size_t row(int id) const { return static_cast<std::size_t>(id - 1) - instance_.technicians.size(); }

    const Request& request(int id) const { return instance_.requests[row(id)]; }

    bool imagined(int id) const { return id != kDepot && row(id) >= real_requests_; }

    Point place(std::size_t crew, int stop) const {
        if (stop == kHome) return technician(crew).home;
        return stop == kDepot ? instance_.depot.place : request(stop).place;
    }

    Segment single(int stop) const {
        if (stop == kDepot) return {instance_.depot.service, instance_.depot.window.start, instance_.depot.window.end};
        const Request& served = request(stop);
        return {served.service, served.window.start, served.window.end};
    }

    double left_of_day() const {
        const Window& day = instance_.depot.window;
        return std::clamp((day.end - now_) / std::max(1e-9, day.end - day.start), 0.0, 1.0);
    }

    // As the forecast has it, windows open at any time t of the day and calls come at any time before: by t the share
    // t (1 - ln t) of them has come.
    static double share_come(double passed) {
        if (passed <= 0) return 0;
        return passed >= 1 ? 1 : passed * (1 - std::log(passed));
    }

    // Within this share of the day from now on: from those that came so far, beginning with a guess that is soon
    // outweighed.
    double calls_to_come(double within) const {
        const double passed = 1 - left_of_day();
        const double come = share_come(passed);
        const double in_a_day = (kFirstGuess * kGuessWeight + calls_) / (kGuessWeight + come);
        return in_a_day * (share_come(passed + within) - come);
    }

    std::vector<int> imagined_in_plan() const {
        std::vector<int> ids;
        for (const auto& stops : plan_) {
            std::copy_if(stops.begin(), stops.end(), std::back_inserter(ids), [&](int id) { return imagined(id); });
        }
        return ids;
    }

    // As many imagined requests as wanted: those of the plan, and new ones in rows that `taken` has not used.
    std::vector<int> imagine(std::size_t wanted, std::vector<bool>& taken) {
        std::vector<int> ids = imagined_in_plan();
        if (ids.size() > wanted) ids.resize(wanted);
        for (std::size_t at = real_requests_; ids.size() < wanted && !forecast_.empty(); ++at) {
            if (at >= instance_.requests.size()) instance_.requests.emplace_back();
            if (at >= taken.size()) taken.resize(at + 1, false);
            if (taken[at]) continue;
            taken[at] = true;
            instance_.requests[at] = forecast_.next(now_, instance_.depot.window.end).request;
            instance_.requests[at].id = static_cast<int>(at + instance_.technicians.size()) + 1;
            ids.push_back(instance_.requests[at].id);
        }
        return ids;
    }

    // Neither gone home for today nor still at home when his shift is over.
    bool at_work(std::size_t crew) const {
        const Crew& member = crews_[crew];
        return !gone_home_[crew] && (member.on_tour || now_ <= member.latest);
    }

    // The crews for the search, as of now.
    Task task_with(const std::vector<int>& added, const std::vector<int>& imagined_ids) const {
        Task task;
        task.instance = &instance_;
        for (std::size_t crew = 0; crew < crews_.size(); ++crew) {
            if (!at_work(crew)) continue;
            Crew member = crews_[crew];
            member.earliest = std::max(member.earliest, now_);
            if (member.on_tour) member.latest = member.earliest;
            task.crews.push_back(std::move(member));
            auto& planned = task.planned.emplace_back();
            for (const int stop : plan_[crew]) {
                const bool kept = std::find(imagined_ids.begin(), imagined_ids.end(), stop) != imagined_ids.end();
                if (stop == kDepot || (imagined(stop) && !kept)) continue;
                planned.push_back(stop);
                if (!kept) task.requests.push_back(stop);
            }
        }
        task.requests.insert(task.requests.end(), added.begin(), added.end());
        task.requests.insert(task.requests.end(), imagined_ids.begin(), imagined_ids.end());
        for (const int id : imagined_ids) {
            task.optional.push_back(request(id).service + options_.worth_of_imagined * journey_);
        }
        return task;
    }

    Candidate candidate(const std::vector<int>& added, const std::vector<int>& imagined_ids, std::int64_t iterations,
                        double temperature) {
        SearchOptions options;
        options.seed = options_.seed * 1'000'003 + searches_++;
        options.first_temperature = temperature;
        options.progress = [iterations](std::int64_t done) {
            return static_cast<double>(done) / static_cast<double>(iterations);
        };
        auto result = search(task_with(added, imagined_ids), options);
        Candidate found;
        found.stops.resize(crews_.size());
        for (auto& tour : result.solution.tours) {
            found.stops[static_cast<std::size_t>(tour.technician - 1)] = std::move(tour.stops);
        }
        found.unserved = std::move(result.solution.unserved);
        std::erase_if(found.unserved, [&](int id) { return imagined(id); });
        return found;
    }

    // What he will do if nothing more becomes known: imagined requests only make him wait.
    PlannedDay planned_day(const Crew& crew, const std::vector<int>& stops, double stays_until) const {
        std::vector<int> real;
        std::copy_if(stops.begin(), stops.end(), std::back_inserter(real), [&](int id) { return !imagined(id); });
        if (std::count(real.begin(), real.end(), kDepot) == std::ssize(real) && (stops.empty() || stops[0] != kDepot)) {
            real.clear();
        }
        const auto number = static_cast<std::size_t>(crew.technician - 1);
        const int last = real.empty() ? crew.at : real.back();
        for (const int id : stops) {
            if (!imagined(id)) continue;
            const double way = distance(place(number, last), request(id).place);
            stays_until = std::max(stays_until, request(id).window.start - way);
        }
        return {instance_, crew, real, now_, stays_until};
    }

    // The best of several plans that leave room for different numbers of imagined requests.
    Candidate best_plan(const std::vector<int>& added, std::int64_t iterations, double temperature) {
        const auto calls = imagined_calls();
        std::vector<bool> taken(instance_.requests.size(), false);
        for (const int id : imagined_in_plan()) taken[row(id)] = true;
        Candidate best;
        bool first = true;
        for (const int expected : options_.expected) {
            const auto wanted = static_cast<std::size_t>(expected * left_of_day());
            Candidate next = candidate(added, imagine(wanted, taken), iterations, temperature);
            next.score = score(readiness_of(next.stops, calls));
            const bool more = next.unserved.size() < best.unserved.size();
            const bool as_many = next.unserved.size() == best.unserved.size();
            if (first || more || (as_many && next.score < best.score)) best = std::move(next);
            first = false;
        }
        return best;
    }

    Readiness readiness_of(const std::vector<std::vector<int>>& plan, std::span<const Call> calls) const {
        return {planned_days(plan), calls, rivals()};
    }

    // The calls of the time that is looked ahead, each by the share of that time in which it keeps somebody busy.
    double rivals() const {
        const double busy = journey_ + forecast_.mean_service();
        return calls_to_come(options_.outlook) * std::min(1.0, busy / (options_.outlook * length_of_day()));
    }

    std::vector<Call> imagined_calls() {
        const double until = now_ + options_.outlook * length_of_day();
        std::vector<Call> calls;
        for (int i = 0; i < options_.calls && !forecast_.empty(); ++i) calls.push_back(forecast_.next(now_, until));
        return calls;
    }

    double worth_of_all_calls() const { return options_.worth_of_call * journey_ * calls_to_come(options_.outlook); }

    // Time and the loss of calls it risks.
    double score(const Readiness& readiness) const {
        return readiness.time() + worth_of_all_calls() * readiness.loss();
    }

    // How the score would change.
    double change_if(const Readiness& readiness, std::size_t day, const PlannedDay& other) const {
        return other.duration() - readiness.days()[day].duration() +
               worth_of_all_calls() * (readiness.loss_if(day, other) - readiness.loss());
    }

    // The days of crews_at_work(), in their order.
    std::vector<PlannedDay> planned_days(const std::vector<std::vector<int>>& plan) const {
        std::vector<PlannedDay> days;
        for (const auto crew : crews_at_work())
            days.push_back(planned_day(crews_[crew], plan[crew], stays_until_[crew]));
        return days;
    }

    std::vector<std::size_t> crews_at_work() const {
        std::vector<std::size_t> crews;
        for (std::size_t crew = 0; crew < crews_.size(); ++crew) {
            if (at_work(crew)) crews.push_back(crew);
        }
        return crews;
    }

    // Sends technicians who have time to the depot first, as a reserve that has every tool and part, as long as that
    // saves more than it costs.
    void post_reserves() {
        const auto calls = imagined_calls();
        if (calls.empty()) return;
        const auto crews = crews_at_work();
        Readiness readiness = readiness_of(plan_, calls);
        while (true) {
            std::optional<PlannedDay> best;
            std::size_t at = 0;
            double gain = 0;
            for (std::size_t i = 0; i < crews.size(); ++i) {
                const auto reserve = as_reserve(crews[i]);
                if (!reserve) continue;
                const double change = change_if(readiness, i, *reserve);
                if (change >= gain) continue;
                gain = change;
                best = reserve;
                at = i;
            }
            if (!best) return;
            readiness.replace(at, *best);
            send_to_depot(crews[at]);
        }
    }

    double length_of_day() const { return instance_.depot.window.end - instance_.depot.window.start; }

    double stay() const { return options_.stay * length_of_day(); }

    // Where he stands after the depot, if he leaves for it now.
    Crew equipped(std::size_t crew) const {
        const Depot& depot = instance_.depot;
        Crew sent = crews_[crew];
        const double arrives = std::max(now_, sent.earliest) + distance(place(crew, sent.at), depot.place);
        sent.at = kDepot;
        sent.on_tour = sent.depot_visited = true;
        sent.earliest = sent.latest = std::max(arrives, depot.window.start) + depot.service;
        return sent;
    }

    // Until when a reserve who has nothing else to do stays at the depot.
    double stays_at_depot(const Crew& sent) const {
        const Technician& worker = technician(static_cast<std::size_t>(sent.technician - 1));
        return std::min(sent.earliest + stay(), worker.shift.end - distance(instance_.depot.place, worker.home));
    }

    std::vector<int> after_depot(std::size_t crew) const {
        std::vector<int> stops = plan_[crew];
        std::erase(stops, kDepot);
        return stops;
    }

    // His day if he leaves for the depot now; nothing if he is under way, has been there or would be late then.
    std::optional<PlannedDay> as_reserve(std::size_t crew) const {
        const Crew& member = crews_[crew];
        if (member.depot_visited || (member.on_tour && member.earliest > now_)) return std::nullopt;
        const Crew sent = equipped(crew);
        if (sent.earliest - instance_.depot.service > instance_.depot.window.end) return std::nullopt;
        const PlannedDay day = planned_day(sent, after_depot(crew), stays_at_depot(sent));
        if (!day.in_time()) return std::nullopt;
        return day;
    }

    void send_to_depot(std::size_t crew) {
        stays_until_[crew] = stays_at_depot(equipped(crew));
        plan_[crew] = after_depot(crew);
        go_to(crew, kDepot, std::max(now_, crews_[crew].earliest));
    }

    // Whether one who could go home is of more use where he is for a while; if so, he stays.
    bool worth_staying(std::size_t crew) {
        const Technician& worker = technician(crew);
        const double until = now_ + stay();
        if (until + distance(place(crew, crews_[crew].at), worker.home) > worker.shift.end) return false;
        if (!is_better(crew, planned_day(crews_[crew], {}, until))) return false;
        stays_until_[crew] = until;
        return true;
    }

    bool is_better(std::size_t crew, const PlannedDay& other) {
        const auto calls = imagined_calls();
        const auto crews = crews_at_work();
        const auto day = static_cast<std::size_t>(std::find(crews.begin(), crews.end(), crew) - crews.begin());
        return change_if(readiness_of(plan_, calls), day, other) < 0;
    }

    void plan_first(const std::vector<int>& known) {
        for (const int id : known) forecast_.learn(request(id));
        Candidate best = best_plan(known, options_.first_iterations, 1.0);
        for (const int id : best.unserved) refused_.push_back({id, now_});
        plan_ = std::move(best.stops);
    }

    void decide(int id) {
        if (request(id).window.start > instance_.depot.window.start) ++calls_;
        forecast_.learn(request(id));
        Candidate best = best_plan({id}, options_.iterations, options_.temperature);
        // A refusal is worth a longer look.
        if (!best.unserved.empty()) best = candidate({id}, {}, options_.last_iterations, 1.0);
        if (!best.unserved.empty()) {
            refused_.push_back({id, now_});
        } else {
            plan_ = std::move(best.stops);
        }
    }

    // All that is planned, from the first stop to home.
    struct Rest {
        Segment run;
        Point first;
    };

    Rest planned_rest(std::size_t crew) const {
        const Technician& worker = technician(crew);
        Rest rest{{0, worker.shift.start, worker.shift.end}, worker.home};
        for (auto stop = plan_[crew].rbegin(); stop != plan_[crew].rend(); ++stop) {
            Segment run = single(*stop);
            append(run, distance(place(crew, *stop), rest.first), rest.run, kInfinite);
            rest = {run, place(crew, *stop)};
        }
        return rest;
    }

    // When the crew leaves for its next stop. Whoever is at home leaves as late as his plan allows: until then every
    // decision is open. On the road everybody leaves as soon as the next window allows, so that work done early makes
    // room, but for an imagined request no sooner than costs no time.
    double departure(std::size_t crew) const {
        const Crew& member = crews_[crew];
        if (plan_[crew].empty())
            return member.on_tour ? std::max({member.earliest, stays_until_[crew], now_}) : kInfinite;
        const Rest rest = planned_rest(crew);
        double aim = rest.run.latest - kRounding;
        if (member.on_tour) {
            aim = rest.run.earliest;
            if (!imagined(plan_[crew].front())) aim = std::min(aim, single(plan_[crew].front()).earliest);
        }
        return std::max({member.earliest, now_, aim - distance(place(crew, member.at), rest.first)});
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
        auto& plan = plan_[crew];
        if (plan.empty()) {
            if (worth_staying(crew)) return;
            go_home(crew, at);
        } else if (imagined(plan.front())) {
            // It has not come by the time he would have to leave for it. A depot visit for its sake alone falls with
            // it.
            plan.erase(plan.begin());
            if (std::count(plan.begin(), plan.end(), kDepot) == std::ssize(plan)) plan.clear();
        } else {
            go_to(crew, plan.front(), at);
            plan.erase(plan.begin());
        }
    }

    void go_home(std::size_t crew, double at) {
        tours_[crew].leave = at;
        tours_[crew].home = at + distance(place(crew, crews_[crew].at), technician(crew).home);
        gone_home_[crew] = true;
    }

    void go_to(std::size_t crew, int stop, double at) {
        Crew& member = crews_[crew];
        const Segment window = single(stop);
        const double arrive = at + distance(place(crew, member.at), place(crew, stop));
        const double start = std::max(arrive, window.earliest);
        tours_[crew].stops.push_back({stop, at, at, arrive, start, start + window.duration});
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
