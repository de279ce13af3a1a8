#include "notifications/sequencer_fsm.hpp"

#include <algorithm>
#include <stdexcept>

namespace callout::notifications {
namespace {

// How often a node looks for what others committed: soon after something happened, seldom in a quiet night.
constexpr Milliseconds busy_rest{25};
constexpr Milliseconds quiet_rest{100};
constexpr int rounds_until_quiet = 400;

// Two sequencers that keep meeting: the loser steps aside.
constexpr int collisions_until_pause = 3;
constexpr Milliseconds collision_pause{2};

constexpr Milliseconds first_loss_pause{50};
constexpr Milliseconds longest_loss_pause{1000};
// 50 + 100 + 200 + 400 + 800 ms: after this many failures consoles learn that the database is gone.
constexpr int losses_until_giving_up = 5;

}  // namespace

SequencerFsm::Action SequencerFsm::resume(const Event& event) {
    return std::visit([this](const auto& happened) { return on(happened); }, event);
}

SequencerFsm::Action SequencerFsm::on(const Connected& connected) {
    expect(State::connecting);
    losses_ = 0;
    gave_up_ = false;
    state_ = State::beginning;
    batch_ = 0;
    // A head below ours: the database was restored from an older copy.
    const bool rewound = begun_ && connected.head < head_;
    if (!begun_ || rewound) head_ = connected.head;
    begun_ = true;
    if (rewound) return Rewind{head_};
    return Begin{head_};
}

SequencerFsm::Action SequencerFsm::on(const Found& found) {
    expect(State::finding);
    if (found.count == 0) return read();
    batch_ = found.count;
    more_ = found.count >= batch_limit;
    state_ = State::numbering;
    return Number{head_ + 1};
}

SequencerFsm::Action SequencerFsm::on(const Numbered&) {
    expect(State::numbering);
    collisions_ = 0;
    head_ += batch_;
    numbered_here_ = true;
    state_ = State::announcing;
    return Announce{};
}

SequencerFsm::Action SequencerFsm::on(const Collided&) {
    expect(State::numbering);
    batch_ = 0;
    if (++collisions_ % collisions_until_pause == 0) return pause(collision_pause);
    return read();
}

SequencerFsm::Action SequencerFsm::on(const Read& rows) {
    expect(State::reading);
    if (rows.count == 0) return collisions_ > 0 ? find() : rest();
    // Numbers are committed in whole batches, each right after the one before: anything else means that rows we know
    // were taken away, and connecting anew finds out how far.
    if (rows.first_seq != head_ + 1 || rows.last_seq != head_ + rows.count) {
        head_ = std::max(head_, rows.last_seq) + 1;
        return connect();
    }
    collisions_ = 0;
    batch_ = rows.count;
    more_ = rows.count >= batch_limit;
    numbered_here_ = false;
    head_ = rows.last_seq;
    state_ = State::announcing;
    return Announce{};
}

SequencerFsm::Action SequencerFsm::on(const Announced&) {
    if (state_ == State::beginning) return read();
    if (state_ == State::giving_up) return pause(longest_loss_pause);
    expect(State::announcing);
    batch_ = 0;
    idle_rounds_ = 0;
    if (more_ && !numbered_here_) return read();
    if (more_ || !numbered_here_) return find();
    state_ = State::resting;
    return Rest{busy_rest};
}

SequencerFsm::Action SequencerFsm::on(const Rested& rested) {
    if (state_ == State::pausing) return losses_ > 0 ? connect() : read();
    expect(State::resting);
    if (rested.woken) idle_rounds_ = 0;
    return find();
}

SequencerFsm::Action SequencerFsm::on(const Lost&) {
    ++losses_;
    batch_ = 0;
    collisions_ = 0;
    if (losses_ >= losses_until_giving_up && !gave_up_) {
        gave_up_ = true;
        state_ = State::giving_up;
        return GiveUpConsoles{};
    }
    const auto doubled = first_loss_pause * (1 << std::min(losses_ - 1, 10));
    return pause(std::min(doubled, longest_loss_pause));
}

SequencerFsm::Action SequencerFsm::find() {
    state_ = State::finding;
    return Find{batch_limit};
}

SequencerFsm::Action SequencerFsm::read() {
    state_ = State::reading;
    return ReadAfter{head_, batch_limit};
}

SequencerFsm::Action SequencerFsm::connect() {
    state_ = State::connecting;
    return Connect{};
}

SequencerFsm::Action SequencerFsm::rest() {
    state_ = State::resting;
    idle_rounds_ = std::min(idle_rounds_ + 1, rounds_until_quiet);
    return Rest{idle_rounds_ < rounds_until_quiet ? busy_rest : quiet_rest};
}

SequencerFsm::Action SequencerFsm::pause(Milliseconds length) {
    state_ = State::pausing;
    return Pause{length};
}

void SequencerFsm::expect(State state) const {
    if (state_ != state) throw std::logic_error{"the sequencer was told of something it did not ask for"};
}

}  // namespace callout::notifications
