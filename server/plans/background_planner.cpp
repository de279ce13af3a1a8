#include "server/plans/background_planner.hpp"

#include <spdlog/spdlog.h>

#include <charconv>
#include <ctime>

#include "dispatch/enum_names.hpp"
#include "dispatch/tickets/event.hpp"
#include "server/api/suggestions.hpp"
#include "server/plans/propose.hpp"
#include "server/storage/events.hpp"

namespace callout::plans {
namespace {

constexpr std::chrono::seconds between_looks{2};
constexpr std::int64_t events_a_look = 500;
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
      clock_{std::move(clock)} {}

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
            if (changes_the_day(event)) offices_[unit_of(event.audience.office_path)].changed = true;
        }
        seen_ = events.empty() ? head : events.back().seq;
    });
    offices_.erase(0);
}

bool BackgroundPlanner::plan_office(std::int64_t office_id, Instant now) {
    const auto office = database_.transaction([&](storage::Connection& db) -> std::optional<storage::OfficeDay> {
        const auto place = storage::active_office(db, office_id);
        if (!place || storage::asked_for_since(db, office_id, now - time_to_decide)) return std::nullopt;
        return storage::office_day(db, *place, api::suggestions::workforce_clock(options_.timezone, now));
    });
    if (!office || office->day.visits.empty()) return false;
    const auto planned = plan(*office, options_.search_time);
    if (planned.changes.empty()) return false;
    database_.transaction([&](storage::Connection& db) { store(db, *office, planned, now, std::nullopt); });
    events_committed_();
    return true;
}

int BackgroundPlanner::run_once() {
    const double started = thread_cpu_seconds();
    read_events();
    int made = 0;
    for (auto& [office_id, office] : offices_) {
        const auto now = clock_();
        if (!office.changed || now < office.planned_at + options_.interval) continue;
        office = {.changed = false, .planned_at = now};
        made += plan_office(office_id, now) ? 1 : 0;
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
