// The outbound queue of one console: bounded in number and in bytes, and what its writer is to do next. Pure: no lock,
// no socket, no clock.
//
// A console's seq only grows. It begins by catching up: while it does, nothing is queued for it, and whoever catches up
// tells it how far it came. From the moment it is live every announcement is offered to it in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "notifications/event.hpp"

namespace callout::notifications {

// WebSocket close codes as the contract names them.
enum class CloseCode : std::uint16_t {
    none = 0,
    policy = 1008,
    database_gone = 1011,
    restart = 1012,
    overloaded = 1013,
    signed_out = 4401,
};

struct QueueLimits {
    std::size_t count = 512;
    std::size_t bytes = std::size_t{512} * 1024;
};

class ConsoleQueue {
public:
    // What the writer does next. It writes one message at a time and asks again when it is written.
    enum class Step : std::uint8_t {
        wait,      // nothing to do; somebody will wake it
        send,      // `announcement`
        presence,  // who has the console's ticket open now
        catch_up,  // read what was missed after position(), then advance() or join()
        resync,    // tell the console to read everything anew
        close,     // with `code`; nothing follows
    };

    struct Next {
        Step step = Step::wait;
        AnnouncementPtr announcement;
        CloseCode code = CloseCode::none;
    };

    explicit ConsoleQueue(QueueLimits limits, std::int64_t position) : limits_{limits}, position_{position} {}

    // True while announcements are to be offered.
    bool live() const { return state_ == State::live; }

    bool held() const { return state_ == State::held; }

    // The last number that was sent, queued or passed over.
    std::int64_t position() const { return position_; }

    std::size_t count() const { return queue_.size(); }

    std::size_t bytes() const { return bytes_; }

    bool overflowed() const { return overflowed_; }

    CloseCode closing() const { return code_; }

    // Each of the following answers true when the writer is to be woken: it waits, or it may be stuck in a write and
    // the console is to be closed.

    // The next announcement of the sequence, when live. Past a bound the queue is dropped: resync, then closing with
    // 1013.
    bool offer(const AnnouncementPtr& announcement);
    // The console may not see this one.
    void pass_over(std::int64_t seq);
    // Somebody opened or closed the ticket this console shows, or began to type.
    bool presence_changed();
    // What is queued was decided for somebody whose place or permissions have changed since: takes it back, and sends
    // nothing until release(), after which the console catches up.
    void hold();
    bool release();
    // Its numbers are worth nothing any more (the database was rewound): everything anew, from `head` on.
    bool rewind(std::int64_t head);
    // Ends it; the first code stays. What is queued is dropped.
    bool close(CloseCode code);

    // Catching up: everything up to `seq` was sent or passed over. False when catching up is to be broken off.
    bool advance(std::int64_t seq);
    // Nothing is missing any more.
    void join();
    // Too much was missed: resync, and on from `head`.
    void skip_to(std::int64_t head);

    // Called by the writer alone, when it has written what it was told before.
    Next next();

private:
    enum class State : std::uint8_t { catching_up, held, live, closing, closed };

    bool wake();
    void drop();

    const QueueLimits limits_;
    State state_ = State::catching_up;
    std::deque<AnnouncementPtr> queue_;
    std::size_t bytes_ = 0;
    bool grown_ = false;  // so far that its memory is given back once it is empty
    std::int64_t position_;
    CloseCode code_ = CloseCode::none;
    bool overflowed_ = false;
    bool resync_ = false;
    bool presence_ = false;
    bool writer_waits_ = false;
};

}  // namespace callout::notifications
