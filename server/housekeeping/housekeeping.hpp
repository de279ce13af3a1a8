// Clears away what has served its time: sessions that ended by themselves, failures that are forgotten, answers kept
// for repeats. What is needed is never touched, and a round does a bounded piece of work.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "dispatch/clock.hpp"
#include "server/auth/settings.hpp"
#include "server/storage/database.hpp"

namespace callout::housekeeping {

// A repeat of a write that comes later than this is a new write. The longest an offline phone is waited for.
inline constexpr std::chrono::hours answers_kept_for{24 * 7};

struct Cleared {
    std::uint64_t sessions = 0;
    std::uint64_t sign_in_failures = 0;
    std::uint64_t answers = 0;

    friend bool operator==(const Cleared&, const Cleared&) = default;
};

// One round: at most `limit` rows of each kind, each kind in its own transaction. Throws what Database::transaction
// throws.
Cleared clear(storage::Database& database, const auth::Settings& settings, Instant now, std::int64_t limit = 5000);

// Does a round now and one an interval, on the database's threads, until it is destroyed. Several nodes may.
class Housekeeping {
public:
    // The database outlives it.
    Housekeeping(storage::Database& database, auth::Settings settings,
                 std::chrono::seconds interval = std::chrono::minutes{5});
    ~Housekeeping();
    Housekeeping(const Housekeeping&) = delete;
    Housekeeping& operator=(const Housekeeping&) = delete;

private:
    void run(const std::stop_token& stop);

    storage::Database& database_;
    const auth::Settings settings_;
    const std::chrono::seconds interval_;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::jthread thread_;
};

}  // namespace callout::housekeeping
