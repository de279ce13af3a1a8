// Wakes many consoles with few jobs. An event wakes a thousand writers at once; posting to each of their strands from
// the sequencer's thread took longer than what they then had to do (docs/decisions/0006).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace callout::ws {

// Outlives those who are woken. Holds each of them at most as often as he was woken and did not come to run yet.
class WakeQueue {
public:
    class Sleeper {
    public:
        virtual ~Sleeper() = default;
        // A strand of his own.
        virtual const boost::asio::any_io_executor& executor() const = 0;
        // Called on it, soon after wake().
        virtual void woken() = 0;
    };

    // Any thread; cheap, and nobody runs within it.
    void wake(const std::weak_ptr<Sleeper>& sleeper);

private:
    std::vector<std::weak_ptr<Sleeper>> take_some();
    void run_some();

    std::mutex mutex_;
    std::deque<std::weak_ptr<Sleeper>> woken_;
};

}  // namespace callout::ws
