#include "dispatch/planning/day/problem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "dispatch/planning/day/schedule.hpp"

namespace callout::planning::day {
namespace {

constexpr double kUnfairnessScaleMin = 480;

bool malformed(const Visit& visit) {
    return visit.duration.count() <= 0 || !(visit.priority > 0) || visit.window.until < visit.window.from;
}

bool has_place(const std::optional<Point>& point) {
    return point && dispatch::is_valid(*point);
}

}  // namespace

struct Problem::Census {
    std::unordered_map<std::int64_t, int> crew_of;  // technician
    Worked longest_day = 0;
};

Problem::Problem(const Day& day) : day_(&day), hopeless_(day.visits.size()) {
    Census census;
    refuse_duplicates();
    add_crews(census);
    send_departed(census);
    add_jobs(census);
    limit_visits();
    number_parts();
    measure_ways();
    open_windows();
    find_able();
}

void Problem::refuse_duplicates() {
    std::unordered_set<std::int64_t> seen;
    for (std::size_t row = 0; row < day_->visits.size(); ++row) {
        const auto id = day_->visits[row].ticket_id;
        if (!seen.insert(id).second) hopeless_[row] = Unserved{id, Obstacle::duplicate_id, {}};
    }
}

void Problem::add_crews(Census& census) {
    for (std::size_t row = 0; row < day_->technicians.size(); ++row) {
        const auto& technician = day_->technicians[row];
        if (!census.crew_of.emplace(technician.id, crew_count()).second) continue;
        const WorkingTime time(technician.working);
        const auto known = std::ranges::find(calendars_, time);
        Crew crew{.row = row, .calendar = static_cast<int>(known - calendars_.begin())};
        if (known == calendars_.end()) calendars_.push_back(time);
        crew.ready = time.at(day_->now);
        crew.ready_at = day_->now;
        crew.end = time.total();
        crew.mean_min = technician.mean_working_min;
        crew.home = technician.home.value_or(Point{});
        crew.start = technician.position.value_or(crew.home);
        census.longest_day = std::max(census.longest_day, time.total());
        crews_.push_back(std::move(crew));
    }
}

// Technicians begin where, and when, what they have departed for is over.
void Problem::send_departed(Census& census) {
    for (std::size_t row = 0; row < day_->visits.size(); ++row) {
        const auto& visit = day_->visits[row];
        if (visit.state != VisitState::departed || !visit.technician_id || hopeless_[row]) continue;
        const auto crew = census.crew_of.find(*visit.technician_id);
        if (crew != census.crew_of.end()) crews_[index(crew->second)].departed.push_back(row);
    }
    for (auto& crew : crews_) {
        const auto departed_at = [&](std::size_t row) { return day_->visits[row].departed_at.value_or(day_->now); };
        std::ranges::stable_sort(crew.departed, {}, departed_at);
        const auto stops = departed_stops(*day_, crew.departed, crew.start);
        if (stops.empty()) continue;
        for (const auto row : crew.departed) crew.start = day_->visits[row].site.value_or(crew.start);
        crew.on_tour = true;
        crew.ready_at = stops.back().end;
        crew.spent_min = in_minutes(crew.ready_at - stops.front().leave);
        crew.ready = working_time(static_cast<int>(&crew - crews_.data())).at(crew.ready_at);
    }
}

void Problem::add_jobs(Census& census) {
    for (std::size_t row = 0; row < day_->visits.size(); ++row) {
        if (hopeless_[row]) continue;
        const auto& visit = day_->visits[row];
        const auto refuse = [&](Obstacle obstacle) { hopeless_[row] = Unserved{visit.ticket_id, obstacle, {}}; };
        const auto holder = visit.technician_id ? census.crew_of.find(*visit.technician_id) : census.crew_of.end();
        const bool held = holder != census.crew_of.end();
        const bool departed = visit.state == VisitState::departed;
        if ((departed || visit.pinned) && !held) refuse(Obstacle::no_technician);
        if (departed || hopeless_[row]) continue;
        if (malformed(visit)) {
            refuse(Obstacle::malformed);
        } else if (crews_.empty()) {
            refuse(Obstacle::no_technician);
        } else if (!has_place(visit.site)) {
            refuse(Obstacle::site_missing);
        } else if (Milliseconds{visit.duration}.count() > census.longest_day) {
            refuse(Obstacle::longer_than_a_day);
        } else {
            Job job{.row = row, .duration = Milliseconds{visit.duration}.count(), .priority = visit.priority};
            job.pinned = visit.pinned;
            job.holder = held ? holder->second : -1;
            const auto& weights = day_->weights;
            const double standing = visit.promised_arrival_at ? weights.unserved_promised
                                    : held                    ? weights.unserved_held
                                                              : 1;
            job.unserved_priority = visit.priority * standing;
            job.unserved_cost = weights.unserved * job.unserved_priority;
            job.moved_cost = visit.promised_arrival_at ? day_->weights.moved_promised : day_->weights.moved;
            jobs_.push_back(std::move(job));
        }
    }
}

void Problem::limit_visits() {
    for (auto& crew : crews_) {
        const auto& technician = day_->technicians[crew.row];
        const std::int64_t begun = technician.visits_done + std::ssize(crew.departed);
        crew.room = technician.visits_a_day ? *technician.visits_a_day - begun : std::ssize(jobs_);
    }
}

// Gives the parts numbers and takes from the vans what departed work uses up.
void Problem::number_parts() {
    std::unordered_map<std::string, int> numbers;
    for (auto& job : jobs_) {
        for (const auto& part : day_->visits[job.row].needs.parts) {
            const auto number = numbers.emplace(part.number, static_cast<int>(numbers.size())).first->second;
            job.parts.push_back({number, part.quantity});
        }
    }
    for (auto& crew : crews_) {
        crew.stock.assign(numbers.size(), 0);
        const auto change = [&](const Parts& parts, int sign) {
            for (const auto& part : parts) {
                if (const auto known = numbers.find(part.number); known != numbers.end())
                    crew.stock[index(known->second)] += sign * part.quantity;
            }
        };
        change(day_->technicians[crew.row].parts, 1);
        for (const auto row : crew.departed) change(day_->visits[row].needs.parts, -1);
    }
}

std::int32_t Problem::travel(const Point& from, const Point& to) const {
    // Half the earth at walking pace still fits; nothing that far is ever reached within a day.
    const auto time = day_->travel.time(from, to).count();
    return static_cast<std::int32_t>(std::min<std::int64_t>(time, std::numeric_limits<std::int32_t>::max()));
}

void Problem::measure_ways() {
    const auto jobs = jobs_.size();
    way_.assign(jobs * jobs, 0);
    const auto site = [&](std::size_t job) -> const Point& { return *day_->visits[jobs_[job].row].site; };
    for (std::size_t a = 0; a < jobs; ++a) {
        for (std::size_t b = 0; b < a; ++b) way_[a * jobs + b] = way_[b * jobs + a] = travel(site(a), site(b));
    }
    way_out_.assign(crews_.size() * jobs, 0);
    way_home_.assign(crews_.size() * jobs, 0);
    for (std::size_t crew = 0; crew < crews_.size(); ++crew) {
        auto& from = crews_[crew];
        if (from.on_tour) from.way_home = travel(from.start, from.home);
        for (std::size_t job = 0; job < jobs; ++job) {
            const auto home = way_home_[crew * jobs + job] = travel(site(job), from.home);
            way_out_[crew * jobs + job] = from.start == from.home ? home : travel(from.start, site(job));
        }
    }
}

void Problem::open_windows() {
    for (const auto& calendar : calendars_) {
        const Instant begins = calendar.instant(0);
        // A time before the day begins is never met, not even at its first moment.
        const auto worked = [&](Instant at) { return at < begins ? Worked{-1} : calendar.at(at); };
        for (const auto& job : jobs_) {
            const auto& visit = day_->visits[job.row];
            openings_.push_back(
                {calendar.at(visit.window.from), worked(late_after(visit)), worked(visit.window.until)});
        }
    }
}

void Problem::find_able() {
    able_.assign(crews_.size() * jobs_.size(), 0);
    for (int job = 0; job < job_count(); ++job) {
        auto& wanted = jobs_[index(job)];
        Unserved nearest{day_->visits[wanted.row].ticket_id, Obstacle::duplicate_id, {}};
        for (int crew = 0; crew < crew_count(); ++crew) {
            if (wanted.pinned && wanted.holder != crew) continue;
            std::string what;
            if (const auto obstacle = obstacle_between(crew, job, what)) {
                if (*obstacle > nearest.obstacle) nearest = {nearest.ticket_id, *obstacle, std::move(what)};
            } else {
                able_[index(crew) * jobs_.size() + index(job)] = 1;
                wanted.crews.push_back(crew);
            }
        }
        if (wanted.crews.empty()) hopeless_[wanted.row] = std::move(nearest);
    }
}

// Why the technician could not do it even if he had nothing else to do.
std::optional<Obstacle> Problem::obstacle_between(int crew, int job, std::string& what) const {
    const auto& can = crews_[index(crew)];
    const auto& technician = day_->technicians[can.row];
    const auto& visit = day_->visits[jobs_[index(job)].row];
    if (visit.dealers && std::ranges::find(*visit.dealers, technician.dealer_unit_id) == visit.dealers->end())
        return what = visit.other_dealers.what, visit.other_dealers.obstacle;
    if (!has_place(technician.home)) return Obstacle::home_missing;
    if (auto missing = first_missing_need(technician, visit.needs)) {
        what = std::move(missing->what);
        return missing->obstacle;
    }
    for (const auto& part : jobs_[index(job)].parts) {
        if (can.stock[index(part.part)] < part.quantity) return Obstacle::part_missing;
    }
    if (can.ready >= can.end) return Obstacle::not_working;
    const auto& open = opening(crew, job);
    const Worked begun = std::max(can.ready + way_out(crew, job), open.earliest);
    const bool reached = begun <= open.latest && instant(crew, begun) <= visit.window.until;
    const bool home_in_time = begun + jobs_[index(job)].duration + way_home(crew, job) <= can.end;
    if (!reached || !home_in_time) return Obstacle::window_missed;
    return std::nullopt;
}

Instant Problem::instant(int crew, Worked worked) const {
    return std::max(working_time(crew).instant(worked), crews_[index(crew)].ready_at);
}

double Problem::late_cost(int crew, int job, Worked begun) const {
    const auto& visit = day_->visits[jobs_[index(job)].row];
    const Instant at = std::max(instant(crew, begun), visit.window.from);
    if (at > visit.window.until) return std::numeric_limits<double>::infinity();
    return day_->weights.late_min * visit.priority * std::max(0.0, in_minutes(at - late_after(visit)));
}

double Problem::work_cost(int crew, double working_min) const {
    return day_->weights.working_min * working_min +
           day_->weights.unfairness * unfairness(crews_[index(crew)].mean_min, working_min);
}

Instant late_after(const Visit& visit) {
    const auto due = visit.promised_arrival_at ? visit.promised_arrival_at : visit.due_at;
    return due ? std::max(*due, visit.window.from) : visit.window.until;
}

double unfairness(double mean_min, double working_min) {
    return (2 * mean_min + working_min) * working_min / kUnfairnessScaleMin;
}

}  // namespace callout::planning::day
