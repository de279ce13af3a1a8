#include "server/plans/background_planner.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <charconv>
#include <ctime>
#include <random>
#include <utility>

#include "dispatch/enum_names.hpp"
#include "dispatch/tickets/event.hpp"
#include "server/api/suggestions.hpp"
#include "server/plans/propose.hpp"
#include "server/storage/events.hpp"
#include "server/storage/office_day.hpp"
#include "server/storage/planning_leases.hpp"

namespace callout::plans {
namespace {

constexpr std::chrono::seconds between_looks{2};
constexpr std::int64_t events_a_look = 500;
// A lease outlives the interval by this, so that its holder comes first to prolong it.
constexpr std::chrono::seconds lease_beyond_interval{30};
// So long a proposal that somebody asked for is left to him.
constexpr std::chrono::minutes time_to_decide{15};

double thread_cpu_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// What changes who has to be where: not what is merely said about a ticket.
bool changes_the_day(const notifications::Event& event) {
    using enum dispatch::EventKind;
    const auto kind = parse<dispatch::EventKind>(event.kind);
    if (!kind) return false;
    switch (*kind) {
        case ticket_opened:
        case ticket_edited:
        case ticket_merged:
        case ticket_unmerged:
        case ticket_chased:
        case ticket_cancelled:
        case ticket_reopened:
        case offer_confirmed:
        case offer_rejected:
        case offer_expired:
        case offer_recalled:
        case technician_named:
        case visit_departed:
        case visit_arrived:
        case visit_paused:
        case visit_repaired:
        case visit_unrepaired:
            return true;
        default:
            return false;
    }
}

std::string random_name() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
}

// The last unit of a path: 4 of "/1/4/".
std::int64_t unit_of(const std::string& path) {
    if (path.size() < 3) return 0;
    const auto begin = path.rfind('/', path.size() - 2) + 1;
    std::int64_t id = 0;
    std::from_chars(path.data() + begin, path.data() + path.size(), id);
    return id;
}

}  // namespace

BackgroundPlanner::BackgroundPlanner(WithoutThread, storage::Database& database, BackgroundOptions options,
                                     std::function<void()> events_committed, std::function<Instant()> clock)
    : database_{database},
      options_{std::move(options)},
      events_committed_{std::move(events_committed)},
      clock_{std::move(clock)},
      name_{random_name()} {}

BackgroundPlanner::BackgroundPlanner(storage::Database& database, BackgroundOptions options,
                                     std::function<void()> events_committed, std::function<Instant()> clock)
    : BackgroundPlanner{WithoutThread{}, database, std::move(options), std::move(events_committed), std::move(clock)} {
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

BackgroundPlanner::~BackgroundPlanner() = default;

void BackgroundPlanner::read_events() {
    database_.transaction([&](storage::Connection& db) {
        const auto head = storage::last_seq(db);
        // What happened before it ran stands in the tickets; the next event brings an office to it.
        if (seen_ < 0) seen_ = head;
        const auto events = storage::events_after(db, seen_, head, events_a_look);
        for (const auto& event : events) {
            if (changes_the_day(event)) offices_[unit_of(event.audience.office_path)].changed_seq = event.seq;
        }
        seen_ = events.empty() ? head : events.back().seq;
    });
    offices_.erase(0);
}

bool BackgroundPlanner::plan_office(std::int64_t office_id, Office& office, Instant now) {
    const auto place = database_.transaction([&](storage::Connection& db) -> std::optional<dispatch::UnitPlace> {
        const auto active = storage::active_office(db, office_id);
        if (!active || storage::asked_for_since(db, office_id, now - time_to_decide)) return std::nullopt;
        return active;
    });
    const auto seq = std::exchange(office.changed_seq, 0);
    if (!place) return false;
    const auto lease = database_.transaction([&](storage::Connection& db) {
        const auto expires_at = now + options_.interval + lease_beyond_interval;
        return storage::take_planning_lease(db, office_id, name_, seq, now, expires_at);
    });
    // Its planner may have died before he came to it: looked at again after the interval.
    if (lease == storage::PlanningLease::of_another) office.changed_seq = seq;
    if (lease != storage::PlanningLease::taken) return false;
    return propose(*place, seq, now);
}

bool BackgroundPlanner::propose(const dispatch::UnitPlace& place, std::int64_t seq, Instant now) {
    const auto office = database_.transaction([&](storage::Connection& db) {
        return storage::office_day(db, place, api::suggestions::workforce_clock(options_.timezone, now));
    });
    const auto planned = plan(office, options_.search_time);
    const bool made = database_.transaction([&](storage::Connection& db) {
        if (!storage::finish_planning(db, place.unit_id, name_, seq) || planned.changes.empty()) return false;
        store(db, office, planned, now, std::nullopt);
        return true;
    });
    if (made) events_committed_();
    return made;
}

int BackgroundPlanner::run_once() {
    const double started = thread_cpu_seconds();
    read_events();
    int made = 0;
    for (auto& [office_id, office] : offices_) {
        const auto now = clock_();
        if (office.changed_seq == 0 || now < office.looked_at + options_.interval) continue;
        office.looked_at = now;
        made += plan_office(office_id, office, now) ? 1 : 0;
        // One office a round: the pause that the budget asks for comes after each.
        break;
    }
    cpu_seconds_ = thread_cpu_seconds() - started;
    return made;
}

void BackgroundPlanner::run(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    while (!stop.stop_requested()) {
        try {
            run_once();
        } catch (const std::exception& error) {
            spdlog::warn("planning in the background: {}", error.what());
            cpu_seconds_ = 0;
        }
        const std::chrono::duration<double> pause{cpu_seconds_ * (100 / options_.cpu_budget_pct - 1)};
        stopped_.wait_for(lock, stop, std::max<std::chrono::duration<double>>(between_looks, pause),
                          [] { return false; });
    }
}

}  // namespace callout::plans
