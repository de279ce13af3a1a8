#include "server/api/ticket_deadlines.hpp"

#include <spdlog/spdlog.h>

#include "dispatch/tickets/life_cycle.hpp"
#include "server/storage/deadlines.hpp"
#include "server/storage/tickets.hpp"

namespace callout::api {

bool fire_deadline(storage::Connection& db, const dispatch::LifeCycleSettings& settings, std::int64_t ticket_id,
                   dispatch::DeadlineKind kind, Instant now) {
    // First, so that a decision that sets the same kind anew has the last word.
    storage::clear_deadline(db, ticket_id, kind);
    const auto stored = storage::find_ticket(db, ticket_id);
    if (!stored) return true;
    const auto command = dispatch::command_for(stored->ticket, kind);
    if (!command) return true;

    const dispatch::DecisionContext context{
        .now = now, .actor = {}, .source = dispatch::Source::system, .settings = settings};
    const auto decision = dispatch::decide(stored->ticket, *command, context);
    if (!decision) {
        spdlog::warn("ticket {}: deadline {} had nothing to do: {}", ticket_id, to_string(kind),
                     to_string(decision.error().code));
        return true;
    }
    return storage::update_ticket(db, stored->ticket, *decision);
}

}  // namespace callout::api
