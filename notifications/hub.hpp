// Every console gets each event that it may see exactly once, in the order of their numbers, decided with what its
// viewer may see at that moment; one that is too slow, or was away too long, is told to read everything anew.
//
// Any thread may call it; nothing here blocks on more than a short lock. Bounded: consoles by the transport's limit,
// recent events and queues by HubLimits, presence by one ticket a console.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "notifications/console.hpp"
#include "notifications/recent_events.hpp"

namespace callout::notifications {

struct HubLimits {
    QueueLimits queue = {};
    std::size_t recent_count = 65'536;
    std::size_t recent_bytes = std::size_t{32} * 1024 * 1024;
    // A console that missed more is not caught up but told to resync.
    std::int64_t resume_events = 5'000;
    // People named in one presence message.
    std::size_t presence_people = 50;
    // Typing that is not repeated within this time has ended.
    Milliseconds typing_lasts{45'000};
};

struct Present {
    std::int64_t user_id = 0;
    std::string name;
    bool typing = false;

    friend bool operator==(const Present&, const Present&) = default;
};

// Who has a ticket open.
struct Presence {
    std::int64_t ticket_id = 0;
    std::vector<Present> people;
};

class Hub {
public:
    explicit Hub(HubLimits limits);

    // From the sequencer, one thread.

    // The number of the last event there is, at the start and after the database was away.
    void begin(std::int64_t head);
    // The events after the last announced one, without a gap.
    void announce(std::span<const AnnouncementPtr> announcements);
    // The database was set back: everybody reads everything anew.
    void rewind(std::int64_t head);
    // Closes every console with 1011; new ones are refused until begin().
    void database_gone();

    // For consoles.

    // False before begin(), while the database is gone, and from close_all() on.
    bool accepting() const { return accepting_; }

    std::int64_t head() const { return head_; }

    // A new console, which begins by catching up after `after`. `seen_head` is head() from before its viewer was asked
    // for: if people changed since, the console is held until its viewer is asked for again. When not accepting, it is
    // closed at once.
    ConsolePtr open(Viewer viewer, std::int64_t after, std::int64_t seen_head, std::function<void()> wake);
    // Its `wake` is called no more, not even by a thread that found the console before.
    void leave(const ConsolePtr& console);

    struct CatchUp {
        enum class Kind : std::uint8_t {
            live,         // nothing is missing: ask the console's next()
            events,       // decide() about each of `events`, then come again
            in_database,  // the same with the events after `after`, at most up to `until`, read from the database
            ahead,        // it claims to know more than there is here: compare with the database
            resync,       // too much was missed; next() says so
        };
        Kind kind = Kind::live;
        std::vector<AnnouncementPtr> events = {};
        std::int64_t after = 0;
        std::int64_t until = 0;
    };

    // The next step of a console that is catching up.
    CatchUp catch_up(const ConsolePtr& console);
    // What the console knows is not what this database holds: resync from its head.
    void resync(const ConsolePtr& console);

    // The console shows this ticket, which its viewer may see (0: none).
    void show_ticket(const ConsolePtr& console, std::int64_t ticket_id, bool typing, Instant at);
    Presence presence_for(const ConsolePtr& console) const;
    // Once a second: typing that was not repeated ends.
    void tick(Instant at);

    // For whoever watches over people.

    // Consoles whose viewer must be asked for again; each is named once.
    std::vector<ConsolePtr> take_held();
    // Asked, and this is what he is now. `holds` is console->holds() from before asking: when he changed once more
    // since, the console stays held and is named again by take_held().
    void release(const ConsolePtr& console, Viewer viewer, std::uint64_t holds);
    std::int64_t shown_ticket(const ConsolePtr& console) const;
    void close(const ConsolePtr& console, CloseCode code);
    void close_session(std::int64_t session_id, CloseCode code);
    // No console is accepted from now on.
    void close_all(CloseCode code);
    std::vector<ConsolePtr> consoles() const;

    std::size_t console_count() const;

    // Consoles that were closed because they were too slow.
    std::uint64_t overflowed_count() const { return overflowed_; }

private:
    std::vector<ConsolePtr> snapshot() const;
    void hold_changed(std::span<const AnnouncementPtr> announcements);
    void leave_lost_tickets(std::span<const AnnouncementPtr> announcements);
    void tell_viewers(std::int64_t ticket_id);
    void remove_viewer(const ConsolePtr& console);

    const HubLimits limits_;
    std::atomic<bool> accepting_ = false;
    std::atomic<bool> closed_ = false;
    std::atomic<std::int64_t> head_ = 0;
    std::atomic<std::uint64_t> overflowed_ = 0;

    // Guards membership, recent events and the step from catching up to live.
    mutable std::shared_mutex mutex_;
    std::unordered_set<ConsolePtr> consoles_;
    RecentEvents recent_;
    std::int64_t last_change_of_people_ = 0;
    std::vector<std::weak_ptr<Console>> held_;

    // Guards what consoles show. Taken after mutex_, before a console's own.
    mutable std::mutex presence_mutex_;
    std::unordered_map<std::int64_t, std::vector<ConsolePtr>> viewers_;
};

}  // namespace callout::notifications
