#include "server/api/ticket_deadlines.hpp"

#include <spdlog/spdlog.h>

#include "dispatch/tickets/life_cycle.hpp"
#include "server/storage/deadlines.hpp"
#include "server/storage/tickets.hpp"

namespace callout::api {

bool fire_deadline(storage::Connection& db, const OfferingSettings& settings, std::int64_t ticket_id,
                   dispatch::DeadlineKind kind, Instant now) {
    // First, so that a decision that sets the same kind anew has the last word.
    storage::clear_deadline(db, ticket_id, kind);
    auto stored = storage::find_ticket(db, ticket_id);
    if (!stored) return true;
    const auto command = dispatch::command_for(stored->ticket, kind);
    if (!command) return true;

    const dispatch::DecisionContext context{
        .now = now, .actor = {}, .source = dispatch::Source::system, .settings = settings.life_cycle};
    const auto decision = dispatch::decide(stored->ticket, *command, context);
    if (!decision) {
        spdlog::warn("ticket {}: deadline {} had nothing to do: {}", ticket_id, to_string(kind),
                     to_string(decision.error().code));
        return true;
    }
    if (!storage::update_ticket(db, stored->ticket, *decision)) return false;
    stored->ticket = decision->after;
    offer_by_policy(db, *stored, action_of(*command), settings, now);
    return true;
}

}  // namespace callout::api
