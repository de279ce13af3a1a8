#include "dispatch/tickets/ticket.hpp"

namespace callout::dispatch {

Audience audience_of(const Ticket& ticket) {
    Audience audience{.office_path = ticket.office_path,
                      .dealer_path = ticket.dealer_path,
                      .former_dealer_path = {},
                      .technician_id = ticket.technician_id,
                      .user_ids = {}};
    if (ticket.dealer_path.empty() && ticket.offer) audience.former_dealer_path = ticket.offer->dealer_path;
    return audience;
}

}  // namespace callout::dispatch
