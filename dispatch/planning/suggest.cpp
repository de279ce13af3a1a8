#include "dispatch/planning/suggest.hpp"

#include <algorithm>
#include <map>
#include <tl/expected.hpp>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "dispatch/planning/calendar.hpp"
#include "dispatch/planning/day/working_time.hpp"

namespace callout::planning {
namespace {

// The planner's clock that stands still during breaks, in the units of this file: on it ways and work are plain sums.
class WorkAxis {
public:
    explicit WorkAxis(const std::vector<Interval>& working) : time_{working} {}

    Milliseconds total() const { return Milliseconds{time_.total()}; }

    // Working time before an instant.
    Milliseconds at(Instant instant) const { return Milliseconds{time_.at(instant)}; }

    // The first instant by which so much has been worked.
    Instant clock(Milliseconds worked) const { return time_.instant(worked.count()); }

private:
    day::WorkingTime time_;
};

// A stop of the running day with its times on the work axis.
struct Stop {
    Point point;
    double leg_m = 0;  // road from the stop before
    Milliseconds earliest{0};
    Milliseconds start{0};
    Milliseconds end{0};
    Milliseconds slack{0};  // how much later it may start without breaking a promise from here on
    std::optional<Milliseconds> deadline;
    std::int64_t ticket_id = 0;
    bool movable = true;
};

// Where a visit fits into one day, and what it costs there.
struct Placement {
    std::size_t candidate = 0;
    std::int32_t day = 0;
    std::int32_t after = 0;  // 0: where he is; k: after the k-th stop
    std::optional<std::int64_t> after_ticket_id;
    double way_m = 0;
    double detour_m = 0;
    Milliseconds departs{0};
    Milliseconds arrives{0};
    Milliseconds waits{0};
    Milliseconds slack{0};
    Instant departs_at{};
    Instant arrives_at{};
    std::int32_t visits_that_day = 0;
    double cost_min = 0;
};

// What does not depend on the place in the day.
struct Standing {
    double fairness_min = 0;
    double asset_min = 0;
    double dealer_min = 0;

    double sum() const { return fairness_min + asset_min + dealer_min; }
};

Hindrance hindered(Obstacle obstacle, std::string what = {}) {
    return {obstacle, std::move(what)};
}

// Somebody who fails a later filter came further.
void keep_furthest(std::optional<Hindrance>& furthest, const Hindrance& other) {
    if (!furthest || static_cast<int>(other.obstacle) > static_cast<int>(furthest->obstacle)) furthest = other;
}

std::optional<Instant> deadline_of(const Visit& visit, std::chrono::minutes tolerance) {
    if (visit.promised_arrival_at) return *visit.promised_arrival_at + tolerance;
    if (visit.due_at) return visit.due_at;
    if (visit.window.until > visit.window.from) return visit.window.until;
    return std::nullopt;
}

// One day of one technician, driven through once without the new visit.
class RunningDay {
public:
    RunningDay(const Day& day, const Point& home, Instant now, std::int64_t without_ticket_id,
               const SuggestSettings& settings)
        : settings_{settings}, axis_{day.working}, now_{axis_.at(now)}, home_{home} {
        stops_.reserve(day.visits.size() + 1);
        stops_.push_back({.point = day.start.value_or(home), .start = now_, .end = now_, .movable = false});
        for (const auto* visit : running_order(day.visits)) {
            const bool repeated =
                std::ranges::find(stops_.begin() + 1, stops_.end(), visit->ticket_id, &Stop::ticket_id) != stops_.end();
            if (visit->ticket_id != without_ticket_id && !repeated) drive_to(*visit);
        }
        leg_home_m_ = road_m(stops_.back().point, home_);
        give_slack();
    }

    std::int32_t visits() const { return static_cast<std::int32_t>(stops_.size()) - 1; }

    const WorkAxis& axis() const { return axis_; }

    // The cheapest place, or why there is none.
    tl::expected<Placement, Hindrance> cheapest(const Visit& visit) const;

private:
    double road_m(const Point& from, const Point& to) const { return settings_.travel.road_m(from, to); }

    void drive_to(const Visit& visit);
    void give_slack();

