// What is due happens once, on whichever node gets there first, also when it became due while nobody ran.
//
// A row is claimed in the transaction that does its work, so a crash in the middle leaves it to be done again. A
// deadline whose work fails is postponed, longer each time, and stands in nobody's way.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "dispatch/tickets/kinds.hpp"
#include "server/storage/database.hpp"
#include "server/storage/deadlines.hpp"

namespace callout::deadlines {

// Does the work in the transaction that has claimed the row, and clears or moves the row. False: the ticket changed at
// this very moment; everything is rolled back and tried again.
using Fire =
    std::function<bool(storage::Connection& db, std::int64_t ticket_id, dispatch::DeadlineKind kind, Instant now)>;

class DeadlineWorker {
public:
    // Starts at once. `fired` is called after each commit (to wake the sequencer); `clock` is the time by which rows
    // are due.
    DeadlineWorker(storage::Database& database, Fire fire, std::function<void()> fired,
                   std::function<Instant()> clock = &callout::now);
    // Finishes the transaction under way.
    ~DeadlineWorker();
    DeadlineWorker(const DeadlineWorker&) = delete;
    DeadlineWorker& operator=(const DeadlineWorker&) = delete;

    // A deadline was set that may be earlier than the one it sleeps for. Any thread; cheap.
    void wake();

private:
    enum class Outcome { nothing_due, fired, changed_meanwhile, failed };

    void run(const std::stop_token& stop);
    Outcome fire_next();
    Outcome fire_claimed(storage::Connection& db, const storage::DueDeadline& due, Instant at, std::string& reason);
    void postpone(const storage::DueDeadline& due, const std::string& reason);
    Milliseconds until_next();
    void sleep(Milliseconds longest, const std::stop_token& stop);

    storage::Database& database_;
    const Fire fire_;
    const std::function<void()> fired_;
    const std::function<Instant()> clock_;

    // Failures in a row, of the thread alone; forgotten at a restart, which only makes the next attempt sooner.
    std::map<std::pair<std::int64_t, std::string>, int> failures_;
    bool reported_unavailable_ = false;

    std::mutex mutex_;
    std::condition_variable_any woken_;
    bool wake_ = false;

    std::jthread thread_;
};

}  // namespace callout::deadlines
