#include "server/ws/sequencer.hpp"

#include <spdlog/spdlog.h>

#include <limits>

#include "server/storage/events.hpp"

namespace callout::ws {
namespace {

// Short: a database that does not answer for so long is gone as far as consoles are concerned.
constexpr std::chrono::seconds statement_timeout{5};

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
// C++20 deduces as much by itself; the linter's clang 14 does not.
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace

Sequencer::Sequencer(storage::Endpoint endpoint, SequencerListener listener)
    : endpoint_{std::move(endpoint)}, listener_{std::move(listener)}, thread_{[this](const std::stop_token& stop) {
          run(stop);
      }} {}

Sequencer::~Sequencer() {
    thread_.request_stop();
    thread_.join();
}

void Sequencer::wake() {
    {
        const std::scoped_lock lock{mutex_};
        wake_ = true;
    }
    woken_.notify_one();
}

void Sequencer::run(const std::stop_token& stop) {
    Fsm fsm;
    auto action = fsm.start();
    while (!stop.stop_requested()) action = fsm.resume(perform(action, stop));
}

Sequencer::Fsm::Event Sequencer::perform(const Fsm::Action& action, const std::stop_token& stop) {
    const Overloaded performers{
        [&](const Fsm::Begin& begin) -> Fsm::Event {
            listener_.begin(begin.head);
            return Fsm::Announced{};
        },
        [&](const Fsm::Rewind& rewind) -> Fsm::Event {
            spdlog::error("the database is older than what consoles were told: it ends with event {}", rewind.head);
            listener_.rewind(rewind.head);
            return Fsm::Announced{};
        },
        [&](const Fsm::Announce&) -> Fsm::Event {
            listener_.announce(std::move(batch_));
            batch_.clear();
            return Fsm::Announced{};
        },
        [&](const Fsm::GiveUpConsoles&) -> Fsm::Event {
            listener_.database_gone();
            return Fsm::Announced{};
        },
        [&](const Fsm::Rest& wait) { return rest(wait.longest, true, stop); },
        [&](const Fsm::Pause& pause) { return rest(pause.length, false, stop); },
        [&](const auto& database_action) { return act(database_action); },
    };
    try {
        return std::visit(performers, action);
    } catch (const storage::ConnectionLost& lost) {
        if (!reported_loss_) spdlog::warn("sequencer: database lost: {}", lost.what());
    } catch (const storage::StatementFailed& failed) {
        // Nothing that this transaction does can fail for its own fault; a new connection starts clean.
        if (!reported_loss_) spdlog::error("sequencer: {}", failed.what());
    }
    reported_loss_ = true;
    connection_.reset();
    return Fsm::Lost{};
}

Sequencer::Fsm::Event Sequencer::act(const Fsm::Connect&) {
    connection_.reset();
    connection_ = std::make_unique<storage::Connection>(endpoint_, statement_timeout);
    const auto head = storage::event_head(*connection_);
    connection_->commit();
    if (reported_loss_) spdlog::info("sequencer: database is back, last event {}", head);
    reported_loss_ = false;
    return Fsm::Connected{head};
}

Sequencer::Fsm::Event Sequencer::act(const Fsm::Find& find) {
    batch_ = storage::events_without_seq(*connection_, find.limit);
    return Fsm::Found{static_cast<std::int64_t>(batch_.size())};
}

Sequencer::Fsm::Event Sequencer::act(const Fsm::Number& number) {
    try {
        if (storage::number_events(*connection_, batch_, number.first_seq)) {
            connection_->commit();
            for (std::size_t i = 0; i < batch_.size(); ++i)
                batch_[i].seq = number.first_seq + static_cast<std::int64_t>(i);
            return Fsm::Numbered{};
        }
    } catch (const storage::StatementFailed& failed) {
        if (!failed.worth_retrying()) throw;
    }
    connection_->rollback();
    return Fsm::Collided{};
}

Sequencer::Fsm::Event Sequencer::act(const Fsm::ReadAfter& read) {
    batch_ = storage::events_after(*connection_, read.seq, std::numeric_limits<std::int64_t>::max(), read.limit);
    // Ends the read-only transaction, so that an idle node holds nothing.
    connection_->commit();
    if (batch_.empty()) return Fsm::Read{0, 0, 0};
    return Fsm::Read{static_cast<std::int64_t>(batch_.size()), batch_.front().seq, batch_.back().seq};
}

Sequencer::Fsm::Event Sequencer::rest(Milliseconds length, bool until_woken, const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    woken_.wait_for(lock, stop, length, [&] { return until_woken && wake_; });
    const bool woken = wake_;
    // A wake during a pause is kept: the rows are looked for afterwards in any case.
    if (until_woken) wake_ = false;
    return Fsm::Rested{woken};
}

}  // namespace callout::ws
