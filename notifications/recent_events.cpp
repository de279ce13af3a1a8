#include "notifications/recent_events.hpp"

#include <algorithm>
#include <stdexcept>

namespace callout::notifications {

void RecentEvents::add(AnnouncementPtr announcement) {
    if (!events_.empty() && announcement->seq != events_.back()->seq + 1)
        throw std::logic_error{"an announcement out of order"};
    bytes_ += announcement->bytes();
    events_.push_back(std::move(announcement));
    while (events_.size() > count_limit_ || (bytes_ > byte_limit_ && events_.size() > 1)) {
        bytes_ -= events_.front()->bytes();
        events_.pop_front();
    }
}

void RecentEvents::clear() {
    events_.clear();
    bytes_ = 0;
}

std::vector<AnnouncementPtr> RecentEvents::after(std::int64_t seq, std::size_t limit) const {
    if (!reaches_back_to(seq)) throw std::logic_error{"these events are no longer in memory"};
    const auto skip = static_cast<std::size_t>(seq + 1 - events_.front()->seq);
    if (skip >= events_.size()) return {};
    const auto take = std::min(limit, events_.size() - skip);
    const auto first = events_.begin() + static_cast<std::ptrdiff_t>(skip);
    return {first, first + static_cast<std::ptrdiff_t>(take)};
}

}  // namespace callout::notifications
