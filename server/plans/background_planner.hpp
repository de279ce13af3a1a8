// Plans an office's day anew whenever something has happened there, in the background and within a share of one core;
// a dispatcher finds the proposal when he looks. Of several nodes on one database each office has one planner at a
// time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "dispatch/clock.hpp"
#include "dispatch/tickets/commands.hpp"
#include "server/storage/database.hpp"

namespace callout::plans {

struct BackgroundOptions {
    std::string timezone;
    std::chrono::milliseconds search_time{1000};  // for one office
    double cpu_budget_pct = 10;                   // of one core, over time; > 0
    std::chrono::seconds interval{60};            // between two plans of one office
};

class BackgroundPlanner {
public:
    // Starts at once, on a thread of its own. The database outlives it. `events_committed` wakes the sequencer.
    BackgroundPlanner(storage::Database& database, BackgroundOptions options, std::function<void()> events_committed,
                      std::function<Instant()> clock = &callout::now);
    // Finishes the search under way.
    ~BackgroundPlanner();
    BackgroundPlanner(const BackgroundPlanner&) = delete;
    BackgroundPlanner& operator=(const BackgroundPlanner&) = delete;

    // One round: reads what has happened and plans the offices that are due. Answers how many proposals it made.
    // For the thread, and for tests that have none; not from two threads.
    int run_once();

    struct WithoutThread {};

    BackgroundPlanner(WithoutThread, storage::Database& database, BackgroundOptions options,
                      std::function<void()> events_committed, std::function<Instant()> clock);

private:
    struct Office {
        std::int64_t changed_seq = 0;  // the last event that asks for a plan; 0: none since the last one
        Instant looked_at{};
    };

    void run(const std::stop_token& stop);
    void read_events();
    bool plan_office(std::int64_t office_id, Office& office, Instant now);
    bool propose(const dispatch::UnitPlace& place, std::int64_t seq, Instant now);

    storage::Database& database_;
    const BackgroundOptions options_;
    const std::function<void()> events_committed_;
    const std::function<Instant()> clock_;
    const std::string name_;  // of this planner among those of all nodes
    std::int64_t seen_ = -1;  // the last event read; -1: none yet
    std::map<std::int64_t, Office> offices_;
    double cpu_seconds_ = 0;  // of the last round
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::jthread thread_;
};

}  // namespace callout::plans
