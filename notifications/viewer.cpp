#include "notifications/viewer.hpp"

#include <algorithm>
#include <string_view>

namespace callout::notifications {

using dispatch::Permission;

bool may_see(const Viewer& viewer, const Announcement& announcement) {
    const auto& actor = viewer.actor;
    const auto& audience = announcement.audience;
    // Whoever named people meant these people, whatever else they may do.
    if (!audience.user_ids.empty())
        return std::ranges::find(audience.user_ids, viewer.user_id) != audience.user_ids.end();
    if (announcement.kind == user_changed && audience.technician_id == viewer.user_id) return true;
    if (announcement.internal && actor.grant_for(Permission::add_note, audience) == nullptr) return false;
    if (announcement.ticket_id) return actor.grant_for(Permission::view_tickets, audience) != nullptr;
    if (announcement.kind.starts_with("call.")) return actor.grant_for(Permission::handle_calls, audience) != nullptr;
    return actor.reaches(audience);
}

bool may_see_ticket(const Viewer& viewer, const dispatch::Audience& audience) {
    dispatch::Audience present = audience;
    present.former_dealer_path.clear();
    return viewer.actor.grant_for(Permission::view_tickets, present) != nullptr;
}

}  // namespace callout::notifications
