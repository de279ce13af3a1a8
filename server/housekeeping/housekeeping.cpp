#include "server/housekeeping/housekeeping.hpp"

#include <spdlog/spdlog.h>

#include "server/storage/idempotency.hpp"
#include "server/storage/sessions.hpp"

namespace callout::housekeeping {
namespace {

void clear_and_log(storage::Database& database, const auth::Settings& settings) {
    try {
        const auto cleared = clear(database, settings, now());
        if (cleared != Cleared{})
            spdlog::debug("cleared {} sessions, {} sign-in failures, {} answers", cleared.sessions,
                          cleared.sign_in_failures, cleared.answers);
    } catch (const std::exception& error) {
        // There will be another round.
        spdlog::warn("housekeeping: {}", error.what());
    }
}

}  // namespace

Cleared clear(storage::Database& database, const auth::Settings& settings, Instant now, std::int64_t limit) {
    using storage::Connection;
    return {.sessions = database.transaction([&](Connection& db) {
                return storage::delete_expired_sessions(db, now, now - settings.session_idle, limit);
            }),
            .sign_in_failures = database.transaction([&](Connection& db) {
                // A wait may reach beyond the memory of the failures that caused it.
                const auto before = now - settings.throttle.memory - settings.throttle.longest_wait;
                return storage::forget_failures_before(db, before, limit);
            }),
            .answers = database.transaction(
                [&](Connection& db) { return storage::forget_answers_before(db, now - answers_kept_for, limit); })};
}

Housekeeping::Housekeeping(storage::Database& database, auth::Settings settings, std::chrono::seconds interval)
    : database_{database}, settings_{settings}, interval_{interval}, thread_{[this](const std::stop_token& stop) {
          run(stop);
      }} {}

Housekeeping::~Housekeeping() = default;

void Housekeeping::run(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    while (!stop.stop_requested()) {
        // When the queue is full there is more urgent work.
        database_.submit([&database = database_, settings = settings_] { clear_and_log(database, settings); });
        stopped_.wait_for(lock, stop, interval_, [] { return false; });
    }
}

}  // namespace callout::housekeeping
