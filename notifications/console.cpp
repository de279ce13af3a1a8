#include "notifications/console.hpp"

namespace callout::notifications {

Console::Console(Viewer viewer, QueueLimits limits, std::int64_t position, std::function<void()> wake)
    : viewer_{std::make_shared<const Viewer>(std::move(viewer))}, queue_{limits, position}, wake_{std::move(wake)} {}

ConsoleQueue::Next Console::next() {
    const std::scoped_lock lock{mutex_};
    return queue_.next();
}

Console::Decision Console::decide(const Announcement& announcement) {
    const std::scoped_lock lock{mutex_};
    if (announcement.seq <= queue_.position()) return Decision::pass_over;
    if (!queue_.advance(announcement.seq)) return Decision::break_off;
    return may_see(*viewer_, announcement) ? Decision::send : Decision::pass_over;
}

std::shared_ptr<const Viewer> Console::viewer() const {
    const std::scoped_lock lock{mutex_};
    return viewer_;
}

std::int64_t Console::position() const {
    const std::scoped_lock lock{mutex_};
    return queue_.position();
}

bool Console::held() const {
    const std::scoped_lock lock{mutex_};
    return queue_.held();
}

CloseCode Console::closing() const {
    const std::scoped_lock lock{mutex_};
    return queue_.closing();
}

bool Console::overflowed() const {
    const std::scoped_lock lock{mutex_};
    return queue_.overflowed();
}

std::size_t Console::queued_count() const {
    const std::scoped_lock lock{mutex_};
    return queue_.count();
}

std::size_t Console::queued_bytes() const {
    const std::scoped_lock lock{mutex_};
    return queue_.bytes();
}

bool Console::announce(std::span<const AnnouncementPtr> announcements) {
    bool must_wake = false;
    bool overflowed = false;
    {
        const std::scoped_lock lock{mutex_};
        const bool overflowed_before = queue_.overflowed();
        for (const auto& announcement : announcements) {
            if (queue_.live() && announcement->seq > queue_.position()) {
                if (may_see(*viewer_, *announcement)) {
                    must_wake |= queue_.offer(announcement);
                } else {
                    queue_.pass_over(announcement->seq);
                }
            }
            // Whoever sits here may be another one from this event on: what follows is decided when we know.
            if (holds_for(*announcement)) {
                queue_.hold();
                ++holds_;
            }
        }
        overflowed = queue_.overflowed() && !overflowed_before;
    }
    if (must_wake) wake();
    return overflowed;
}

void Console::wake() {
    const std::scoped_lock lock{wake_mutex_};
    if (wake_) wake_();
}

void Console::left() {
    const std::scoped_lock lock{wake_mutex_};
    wake_ = nullptr;
}

bool Console::holds_for(const Announcement& announcement) const {
    if (announcement.kind == organisation_changed) return true;
    return announcement.kind == user_changed && announcement.audience.technician_id == viewer_->user_id;
}

std::uint64_t Console::holds() const {
    const std::scoped_lock lock{mutex_};
    return holds_;
}

void Console::hold() {
    const std::scoped_lock lock{mutex_};
    queue_.hold();
    ++holds_;
}

void Console::release(Viewer viewer, std::uint64_t holds) {
    bool must_wake = false;
    {
        const std::scoped_lock lock{mutex_};
        if (holds != holds_) return;
        viewer_ = std::make_shared<const Viewer>(std::move(viewer));
        must_wake = queue_.release();
    }
    if (must_wake) wake();
}

void Console::close(CloseCode code) {
    bool must_wake = false;
    {
        const std::scoped_lock lock{mutex_};
        must_wake = queue_.close(code);
    }
    if (must_wake) wake();
}

void Console::rewind(std::int64_t head) {
    bool must_wake = false;
    {
        const std::scoped_lock lock{mutex_};
        must_wake = queue_.rewind(head);
    }
    if (must_wake) wake();
}

void Console::presence_changed() {
    bool must_wake = false;
    {
        const std::scoped_lock lock{mutex_};
        must_wake = queue_.presence_changed();
    }
    if (must_wake) wake();
}

bool Console::join_at(std::int64_t head) {
    const std::scoped_lock lock{mutex_};
    if (queue_.position() < head) return false;
    queue_.join();
    return true;
}

void Console::skip_to(std::int64_t head) {
    const std::scoped_lock lock{mutex_};
    queue_.skip_to(head);
}

}  // namespace callout::notifications
