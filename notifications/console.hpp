// One connected console as the hub knows it: who sits there, what waits for it, which ticket it shows.
//
// Any thread may call it. Its lock is taken after the hub's, never before.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "notifications/console_queue.hpp"
#include "notifications/viewer.hpp"

namespace callout::notifications {

class Console {
public:
    // `wake` tells the writer to ask next() again. It is called from any thread, under the hub's locks, so it does no
    // more than post. Once Hub::leave() has returned nobody is in it and nobody will be.
    Console(Viewer viewer, QueueLimits limits, std::int64_t position, std::function<void()> wake);

    // For the writer.
    ConsoleQueue::Next next();
    enum class Decision : std::uint8_t { send, pass_over, break_off };
    // What to do with the next event of catching up; break_off: do not send it but ask next() again.
    Decision decide(const Announcement& announcement);

    std::shared_ptr<const Viewer> viewer() const;
    std::int64_t position() const;
    bool held() const;
    // How often it was held so far: a viewer asked for before the last time is out of date.
    std::uint64_t holds() const;
    CloseCode closing() const;
    bool overflowed() const;
    std::size_t queued_count() const;
    std::size_t queued_bytes() const;

private:
    friend class Hub;

    // Which ticket it shows, guarded by the hub's presence lock.
    struct Shown {
        std::int64_t ticket_id = 0;  // 0: none
        bool typing = false;
        Instant typing_until{};
    };

    // True when this was too much for its queue.
    bool announce(std::span<const AnnouncementPtr> announcements);
    void hold();
    void release(Viewer viewer, std::uint64_t holds);
    void close(CloseCode code);
    void rewind(std::int64_t head);
    void presence_changed();
    bool join_at(std::int64_t head);
    void skip_to(std::int64_t head);
    void wake();
    void left();
    bool holds_for(const Announcement& announcement) const;

    mutable std::mutex mutex_;
    std::shared_ptr<const Viewer> viewer_;
    ConsoleQueue queue_;
    std::uint64_t holds_ = 0;
    // Innermost of all locks.
    std::mutex wake_mutex_;
    std::function<void()> wake_;
    Shown shown_;
};

using ConsolePtr = std::shared_ptr<Console>;

}  // namespace callout::notifications
