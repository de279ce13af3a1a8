// The latest announcements in memory, contiguous and bounded in number and bytes, so that a console that was away for a
// moment is served without the database.
#pragma once

#include <deque>
#include <vector>

#include "notifications/event.hpp"

namespace callout::notifications {

class RecentEvents {
public:
    RecentEvents(std::size_t count_limit, std::size_t byte_limit)
        : count_limit_{count_limit}, byte_limit_{byte_limit} {}

    // Its seq is the last one's plus one, unless there is none. Drops the oldest past a bound.
    void add(AnnouncementPtr announcement);
    void clear();

    // True when everything after `seq` is here (or there is nothing after it).
    bool reaches_back_to(std::int64_t seq) const { return !events_.empty() && events_.front()->seq <= seq + 1; }

    // What follows `seq`, at most `limit`; only when reaches_back_to(seq).
    std::vector<AnnouncementPtr> after(std::int64_t seq, std::size_t limit) const;

    std::size_t count() const { return events_.size(); }

    std::size_t bytes() const { return bytes_; }

private:
    const std::size_t count_limit_;
    const std::size_t byte_limit_;
    std::deque<AnnouncementPtr> events_;
    std::size_t bytes_ = 0;
};

}  // namespace callout::notifications
