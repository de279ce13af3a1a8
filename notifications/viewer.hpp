// Who sits at a console, and the one answer to "may he be told of this event?".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "notifications/event.hpp"

namespace callout::notifications {

struct Viewer {
    dispatch::Actor actor;
    std::int64_t user_id = 0;
    std::string name;
    // What he signed in with; the console ends with it.
    std::optional<std::int64_t> session_id;
    std::optional<std::int64_t> token_id;
};

// True when a grant that lets him see tickets reaches the event, and for an internal one also a grant that lets him
// write notes there. Events that name people reach exactly those; telephone calls need the permission to handle them;
// everybody is told of a change of himself.
bool may_see(const Viewer& viewer, const Announcement& announcement);

// The same for a ticket as it is now: the dealer who has lost it does not see it any longer.
bool may_see_ticket(const Viewer& viewer, const dispatch::Audience& audience);

}  // namespace callout::notifications