    const SuggestSettings& settings_;
    WorkAxis axis_;
    Milliseconds now_;
    Point home_;
    std::vector<Stop> stops_;  // the first is where he is
    double leg_home_m_ = 0;
};

void RunningDay::drive_to(const Visit& visit) {
    const Stop& before = stops_.back();
    Stop stop{.point = visit.site && dispatch::is_valid(*visit.site) ? *visit.site : before.point,
              .ticket_id = visit.ticket_id,
              .movable = visit.state != VisitState::departed};
    stop.leg_m = road_m(before.point, stop.point);
    stop.earliest = axis_.at(visit.window.from);
    const auto way = settings_.travel.time_for(stop.leg_m);
    if (visit.arrived_at)
        stop.start = axis_.at(*visit.arrived_at);
    else if (visit.departed_at)
        stop.start = std::max(now_, axis_.at(*visit.departed_at) + way);
    else
        stop.start = std::max(before.end + way, stop.earliest);
    stop.end = std::max(stop.start + Milliseconds{visit.duration}, now_);
    const auto deadline = deadline_of(visit, settings_.promise_tolerance);
    if (deadline) stop.deadline = axis_.at(*deadline);
    stops_.push_back(stop);
}

// Backwards: a stop may move as far as its own deadline allows, and as far as what comes after it and the waiting
// before that allow. What is late already may not become later.
void RunningDay::give_slack() {
    auto slack = std::max(axis_.total() - stops_.back().end, Milliseconds{0});
    for (std::size_t i = stops_.size() - 1; i > 0; --i) {
        auto& stop = stops_[i];
        if (stop.deadline) slack = std::min(slack, std::max(*stop.deadline - stop.start, Milliseconds{0}));
        stop.slack = slack;
        slack += std::max(stop.start - (stops_[i - 1].end + settings_.travel.time_for(stop.leg_m)), Milliseconds{0});
    }
}

tl::expected<Placement, Hindrance> RunningDay::cheapest(const Visit& visit) const {
    const auto earliest = axis_.at(visit.window.from);
    const auto latest = axis_.at(visit.window.until);
    std::optional<Placement> best;
    auto furthest = Obstacle::window_missed;
    double way_m = road_m(stops_.front().point, *visit.site);
    for (std::size_t i = 0; i < stops_.size(); ++i) {
        const bool last = i + 1 == stops_.size();
        const double onward_m = road_m(*visit.site, last ? home_ : stops_[i + 1].point);
        const double to_site_m = std::exchange(way_m, onward_m);
        if (!last && !stops_[i + 1].movable) continue;
        const auto arrives = stops_[i].end + settings_.travel.time_for(to_site_m);
        const auto starts = std::max(arrives, earliest);
        if (starts > latest) continue;
        const auto ends = starts + Milliseconds{visit.duration};
        auto slack = axis_.total() - ends;
        if (!last) {
            const auto& next = stops_[i + 1];
            const auto next_starts = std::max(ends + settings_.travel.time_for(onward_m), next.earliest);
            slack = std::min(slack, next.slack - std::max(next_starts - next.start, Milliseconds{0}));
        }
        if (ends > axis_.total()) continue;
        if (slack < Milliseconds{0}) {
            furthest = Obstacle::promise_broken;
            continue;
        }
        const double detour_m = to_site_m + onward_m - (last ? leg_home_m_ : stops_[i + 1].leg_m);
        if (best && detour_m >= best->detour_m) continue;
        best = Placement{.after = static_cast<std::int32_t>(i),
                         .after_ticket_id = i == 0 ? std::nullopt : std::optional{stops_[i].ticket_id},
                         .way_m = to_site_m,
                         .detour_m = detour_m,
                         .departs = stops_[i].end + (starts - arrives),
                         .arrives = arrives,
                         .waits = starts - arrives,
                         .slack = slack};
    }
    if (!best) return tl::unexpected{hindered(furthest)};
    return *best;
}

double clamped(double value, double limit) {
    return std::clamp(value, -limit, limit);
}

// One question to all candidates.
class Search {
public:
    Search(const Job& job, std::span<const Dealer> dealers, std::span<const Candidate> candidates, Instant now,
           const SuggestSettings& settings)
        : job_{job}, candidates_{candidates}, now_{now}, settings_{settings} {
        for (const auto& dealer : dealers) dealers_.try_emplace(dealer.unit_id, dealer, hindrance_of(dealer, job));
        // Fair among those who come into question; who is not asked neither works for this nor rests.
        double working_min = 0;
        int technicians = 0;
        for (const auto& candidate : candidates) {
            const auto dealer = dealers_.find(candidate.technician.dealer_unit_id);
            if (dealer != dealers_.end()) ++dealer->second.technicians;
            if (dealer != dealers_.end() && dealer->second.hindrance) continue;
            working_min += candidate.technician.mean_working_min;
            ++technicians;
        }
        mean_working_min_ = working_min / std::max(technicians, 1);
    }

