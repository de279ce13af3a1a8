#include "server/calls/ring_watch.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "server/calls/call_news.hpp"
#include "server/storage/calls.hpp"

namespace callout::calls {
namespace {

// Does not throw: there will be another look.
void look(storage::Database& database, std::chrono::seconds longest_ring,
          const std::function<void()>& events_committed) {
    try {
        const auto ended = end_overdue_rings(database, longest_ring, now());
        if (ended == 0) return;
        spdlog::info("{} rings are over although nobody reported it", ended);
        events_committed();
    } catch (const std::exception& error) {
        spdlog::warn("watching rings: {}", error.what());
    }
}

}  // namespace

std::int64_t end_overdue_rings(storage::Database& database, std::chrono::seconds longest_ring, Instant now,
                               std::int64_t limit) {
    return database.transaction([&](storage::Connection& db) {
        const auto overdue = storage::lock_rings_before(db, now - longest_ring, limit);
        for (auto call : overdue) {
            const auto step = dispatch::take_report(call.times, dispatch::CallReport::hangup, now);
            call.times = step.after;
            call.cause = storage::presumed_over;
            storage::save_call(db, call);
            append_news(db, call, step.news, {}, now);
        }
        return static_cast<std::int64_t>(overdue.size());
    });
}

RingWatch::RingWatch(storage::Database& database, std::chrono::seconds longest_ring,
                     std::function<void()> events_committed, std::chrono::seconds interval)
    : database_{database},
      longest_ring_{longest_ring},
      events_committed_{std::move(events_committed)},
      interval_{interval},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

RingWatch::~RingWatch() = default;

void RingWatch::run(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    while (!stop.stop_requested()) {
        look(database_, longest_ring_, events_committed_);
        stopped_.wait_for(lock, stop, interval_, [] { return false; });
    }
}

}  // namespace callout::calls
