// What the stream says to consoles, as JSON text in the words of api/events.schema.json; and what they say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "notifications/event.hpp"
#include "notifications/hub.hpp"

namespace callout::ws {

std::string hello_message(std::int64_t head);
std::string resync_message(std::int64_t head);
std::string presence_message(const notifications::Presence& presence);
std::string event_message(const notifications::Event& event);

// The event with its text, made once for everybody.
notifications::AnnouncementPtr announce(const notifications::Event& event);

// presence{…} of a console.
struct OwnPresence {
    std::int64_t ticket_id = 0;  // 0: none
    bool typing = false;
};

// Nothing when the text is not exactly such a message.
std::optional<OwnPresence> parse_own_presence(std::string_view text);

}  // namespace callout::ws
