#include "server/ws/wake_queue.hpp"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

namespace callout::ws {
namespace {

namespace asio = boost::asio;

// Few enough that other work of the same thread need not wait long: about half a millisecond.
constexpr std::size_t woken_by_a_job = 64;

}  // namespace

void WakeQueue::wake(const std::weak_ptr<Sleeper>& sleeper) {
    // The job is posted to his strand, so it matters that he is there.
    const auto present = sleeper.lock();
    if (!present) return;
    bool job_needed = false;
    {
        const std::scoped_lock lock{mutex_};
        // One job for each so many: nobody is left behind, however they come to run.
        job_needed = woken_.size() % woken_by_a_job == 0;
        woken_.push_back(sleeper);
    }
    if (job_needed) asio::post(present->executor(), [this] { run_some(); });
}

std::vector<std::weak_ptr<WakeQueue::Sleeper>> WakeQueue::take_some() {
    const std::scoped_lock lock{mutex_};
    const auto count = std::min(woken_.size(), woken_by_a_job);
    const auto end = woken_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<std::weak_ptr<Sleeper>> some{std::make_move_iterator(woken_.begin()), std::make_move_iterator(end)};
    woken_.erase(woken_.begin(), end);
    return some;
}

// On a thread of the io_context: each runs at once unless another thread is in his strand.
void WakeQueue::run_some() {
    for (const auto& weak : take_some())
        if (const auto sleeper = weak.lock()) asio::dispatch(sleeper->executor(), [sleeper] { sleeper->woken(); });
}

}  // namespace callout::ws
