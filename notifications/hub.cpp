#include "notifications/hub.hpp"

#include <algorithm>

namespace callout::notifications {
namespace {

// One step of catching up; small, so that a change of what the viewer may see takes effect soon.
constexpr std::size_t catch_up_chunk = 128;
constexpr std::int64_t database_chunk = 500;

bool changes_people(const Announcement& announcement) {
    return announcement.kind == user_changed || announcement.kind == organisation_changed;
}

}  // namespace

Hub::Hub(HubLimits limits) : limits_{limits}, recent_{limits.recent_count, limits.recent_bytes} {}

void Hub::begin(std::int64_t head) {
    const std::unique_lock lock{mutex_};
    head_ = std::max<std::int64_t>(head_, head);
    accepting_ = !closed_;
}

void Hub::announce(std::span<const AnnouncementPtr> announcements) {
    if (announcements.empty()) return;
    std::vector<ConsolePtr> consoles;
    {
        const std::unique_lock lock{mutex_};
        for (const auto& announcement : announcements) recent_.add(announcement);
        head_ = announcements.back()->seq;
        for (const auto& announcement : announcements)
            if (changes_people(*announcement)) last_change_of_people_ = announcement->seq;
        // Under the lock: a console joins either before all of these, and is told here, or after them, and has them
        // already.
        for (const auto& console : consoles_) {
            if (console->announce(announcements)) ++overflowed_;
        }
    }
    hold_changed(announcements);
    leave_lost_tickets(announcements);
}

void Hub::hold_changed(std::span<const AnnouncementPtr> announcements) {
    if (std::ranges::none_of(announcements, [](const auto& one) { return changes_people(*one); })) return;
    const std::unique_lock lock{mutex_};
    for (const auto& console : consoles_)
        if (console->held()) held_.push_back(console);
}

void Hub::leave_lost_tickets(std::span<const AnnouncementPtr> announcements) {
    const std::scoped_lock lock{presence_mutex_};
    if (viewers_.empty()) return;
    for (const auto& announcement : announcements) {
        if (!announcement->ticket_id) continue;
        const auto found = viewers_.find(*announcement->ticket_id);
        if (found == viewers_.end()) continue;
        std::vector<ConsolePtr> lost;
        for (const auto& console : found->second)
            if (!may_see_ticket(*console->viewer(), announcement->audience)) lost.push_back(console);
        for (const auto& console : lost) remove_viewer(console);
    }
}

void Hub::rewind(std::int64_t head) {
    const std::unique_lock lock{mutex_};
    recent_.clear();
    head_ = head;
    last_change_of_people_ = 0;
    accepting_ = !closed_;
    for (const auto& console : consoles_) console->rewind(head);
}

void Hub::database_gone() {
    accepting_ = false;
    for (const auto& console : snapshot()) console->close(CloseCode::database_gone);
}

ConsolePtr Hub::open(Viewer viewer, std::int64_t after, std::int64_t seen_head, std::function<void()> wake) {
    auto console = std::make_shared<Console>(std::move(viewer), limits_.queue, after, std::move(wake));
    const std::unique_lock lock{mutex_};
    if (!accepting_) {
        console->close(closed_ ? CloseCode::restart : CloseCode::database_gone);
        return console;
    }
    consoles_.insert(console);
    if (last_change_of_people_ > seen_head) {
        console->hold();
        held_.push_back(console);
    }
    return console;
}

void Hub::leave(const ConsolePtr& console) {
    {
        const std::unique_lock lock{mutex_};
        consoles_.erase(console);
    }
    {
        const std::scoped_lock lock{presence_mutex_};
        remove_viewer(console);
    }
    // Another thread may have it in its hands still, to close it say, when what `wake` posts to is about to go.
    console->left();
}

Hub::CatchUp Hub::catch_up(const ConsolePtr& console) {
    using Kind = CatchUp::Kind;
    const std::shared_lock lock{mutex_};
    const auto head = head_.load();
    const auto position = console->position();
    if (position == head) {
        // Nothing is announced while we hold the lock.
        console->join_at(head);
        return {.kind = Kind::live};
    }
    if (position > head) return {.kind = Kind::ahead, .after = position};
    if (head - position > limits_.resume_events) {
        console->skip_to(head);
        return {.kind = Kind::resync};
    }
    if (recent_.reaches_back_to(position))
        return {.kind = Kind::events, .events = recent_.after(position, catch_up_chunk)};
    return {.kind = Kind::in_database, .after = position, .until = std::min(head, position + database_chunk)};
}

void Hub::resync(const ConsolePtr& console) {
    const std::shared_lock lock{mutex_};
    console->skip_to(head_);
}

void Hub::show_ticket(const ConsolePtr& console, std::int64_t ticket_id, bool typing, Instant at) {
    const std::scoped_lock lock{presence_mutex_};
    auto& shown = console->shown_;
    const bool typing_changed = shown.typing != typing;
    shown.typing_until = at + limits_.typing_lasts;
    if (shown.ticket_id == ticket_id) {
        shown.typing = typing;
        if (ticket_id != 0 && typing_changed) tell_viewers(ticket_id);
        return;
    }
    remove_viewer(console);
    if (ticket_id == 0) return;
    shown.ticket_id = ticket_id;
    shown.typing = typing;
    viewers_[ticket_id].push_back(console);
    tell_viewers(ticket_id);
}

Presence Hub::presence_for(const ConsolePtr& console) const {
    const std::scoped_lock lock{presence_mutex_};
    Presence presence{.ticket_id = console->shown_.ticket_id, .people = {}};
    const auto found = viewers_.find(presence.ticket_id);
    if (found == viewers_.end()) return presence;
    for (const auto& other : found->second) {
        const auto viewer = other->viewer();
        const auto same = std::ranges::find(presence.people, viewer->user_id, &Present::user_id);
        if (same != presence.people.end()) {
            same->typing |= other->shown_.typing;
        } else if (presence.people.size() < limits_.presence_people) {
            presence.people.push_back({viewer->user_id, viewer->name, other->shown_.typing});
        }
    }
    std::ranges::sort(presence.people, {}, &Present::user_id);
    return presence;
}

void Hub::tick(Instant at) {
    const std::scoped_lock lock{presence_mutex_};
    for (auto& [ticket_id, viewers] : viewers_) {
        bool changed = false;
        for (const auto& console : viewers) {
            auto& shown = console->shown_;
            if (!shown.typing || at < shown.typing_until) continue;
            shown.typing = false;
            changed = true;
        }
        if (changed) tell_viewers(ticket_id);
    }
}

std::vector<ConsolePtr> Hub::take_held() {
    std::vector<std::weak_ptr<Console>> held;
    {
        const std::unique_lock lock{mutex_};
        held.swap(held_);
    }
    std::vector<ConsolePtr> consoles;
    for (const auto& weak : held)
        if (auto console = weak.lock()) consoles.push_back(std::move(console));
    std::ranges::sort(consoles);
    consoles.erase(std::unique(consoles.begin(), consoles.end()), consoles.end());
    return consoles;
}

void Hub::release(const ConsolePtr& console, Viewer viewer, std::uint64_t holds) {
    console->release(std::move(viewer), holds);
}

std::int64_t Hub::shown_ticket(const ConsolePtr& console) const {
    const std::scoped_lock lock{presence_mutex_};
    return console->shown_.ticket_id;
}

void Hub::close(const ConsolePtr& console, CloseCode code) {
    console->close(code);
}

void Hub::close_session(std::int64_t session_id, CloseCode code) {
    for (const auto& console : snapshot())
        if (console->viewer()->session_id == session_id) console->close(code);
}

void Hub::close_all(CloseCode code) {
    {
        const std::unique_lock lock{mutex_};
        closed_ = true;
        accepting_ = false;
    }
    for (const auto& console : snapshot()) console->close(code);
}

std::vector<ConsolePtr> Hub::consoles() const {
    return snapshot();
}

std::size_t Hub::console_count() const {
    const std::shared_lock lock{mutex_};
    return consoles_.size();
}

std::vector<ConsolePtr> Hub::snapshot() const {
    const std::shared_lock lock{mutex_};
    return {consoles_.begin(), consoles_.end()};
}

void Hub::tell_viewers(std::int64_t ticket_id) {
    const auto found = viewers_.find(ticket_id);
    if (found == viewers_.end()) return;
    for (const auto& console : found->second) console->presence_changed();
}

void Hub::remove_viewer(const ConsolePtr& console) {
    auto& shown = console->shown_;
    const auto ticket_id = shown.ticket_id;
    shown.ticket_id = 0;
    shown.typing = false;
    const auto found = viewers_.find(ticket_id);
    if (found == viewers_.end()) return;
    std::erase(found->second, console);
    if (found->second.empty()) {
        viewers_.erase(found);
    } else {
        tell_viewers(ticket_id);
    }
}

}  // namespace callout::notifications
