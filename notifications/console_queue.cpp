#include "notifications/console_queue.hpp"

#include <stdexcept>
#include <utility>

namespace callout::notifications {
namespace {

// Giving memory back at every message took longer than the message: only a queue that held more does.
constexpr std::size_t count_kept = 16;

}  // namespace

bool ConsoleQueue::offer(const AnnouncementPtr& announcement) {
    if (state_ != State::live) return false;
    if (announcement->seq <= position_) throw std::logic_error{"an announcement out of order"};
    if (queue_.size() + 1 > limits_.count || bytes_ + announcement->text->size() > limits_.bytes) {
        overflowed_ = true;
        resync_ = true;
        return close(CloseCode::overloaded);
    }
    position_ = announcement->seq;
    bytes_ += announcement->text->size();
    queue_.push_back(announcement);
    grown_ |= queue_.size() > count_kept;
    return wake();
}

void ConsoleQueue::pass_over(std::int64_t seq) {
    if (state_ == State::live) position_ = seq;
}

bool ConsoleQueue::presence_changed() {
    if (state_ == State::closing || state_ == State::closed) return false;
    presence_ = true;
    return wake();
}

void ConsoleQueue::hold() {
    if (state_ != State::live && state_ != State::catching_up) return;
    if (!queue_.empty()) position_ = queue_.front()->seq - 1;
    drop();
    state_ = State::held;
}

bool ConsoleQueue::release() {
    if (state_ != State::held) return false;
    state_ = State::catching_up;
    return wake();
}

bool ConsoleQueue::rewind(std::int64_t head) {
    if (state_ == State::closing || state_ == State::closed) return false;
    drop();
    position_ = head;
    resync_ = true;
    if (state_ == State::live) state_ = State::catching_up;
    return wake();
}

bool ConsoleQueue::close(CloseCode code) {
    if (state_ == State::closing || state_ == State::closed) return false;
    drop();
    code_ = code;
    state_ = State::closing;
    writer_waits_ = false;
    return true;
}

bool ConsoleQueue::advance(std::int64_t seq) {
    if (state_ != State::catching_up) return false;
    if (seq > position_) position_ = seq;
    return true;
}

void ConsoleQueue::join() {
    if (state_ == State::catching_up) state_ = State::live;
}

void ConsoleQueue::skip_to(std::int64_t head) {
    if (state_ != State::catching_up) return;
    position_ = head;
    resync_ = true;
}

ConsoleQueue::Next ConsoleQueue::next() {
    writer_waits_ = false;
    if (resync_) {
        resync_ = false;
        return {Step::resync, nullptr, CloseCode::none};
    }
    switch (state_) {
        case State::catching_up:
            return {Step::catch_up, nullptr, CloseCode::none};
        case State::closing:
            state_ = State::closed;
            return {Step::close, nullptr, code_};
        case State::held:
        case State::closed:
            break;
        case State::live:
            if (!queue_.empty()) {
                auto announcement = std::move(queue_.front());
                queue_.pop_front();
                bytes_ -= announcement->text->size();
                if (queue_.empty() && std::exchange(grown_, false)) queue_.shrink_to_fit();
                return {Step::send, std::move(announcement), CloseCode::none};
            }
            if (presence_) {
                presence_ = false;
                return {Step::presence, nullptr, CloseCode::none};
            }
    }
    writer_waits_ = true;
    return {};
}

bool ConsoleQueue::wake() {
    if (!writer_waits_) return false;
    writer_waits_ = false;
    return true;
}

void ConsoleQueue::drop() {
    queue_.clear();
    bytes_ = 0;
}

}  // namespace callout::notifications
