// A committed event: numbered without gaps, never changed again, and told only to those its audience names.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dispatch/clock.hpp"
#include "dispatch/organisation/scope.hpp"

namespace callout::notifications {

// One row of the table `event`, as consoles get it.
struct Event {
    std::int64_t id = 0;   // of the row; says nothing about the order
    std::int64_t seq = 0;  // 1, 2, 3 … in the order every reader sees
    std::string kind;      // ticket.opened, call.ringing …
    std::optional<std::int64_t> ticket_id;
    std::optional<std::int64_t> ticket_version;
    std::string from_state;
    std::string to_state;
    Instant happened_at{};
    Instant recorded_at{};
    std::string source;
    std::optional<std::int64_t> actor_id;  // missing: Callout itself
    std::string actor_name;
    std::string attributes = "{}";  // JSON object
    dispatch::Audience audience;
    bool internal = false;  // only for those who may write internal notes
};

// What the hub keeps of an event: the text that goes out, made once for everybody, and all that decides who gets it.
struct Announcement {
    std::int64_t seq = 0;
    std::string kind;
    std::optional<std::int64_t> ticket_id;
    dispatch::Audience audience;
    bool internal = false;
    std::shared_ptr<const std::string> text;

    // Of memory, near enough for bounds.
    std::size_t bytes() const {
        return sizeof(Announcement) + text->size() + kind.size() + audience.office_path.size() +
               audience.dealer_path.size() + audience.former_dealer_path.size() + audience.user_ids.size() * 8;
    }
};

// The events after which what people may see is asked anew: of the one user whose id stands as the audience's
// technician_id, and of everybody.
inline constexpr std::string_view user_changed = "user.changed";
inline constexpr std::string_view organisation_changed = "organisation.changed";

using AnnouncementPtr = std::shared_ptr<const Announcement>;

}  // namespace callout::notifications
