#include "server/process/stop_signal.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

namespace callout::process {
namespace {

// Terminals, shells and timeout(1) send one Ctrl-C to a program more than once.
constexpr std::chrono::seconds same_wish{1};

sigset_t stop_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, signal);
    return signals;
}

}  // namespace

StopSignal::StopSignal() {
    const auto signals = stop_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    thread_ = std::thread{[this] { listen(); }};
}

StopSignal::~StopSignal() {
    {
        const std::lock_guard lock{mutex_};
        closing_ = true;
    }
    // Blocked everywhere, it ends nothing: it wakes the thread's sigwait().
    // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread)
    ::pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
}

void StopSignal::ready() {
    const std::lock_guard lock{mutex_};
    ready_ = true;
}

int StopSignal::wait() {
    std::unique_lock lock{mutex_};
    stopped_.wait(lock, [this] { return stopping_; });
    return signal_;
}

void StopSignal::request() {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    stopping_since_ = std::chrono::steady_clock::now();
    stopped_.notify_all();
}

void StopSignal::listen() {
    const auto signals = stop_signals();
    for (;;) {
        int signal = 0;
        ::sigwait(&signals, &signal);
        const std::lock_guard lock{mutex_};
        if (closing_) return;
        const auto now = std::chrono::steady_clock::now();
        if (!ready_ || (stopping_ && now - stopping_since_ > same_wish)) ::_exit(128 + signal);
        if (stopping_) continue;
        stopping_ = true;
        stopping_since_ = now;
        signal_ = signal;
        stopped_.notify_all();
    }
}

}  // namespace callout::process
