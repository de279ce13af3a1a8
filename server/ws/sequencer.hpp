// One thread with a connection of its own numbers committed events and announces them, ours and those of other nodes;
// it carries out what notifications::SequencerFsm decides.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "notifications/event.hpp"
#include "notifications/sequencer_fsm.hpp"
#include "server/storage/connection.hpp"

namespace callout::ws {

// Whom the sequencer tells. Called from its thread.
struct SequencerListener {
    std::function<void(std::int64_t head)> begin;
    std::function<void(std::vector<notifications::Event>)> announce;
    std::function<void(std::int64_t head)> rewind;
    std::function<void()> database_gone;
};

class Sequencer {
public:
    // Starts at once; a database that cannot be reached is tried again until it can.
    Sequencer(storage::Endpoint endpoint, SequencerListener listener);
    // Ends the thread: a transaction under way is finished first.
    ~Sequencer();
    Sequencer(const Sequencer&) = delete;
    Sequencer& operator=(const Sequencer&) = delete;

    // A transaction with events was committed on this node. Any thread; cheap.
    void wake();

private:
    using Fsm = notifications::SequencerFsm;

    void run(const std::stop_token& stop);
    Fsm::Event perform(const Fsm::Action& action, const std::stop_token& stop);
    Fsm::Event act(const Fsm::Connect&);
    Fsm::Event act(const Fsm::Find& find);
    Fsm::Event act(const Fsm::Number& number);
    Fsm::Event act(const Fsm::ReadAfter& read);
    Fsm::Event rest(Milliseconds length, bool until_woken, const std::stop_token& stop);

    const storage::Endpoint endpoint_;
    const SequencerListener listener_;

    // Of the thread alone.
    std::unique_ptr<storage::Connection> connection_;
    std::vector<notifications::Event> batch_;
    bool reported_loss_ = false;

    std::mutex mutex_;
    std::condition_variable_any woken_;
    bool wake_ = false;

    std::jthread thread_;
};

}  // namespace callout::ws