    Suggestions run(const WhyNotQuestion& question);

private:
    struct KnownDealer {
        KnownDealer(const Dealer& given, std::optional<Hindrance> of_all)
            : dealer{given}, hindrance{std::move(of_all)} {}

        const Dealer& dealer;
        std::optional<Hindrance> hindrance;
        std::int32_t technicians = 0;
    };

    std::optional<Hindrance> job_hindrance() const;
    std::optional<Hindrance> standing_hindrance(const Candidate& candidate) const;
    tl::expected<Placement, Hindrance> try_on(std::size_t index);
    Standing standing_of(const Candidate& candidate) const;
    Suggestion suggestion(const Placement& placement, std::int32_t rank) const;
    void rank_all(Suggestions& result) const;
    WhyNot why_not_technician(std::int64_t id) const;
    WhyNot why_not_dealer(std::int64_t id) const;
    void count_hindrances(Suggestions& result) const;

    const Technician& technician_of(const Placement& placement) const {
        return candidates_[placement.candidate].technician;
    }

    const Job& job_;
    std::span<const Candidate> candidates_;
    const Instant now_;
    const SuggestSettings& settings_;
    std::unordered_map<std::int64_t, KnownDealer> dealers_;
    double mean_working_min_ = 0;
    std::vector<Placement> placements_;                 // the cheapest first
    std::vector<std::optional<Hindrance>> hindrances_;  // by candidate
};

// What is wrong with the visit itself, whoever is asked.
std::optional<Hindrance> Search::job_hindrance() const {
    const auto& visit = job_.visit;
    if (visit.duration <= std::chrono::minutes{0}) return hindered(Obstacle::malformed, "duration");
    if (visit.window.until < visit.window.from) return hindered(Obstacle::malformed, "window");
    if (!visit.site || !dispatch::is_valid(*visit.site)) return hindered(Obstacle::site_missing);
    Milliseconds longest{0};
    for (const auto& candidate : candidates_)
        for (const auto& day : candidate.days) {
            Milliseconds works{0};
            for (const auto& interval : day.working) works += interval.until - interval.from;
            longest = std::max(longest, works);
        }
    if (longest > Milliseconds{0} && Milliseconds{visit.duration} > longest)
        return hindered(Obstacle::longer_than_a_day);
    return std::nullopt;
}

std::optional<Hindrance> Search::standing_hindrance(const Candidate& candidate) const {
    const auto& technician = candidate.technician;
    if (const auto dealer = dealers_.find(technician.dealer_unit_id);
        dealer != dealers_.end() && dealer->second.hindrance)
        return dealer->second.hindrance;
    if (!technician.home || !dispatch::is_valid(*technician.home)) return hindered(Obstacle::home_missing);
    return first_missing_need(technician, job_.visit.needs);
}

Standing Search::standing_of(const Candidate& candidate) const {
    const double works_more = candidate.technician.mean_working_min - mean_working_min_;
    Standing standing{
        .fairness_min = clamped(works_more * settings_.fairness_weight, settings_.fairness_limit_min),
        .asset_min = std::max(settings_.asset_visit_min * candidate.asset_visits, settings_.asset_visit_limit_min)};
    if (const auto dealer = dealers_.find(candidate.technician.dealer_unit_id); dealer != dealers_.end())
        standing.dealer_min = settings_.waiting_visit_min * dealer->second.dealer.waiting_visits /
                              std::max(dealer->second.technicians, 1);
    return standing;
}

tl::expected<Placement, Hindrance> Search::try_on(std::size_t index) {
    const auto& candidate = candidates_[index];
    if (auto hindrance = standing_hindrance(candidate)) return tl::unexpected{*std::move(hindrance)};
    std::optional furthest{hindered(Obstacle::not_working)};
    const double standing = standing_of(candidate).sum();
    std::optional<Placement> best;
    for (std::size_t d = 0; d < candidate.days.size(); ++d) {
        const auto& day = candidate.days[d];
        if (day.working.empty() || day.working.back().until <= now_) continue;
        const RunningDay running{day, *candidate.technician.home, now_, job_.visit.ticket_id, settings_};
        const auto visits = running.visits() + (d == 0 ? candidate.technician.visits_done : 0);
        if (candidate.technician.visits_a_day && visits >= *candidate.technician.visits_a_day) {
            keep_furthest(furthest, hindered(Obstacle::overloaded));
            continue;
        }
        auto placed = running.cheapest(job_.visit);
        if (!placed) {
            keep_furthest(furthest, placed.error());
            continue;
        }
        placed->candidate = index;
        placed->day = static_cast<std::int32_t>(d);
        placed->visits_that_day = visits;
        placed->departs_at = running.axis().clock(placed->departs);
        placed->arrives_at = running.axis().clock(placed->arrives);
        const double response_min = in_minutes(placed->arrives_at - now_);
        placed->cost_min = in_minutes(settings_.travel.time_for(placed->detour_m)) +
                           settings_.response_weight * job_.visit.priority * response_min +
                           settings_.day_load_min * placed->visits_that_day + standing;
        if (!best || placed->cost_min < best->cost_min) best = *placed;
    }
    if (!best) return tl::unexpected{*std::move(furthest)};
    return *best;
}

Suggestion Search::suggestion(const Placement& placement, std::int32_t rank) const {
    const auto& candidate = candidates_[placement.candidate];
    const auto standing = standing_of(candidate);
    const auto& needs = job_.visit.needs;
    const double detour_min = in_minutes(settings_.travel.time_for(placement.detour_m));
    const double response_min = in_minutes(placement.arrives_at - now_);
    Suggestion suggestion{.technician_id = candidate.technician.id,
                          .dealer_unit_id = candidate.technician.dealer_unit_id,
                          .rank = rank,
                          .cost_min = placement.cost_min,
                          .departs_at = placement.departs_at,
                          .arrives_at = placement.arrives_at,
                          .day = placement.day,
                          .after_ticket_id = placement.after_ticket_id};
    const auto add = [&](ReasonCode code, double value, double cost_min = 0) {
        suggestion.reasons.push_back({code, value, cost_min});
    };
    add(ReasonCode::travel_min, in_minutes(settings_.travel.time_for(placement.way_m)));
    add(ReasonCode::road_km, placement.way_m / 1000);
    add(ReasonCode::detour_min, detour_min, detour_min);
    add(ReasonCode::detour_km, placement.detour_m / 1000);
    add(ReasonCode::response_min, response_min, settings_.response_weight * job_.visit.priority * response_min);
    add(ReasonCode::waiting_min, in_minutes(placement.waits));
    add(ReasonCode::visits_that_day, placement.visits_that_day, settings_.day_load_min * placement.visits_that_day);
    add(ReasonCode::working_min_mean, candidate.technician.mean_working_min, standing.fairness_min);
    add(ReasonCode::asset_visits, candidate.asset_visits, standing.asset_min);
    const auto dealer = dealers_.find(candidate.technician.dealer_unit_id);
    add(ReasonCode::dealer_waiting_visits, dealer == dealers_.end() ? 0 : dealer->second.dealer.waiting_visits,
        standing.dealer_min);
    add(ReasonCode::slack_min, in_minutes(placement.slack));
    add(ReasonCode::skills, static_cast<double>(needs.skills.size()));
    add(ReasonCode::tools, static_cast<double>(needs.tools.size()));
    add(ReasonCode::licences, static_cast<double>(needs.licences.size()));
    add(ReasonCode::parts, static_cast<double>(needs.parts.size()));
    return suggestion;
}

void Search::rank_all(Suggestions& result) const {
    std::unordered_set<std::int64_t> seen;
    for (std::size_t i = 0; i < placements_.size(); ++i) {
        const auto& placement = placements_[i];
        if (i < settings_.limit) result.technicians.push_back(suggestion(placement, static_cast<std::int32_t>(i) + 1));
        if (!seen.insert(technician_of(placement).dealer_unit_id).second) continue;
        const auto rank = static_cast<std::int32_t>(seen.size());
        if (seen.size() <= settings_.limit) result.dealers.push_back(suggestion(placement, rank));
    }
    result.feasible_technicians = static_cast<std::int32_t>(placements_.size());
    result.feasible_dealers = static_cast<std::int32_t>(seen.size());
}

WhyNot Search::why_not_technician(std::int64_t id) const {
    WhyNot answer{.id = id, .known = false};
    for (std::size_t i = 0; i < candidates_.size() && !answer.known; ++i)
        if (candidates_[i].technician.id == id) {
            answer.known = true;
            answer.hindrance = hindrances_[i];
        }
    for (std::size_t i = 0; i < placements_.size(); ++i)
        if (technician_of(placements_[i]).id == id) {
            answer.rank = static_cast<std::int32_t>(i) + 1;
            answer.cost_difference_min = placements_[i].cost_min - placements_.front().cost_min;
        }
    return answer;
}

WhyNot Search::why_not_dealer(std::int64_t id) const {
    WhyNot answer{.id = id, .known = dealers_.contains(id)};
    std::unordered_set<std::int64_t> before;
    for (const auto& placement : placements_) {
        const auto dealer = technician_of(placement).dealer_unit_id;
        before.insert(dealer);
        if (dealer != id) continue;
        answer.known = true;
        answer.rank = static_cast<std::int32_t>(before.size());
        answer.cost_difference_min = placement.cost_min - placements_.front().cost_min;
        return answer;
    }
    if (const auto dealer = dealers_.find(id); dealer != dealers_.end()) answer.hindrance = dealer->second.hindrance;
    if (answer.hindrance) return answer;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        if (candidates_[i].technician.dealer_unit_id != id) continue;
        answer.known = true;
        if (hindrances_[i]) keep_furthest(answer.hindrance, *hindrances_[i]);
    }
    if (answer.known && !answer.hindrance) answer.hindrance = hindered(Obstacle::no_technician);
    return answer;
}

void Search::count_hindrances(Suggestions& result) const {
    std::map<std::tuple<int, std::string>, std::int32_t> counts;
    for (const auto& hindrance : hindrances_)
        if (hindrance) ++counts[{static_cast<int>(hindrance->obstacle), hindrance->what}];
    for (const auto& [key, technicians] : counts)
        result.hindrances.push_back({hindered(static_cast<Obstacle>(std::get<0>(key)), std::get<1>(key)), technicians});
    if (!placements_.empty()) return;
    result.nobody = hindered(Obstacle::no_technician);
    for (const auto& counted : result.hindrances)
        if (counted.hindrance.obstacle != Obstacle::duplicate_id) result.nobody = counted.hindrance;
}

Suggestions Search::run(const WhyNotQuestion& question) {
    Suggestions result;
    hindrances_.resize(candidates_.size());
    const auto of_job = job_hindrance();
    std::unordered_set<std::int64_t> seen;
    seen.reserve(candidates_.size());
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        if (!seen.insert(candidates_[i].technician.id).second) {
            hindrances_[i] = hindered(Obstacle::duplicate_id, std::to_string(candidates_[i].technician.id));
        } else if (of_job) {
            hindrances_[i] = of_job;
        } else if (auto placed = try_on(i)) {
            placements_.push_back(*placed);
        } else {
            hindrances_[i] = std::move(placed.error());
        }
    }
    std::ranges::sort(placements_, {}, [&](const Placement& placement) {
        return std::tuple{placement.cost_min, technician_of(placement).id};
    });
    rank_all(result);
    count_hindrances(result);
    if (of_job && !candidates_.empty()) result.nobody = of_job;
    for (const auto id : question.technician_ids) result.why_not_technicians.push_back(why_not_technician(id));
    for (const auto id : question.dealer_unit_ids) result.why_not_dealers.push_back(why_not_dealer(id));
    return result;
}

}  // namespace

