#include "server/deadlines/deadline_worker.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>

namespace callout::deadlines {
namespace {

// Deadlines set by another node are seen within this time.
constexpr Milliseconds longest_sleep{1000};
constexpr Milliseconds pause_after_conflict{20};
constexpr Milliseconds first_postponement{1000};
constexpr Milliseconds longest_postponement{300'000};
constexpr std::size_t max_remembered_failures = 10'000;

}  // namespace

DeadlineWorker::DeadlineWorker(storage::Database& database, Fire fire, std::function<void()> fired,
                               std::function<Instant()> clock)
    : database_{database},
      fire_{std::move(fire)},
      fired_{std::move(fired)},
      clock_{std::move(clock)},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

DeadlineWorker::~DeadlineWorker() {
    thread_.request_stop();
    thread_.join();
}

void DeadlineWorker::wake() {
    {
        const std::scoped_lock lock{mutex_};
        wake_ = true;
    }
    woken_.notify_one();
}

void DeadlineWorker::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        try {
            const auto outcome = fire_next();
            reported_unavailable_ = false;
            if (outcome == Outcome::nothing_due) sleep(until_next(), stop);
            if (outcome == Outcome::changed_meanwhile) sleep(pause_after_conflict, stop);
        } catch (const std::exception& error) {
            // The database: a row's own failures end in postpone(). It is tried again for as long as we run.
            if (!reported_unavailable_) spdlog::warn("deadlines wait for the database: {}", error.what());
            reported_unavailable_ = true;
            sleep(longest_sleep, stop);
        }
    }
}

DeadlineWorker::Outcome DeadlineWorker::fire_next() {
    std::optional<storage::DueDeadline> due;
    std::string reason;
    const auto outcome = database_.transaction([&](storage::Connection& db) {
        const auto at = clock_();
        due = storage::claim_due_deadline(db, at);
        return due ? fire_claimed(db, *due, at, reason) : Outcome::nothing_due;
    });
    if (outcome == Outcome::fired) {
        failures_.erase({due->ticket_id, due->kind});
        fired_();
    }
    if (outcome == Outcome::failed) postpone(*due, reason);
    return outcome;
}

// Whatever the work itself throws is this row's failure; what the database throws makes the whole transaction run
// again.
DeadlineWorker::Outcome DeadlineWorker::fire_claimed(storage::Connection& db, const storage::DueDeadline& due,
                                                     Instant at, std::string& reason) {
    const auto kind = parse<dispatch::DeadlineKind>(due.kind);
    if (!kind) {
        reason = "unknown kind; was it set by a newer version?";
        return Outcome::failed;
    }
    try {
        if (fire_(db, due.ticket_id, *kind, at)) return Outcome::fired;
        db.rollback();
        return Outcome::changed_meanwhile;
    } catch (const storage::ConnectionLost&) {
        throw;
    } catch (const storage::StatementFailed& failed) {
        if (failed.worth_retrying()) throw;
        reason = failed.what();
    } catch (const std::exception& error) {
        reason = error.what();
    }
    db.rollback();
    return Outcome::failed;
}

void DeadlineWorker::postpone(const storage::DueDeadline& due, const std::string& reason) {
    if (failures_.size() >= max_remembered_failures) failures_.clear();
    const int failures = ++failures_[{due.ticket_id, due.kind}];
    const auto pause = std::min(first_postponement * (1 << std::min(failures - 1, 20)), longest_postponement);
    spdlog::error("ticket {}: deadline {} failed {} times, again in {} s: {}", due.ticket_id, due.kind, failures,
                  pause.count() / 1000, reason);
    database_.transaction([&](storage::Connection& db) { storage::postpone_deadline(db, due, clock_() + pause); });
}

Milliseconds DeadlineWorker::until_next() {
    const auto next = database_.transaction([](storage::Connection& db) { return storage::next_deadline(db); });
    if (!next) return longest_sleep;
    // One that is due but claimed by another node: it will be done there, or come back.
    return std::clamp(*next - clock_(), pause_after_conflict, longest_sleep);
}

void DeadlineWorker::sleep(Milliseconds longest, const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    woken_.wait_for(lock, stop, longest, [&] { return wake_; });
    wake_ = false;
}

}  // namespace callout::deadlines
