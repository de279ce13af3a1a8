// A ring whose end is never reported counts as over after a while, so that no desk rings for ever because the telephone
// system fell silent. What it reports later all the same counts again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "dispatch/clock.hpp"
#include "server/storage/database.hpp"

namespace callout::calls {

// Ends the rings from before `now - longest_ring`, at most `limit` of them, and answers how many there were.
std::int64_t end_overdue_rings(storage::Database& database, std::chrono::seconds longest_ring, Instant now,
                               std::int64_t limit = 100);

// Looks every few seconds, on a thread of its own, until it is destroyed. Several nodes may.
class RingWatch {
public:
    // The database outlives it. `events_committed` wakes the sequencer.
    RingWatch(storage::Database& database, std::chrono::seconds longest_ring, std::function<void()> events_committed,
              std::chrono::seconds interval = std::chrono::seconds{5});
    ~RingWatch();
    RingWatch(const RingWatch&) = delete;
    RingWatch& operator=(const RingWatch&) = delete;

private:
    void run(const std::stop_token& stop);

    storage::Database& database_;
    const std::chrono::seconds longest_ring_;
    const std::function<void()> events_committed_;
    const std::chrono::seconds interval_;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::jthread thread_;
};

}  // namespace callout::calls
