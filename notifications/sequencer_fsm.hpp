// Decides what the sequencer does next, so that committed events get the numbers 1, 2, 3 … without a gap and this node
// announces each of them once, in that order. Pure: it is told what happened and answers what to do, without database,
// thread or clock.
//
// Any number of nodes number at once: each proposes the numbers after the last one it knows, and the unique key lets
// one of them through; the loser reads what the winner numbered and tries again.
#pragma once

#include <cstdint>
#include <variant>

#include "dispatch/clock.hpp"

namespace callout::notifications {

class SequencerFsm {
public:
    // Rows numbered or read in one transaction.
    static constexpr std::int64_t batch_limit = 512;

    // What happened.
    struct Connected {
        std::int64_t head;  // the highest number in the database, 0 when there is none
    };

    struct Found {
        std::int64_t count;  // committed rows without a number, at most batch_limit; the caller keeps them
    };

    struct Numbered {};  // all of them, durable

    struct Collided {};  // another sequencer was there; nothing changed

    struct Read {
        std::int64_t count;  // numbered rows after the last announced one; the caller keeps them
        std::int64_t first_seq;
        std::int64_t last_seq;
    };

    struct Announced {};

    struct Rested {
        bool woken;  // by a commit on this node; false: the time was over
    };

    struct Lost {};  // the connection, or the answer to a COMMIT

    using Event = std::variant<Connected, Found, Numbered, Collided, Read, Announced, Rested, Lost>;

    // What to do. Each ends with exactly one event.
    struct Connect {};  // and read the head -> Connected, Lost

    struct Begin {
        std::int64_t head;
    };  // tell consoles the head -> Announced

    struct Rewind {
        std::int64_t head;
    };  // numbers known here are gone from the database -> Announced

    struct Find {
        std::int64_t limit;
    };  // -> Found, Lost

    struct Number {
        std::int64_t first_seq;
    };  // the rows found, in their order -> Numbered, Collided, Lost

    struct ReadAfter {
        std::int64_t seq;
        std::int64_t limit;
    };  // -> Read, Lost

    struct Announce {};  // the rows found or read -> Announced

    struct Rest {
        Milliseconds longest;
    };  // until woken or the time is over -> Rested

    struct Pause {
        Milliseconds length;
    };  // whoever wakes -> Rested

    struct GiveUpConsoles {};  // the database has been away too long to pretend -> Announced

    using Action = std::variant<Connect, Begin, Rewind, Find, Number, ReadAfter, Announce, Rest, Pause, GiveUpConsoles>;

    // The first action.
    Action start() { return Connect{}; }

    // Throws std::logic_error for an event that does not answer the last action.
    Action resume(const Event& event);

    // The last number announced here.
    std::int64_t head() const { return head_; }

private:
    enum class State { connecting, beginning, finding, numbering, reading, announcing, resting, pausing, giving_up };

    Action on(const Connected& connected);
    Action on(const Found& found);
    Action on(const Numbered&);
    Action on(const Collided&);
    Action on(const Read& read);
    Action on(const Announced&);
    Action on(const Rested& rested);
    Action on(const Lost&);

    Action find();
    Action read();
    Action connect();
    Action rest();
    Action pause(Milliseconds length);
    void expect(State state) const;

    State state_ = State::connecting;
    std::int64_t head_ = 0;
    bool begun_ = false;
    std::int64_t batch_ = 0;      // rows found or read, not yet announced
    bool numbered_here_ = false;  // the batch is our own
    bool more_ = false;           // the batch was full: there may be more
    int collisions_ = 0;          // in a row
    int idle_rounds_ = 0;         // in a row
    int losses_ = 0;              // in a row
    bool gave_up_ = false;
};

}  // namespace callout::notifications