std::optional<Hindrance> hindrance_of(const Dealer& dealer, const Job& job) {
    if (!dealer.authorised) return hindered(Obstacle::not_authorised);
    if (std::ranges::find(job.declined_dealers, dealer.unit_id) != job.declined_dealers.end())
        return hindered(Obstacle::declined);
    if (!covers(dealer.region_codes, job.region_code)) return hindered(Obstacle::outside_territory, job.region_code);
    return std::nullopt;
}

std::vector<const Visit*> running_order(const std::vector<Visit>& visits) {
    std::vector<const Visit*> order;
    order.reserve(visits.size());
    for (const auto& visit : visits) order.push_back(&visit);
    std::ranges::sort(order, {}, [](const Visit* visit) {
        const auto arrival = visit->promised_arrival_at ? visit->promised_arrival_at : visit->planned_arrival_at;
        return std::tuple{visit->state != VisitState::departed, arrival.value_or(Instant::max()), visit->ticket_id};
    });
    return order;
}

Suggestions suggest(const Job& job, std::span<const Dealer> dealers, std::span<const Candidate> candidates, Instant now,
                    const WhyNotQuestion& question, const SuggestSettings& settings) {
    return Search{job, dealers, candidates, now, settings}.run(question);
}

}  // namespace callout::planning
