// A day in numbers: what the search needs, looked up and measured once. Visits that nobody can serve are answered here
// and are not part of it; visits and technicians are named by their index in it.
#pragma once

#include <cstdint>
#include <vector>

#include "dispatch/planning/day/day.hpp"
#include "dispatch/planning/day/working_time.hpp"
#include "dispatch/planning/index.hpp"

namespace callout::planning::day {

// When a visit may begin, on the clock of one technician.
struct Opening {
    Worked earliest = 0;
    Worked due = 0;  // late afterwards
    Worked latest = 0;
};

// What one technician can still do.
struct Crew {
    std::size_t row = 0;  // of Day::technicians
    int calendar = 0;
    Worked ready = 0;  // leaves his home, or the site of what he has departed for, no earlier
    Worked end = 0;    // is home by then
    bool on_tour = false;
    Instant ready_at{};    // on tour: when the last departed visit is over
    double spent_min = 0;  // on tour: from leaving home until then
    Worked way_home = 0;   // on tour: from there
    double mean_min = 0;
    std::vector<int> stock;             // of each part
    std::vector<std::size_t> departed;  // rows of Day::visits, in the order of departure
    std::int64_t room = 0;              // for so many visits more; of what he has already, for all
    Point start;
    Point home;
};

struct PartNeed {
    int part = 0;
    int quantity = 0;
};

struct Job {
    std::size_t row = 0;  // of Day::visits
    Worked duration = 0;
    double priority = 1;
    bool pinned = false;
    int holder = -1;               // crew that has it
    double unserved_priority = 0;  // see Value
    double unserved_cost = 0;
    double moved_cost = 0;
    std::vector<PartNeed> parts;
    std::vector<int> crews;  // who could do it if nothing else were to be done
};

class Problem {
public:
    explicit Problem(const Day& day);

    const Day& day() const { return *day_; }

    const std::vector<Crew>& crews() const { return crews_; }

    const std::vector<Job>& jobs() const { return jobs_; }

    int crew_count() const { return static_cast<int>(crews_.size()); }

    int job_count() const { return static_cast<int>(jobs_.size()); }

    // Visits that nobody can serve, by row.
    const std::vector<std::optional<Unserved>>& hopeless() const { return hopeless_; }

    const WorkingTime& working_time(int crew) const { return calendars_[index(crews_[index(crew)].calendar)]; }

    const Opening& opening(int crew, int job) const {
        return openings_[index(crews_[index(crew)].calendar) * jobs_.size() + index(job)];
    }

    bool able(int crew, int job) const { return able_[index(crew) * jobs_.size() + index(job)] != 0; }

    // Milliseconds on the road.
    Worked way(int job, int other) const { return way_[index(job) * jobs_.size() + index(other)]; }

    Worked way_out(int crew, int job) const { return way_out_[index(crew) * jobs_.size() + index(job)]; }

    Worked way_home(int crew, int job) const { return way_home_[index(crew) * jobs_.size() + index(job)]; }

    // What being late costs a job that a crew begins at `begun`; infinite when the window is over by then. Where the
    // two clocks agree this is 0 up to Opening::due, except at the crew's first moment, which may lie in a break.
    double late_cost(int crew, int job, Worked begun) const;

    // The wall's time of a moment on the crew's clock.
    Instant instant(int crew, Worked worked) const;

    // What a working day costs, in working minutes and fairness.
    double work_cost(int crew, double working_min) const;

private:
    const Day* day_;
    std::vector<Crew> crews_;
    std::vector<Job> jobs_;
    std::vector<std::optional<Unserved>> hopeless_;
    std::vector<WorkingTime> calendars_;
    std::vector<Opening> openings_;
    std::vector<char> able_;
    std::vector<std::int32_t> way_;
    std::vector<std::int32_t> way_out_;
    std::vector<std::int32_t> way_home_;

    struct Census;
    void refuse_duplicates();
    void add_crews(Census& census);
    void send_departed(Census& census);
    void add_jobs(Census& census);
    void limit_visits();
    void number_parts();
    void measure_ways();
    void open_windows();
    void find_able();
    std::optional<Obstacle> obstacle_between(int crew, int job, std::string& what) const;
    std::int32_t travel(const Point& from, const Point& to) const;
};

// A visit begun later than this is late.
Instant late_after(const Visit& visit);

// See Weights::unfairness.
double unfairness(double mean_min, double working_min);

}  // namespace callout::planning::day
