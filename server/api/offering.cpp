#include "server/api/offering.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "dispatch/tickets/life_cycle.hpp"
#include "dispatch/tickets/offering.hpp"
#include "server/api/suggestions.hpp"
#include "server/storage/places.hpp"
#include "server/storage/technicians.hpp"

namespace callout::api {
namespace {

using namespace dispatch;

// The figures that decided, as the policy's words.
std::string why_of(const planning::Suggestion& suggestion) {
    std::string why;
    for (const auto& reason : suggestion.reasons)
        if (reason.cost_min != 0 || reason.code == planning::ReasonCode::road_km)
            why += fmt::format("{}{} {:.1f}", why.empty() ? "" : ", ", to_string(reason.code), reason.value);
    return why;
}

}  // namespace

bool offer_by_policy(storage::Connection& db, storage::StoredTicket& stored, Action action,
                     const OfferingSettings& settings, Instant now) {
    const Ticket before = stored.ticket;
    if (!before.office_unit_id || !offers_by_itself(true, before, action, settings.life_cycle)) return false;
    if (!storage::offering_policy(db, *before.office_unit_id).automatic) return false;

    const auto clock = suggestions::workforce_clock(settings.timezone, now);
    const auto suggested = suggestions::suggest_for(db, stored, clock).suggestions;
    if (suggested.dealers.empty()) {
        spdlog::info("ticket {}: the policy of office {} found nobody: {}", before.id, *before.office_unit_id,
                     to_string(suggested.nobody->obstacle));
        return false;
    }
    const auto& best = suggested.dealers.front();
    const auto place = storage::place_of_dealer(db, best.dealer_unit_id);
    if (!place) return false;  // closed at this very moment
    const OfferTicket offer{
        .dealer = place->dealer, .office = place->office, .why = why_of(best), .suggested_rank = best.rank};
    auto decision =
        decide(before, offer, {.now = now, .actor = {}, .source = Source::system, .settings = settings.life_cycle});
    if (!decision) {
        spdlog::warn("ticket {}: the policy's offer was refused: {}", before.id, to_string(decision.error().code));
        return false;
    }
    // The row is locked by this transaction's own change of it: nobody was faster.
    storage::update_ticket(db, before, *decision);
    stored.ticket = std::move(decision->after);
    return true;
}

}  // namespace callout::api
