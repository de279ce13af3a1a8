#include "dispatch/incidents/same_fault.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

namespace callout::dispatch {
namespace {

std::int32_t weight_of(SameFaultReason reason) {
    switch (reason) {
        case SameFaultReason::same_asset:
            return 8;
        case SameFaultReason::upstream_asset:
            return 6;
        case SameFaultReason::same_site:
            return 4;
        case SameFaultReason::same_fault:
            return 3;
        case SameFaultReason::near_site:
        case SameFaultReason::same_product:
        case SameFaultReason::same_hours:
            return 2;
        case SameFaultReason::related_fault:
        case SameFaultReason::same_day:
            break;
    }
    return 1;
}

template <class T>
bool same(const std::optional<T>& one, const std::optional<T>& other) {
    return one && one == other;
}

bool hang_together(const FaultFacts& one, const FaultFacts& other) {
    return same(one.upstream_asset_id, other.asset_id) || same(one.asset_id, other.upstream_asset_id) ||
           same(one.upstream_asset_id, other.upstream_asset_id);
}

std::optional<SameFault> compare(const FaultFacts& one, const FaultFacts& other) {
    using enum SameFaultReason;
    SameFault found{.ticket_id = other.ticket_id};
    if (one.site && other.site && is_valid(*one.site) && is_valid(*other.site))
        found.distance_m = distance_m(*one.site, *other.site);
    const auto apart = std::chrono::abs(one.fault_reported_at - other.fault_reported_at);
    found.minutes_apart = std::chrono::duration_cast<std::chrono::minutes>(apart).count();
    const auto add_if = [&](bool holds, SameFaultReason reason) {
        if (!holds) return false;
        found.reasons.push_back(reason);
        found.score += weight_of(reason);
        return true;
    };
    const bool same_machine = add_if(same(one.asset_id, other.asset_id), same_asset);
    const bool connected = add_if(!same_machine && hang_together(one, other), upstream_asset);
    const bool here = add_if(found.distance_m && *found.distance_m <= same_fault_site_within_m, same_site);
    const bool near = add_if(!here && found.distance_m && *found.distance_m <= near_fault_site_within_m, near_site);
    const bool fault = add_if(same(one.fault_id, other.fault_id), same_fault);
    add_if(!fault && same(one.fault_group_id, other.fault_group_id), related_fault);
    const bool product = add_if(!same_machine && same(one.product_id, other.product_id), same_product);
    const bool hours = add_if(apart <= std::chrono::hours{2}, same_hours);
    const bool day = add_if(!hours && apart <= std::chrono::hours{24}, same_day);
    // A place alone, and a neighbourhood even more, must have something to do with the fault or its hour.
    const bool placed = same_machine || connected || here || (near && fault && (hours || day));
    if (placed && found.score >= same_fault_score) return found;
    if (!placed && fault && product && one.customer_id != other.customer_id) {
        found.kind = IncidentKind::campaign;
        return found;
    }
    return std::nullopt;
}

}  // namespace

std::vector<SameFault> rank_same_faults(const FaultFacts& ticket, const std::vector<FaultFacts>& candidates,
                                        std::size_t limit) {
    std::vector<SameFault> ranked;
    for (const auto& candidate : candidates) {
        if (candidate.ticket_id == ticket.ticket_id || candidate.kind != TicketKind::repair) continue;
        if (is_ended(candidate.state)) continue;
        if (auto found = compare(ticket, candidate)) ranked.push_back(*std::move(found));
    }
    std::ranges::sort(ranked, {}, [](const SameFault& found) {
        return std::tuple{found.kind, -found.score, found.minutes_apart, found.ticket_id};
    });
    const auto same_ticket = [](const SameFault& a, const SameFault& b) { return a.ticket_id == b.ticket_id; };
    ranked.erase(std::unique(ranked.begin(), ranked.end(), same_ticket), ranked.end());
    if (ranked.size() > limit) ranked.resize(limit);
    return ranked;
}

}  // namespace callout::dispatch
