// SIGINT, SIGTERM and SIGHUP as something to wait for: no code ever runs inside a signal handler.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace callout::process {

// Make it before any other thread, which all inherit that the signals are blocked. Until ready() a signal ends the
// program at once (children follow: process::Child); after it the first one wakes wait(), and another one a second or
// more later, while the program is still stopping, ends it at once.
class StopSignal {
public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    void ready();

    // Answers the signal that came, 0 for request().
    int wait();

    // As if a signal had come: something the program cannot live without is gone.
    void request();

private:
    void listen();

    std::mutex mutex_;
    std::condition_variable stopped_;
    bool ready_ = false;
    bool stopping_ = false;
    bool closing_ = false;
    int signal_ = 0;
    std::chrono::steady_clock::time_point stopping_since_;
    std::thread thread_;
};

}  // namespace callout::process
