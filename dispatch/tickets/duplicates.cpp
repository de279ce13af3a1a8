#include "dispatch/tickets/duplicates.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace callout::dispatch {
namespace {

// The same machine says more than the same person, and a person more than a place, which may be a busy yard.
std::int32_t weight_of(DuplicateReason reason) {
    switch (reason) {
        case DuplicateReason::same_asset:
            return 8;
        case DuplicateReason::same_customer:
            return 4;
        case DuplicateReason::same_caller:
            return 3;
        case DuplicateReason::same_site:
            break;
    }
    return 2;
}

std::optional<double> distance_between(const DuplicateFacts& one, const DuplicateFacts& other) {
    if (!one.site || !other.site || !is_valid(*one.site) || !is_valid(*other.site)) return std::nullopt;
    return distance_m(*one.site, *other.site);
}

Duplicate compare(const DuplicateFacts& wanted, const DuplicateFacts& candidate) {
    Duplicate duplicate{
        .ticket_id = candidate.ticket_id, .reasons = {}, .distance_m = distance_between(wanted, candidate)};
    const auto add_if = [&](bool same, DuplicateReason reason) {
        if (!same) return;
        duplicate.reasons.push_back(reason);
        duplicate.weight += weight_of(reason);
    };
    add_if(wanted.asset_id && wanted.asset_id == candidate.asset_id, DuplicateReason::same_asset);
    add_if(wanted.customer_id != 0 && wanted.customer_id == candidate.customer_id, DuplicateReason::same_customer);
    add_if(!wanted.caller_phone.empty() && wanted.caller_phone == candidate.caller_phone, DuplicateReason::same_caller);
    add_if(duplicate.distance_m && *duplicate.distance_m <= same_site_within_m, DuplicateReason::same_site);
    return duplicate;
}

struct Ranked {
    Duplicate duplicate;
    Instant opened_at{};

    auto order() const {
        return std::tuple{-duplicate.weight, duplicate.distance_m.value_or(std::numeric_limits<double>::infinity()),
                          -opened_at.time_since_epoch().count(), -duplicate.ticket_id};
    }
};

}  // namespace

std::vector<Duplicate> rank_duplicates(const DuplicateFacts& wanted, const std::vector<DuplicateFacts>& candidates,
                                       std::size_t limit) {
    std::vector<Ranked> ranked;
    for (const auto& candidate : candidates) {
        const bool itself = wanted.ticket_id != 0 && candidate.ticket_id == wanted.ticket_id;
        if (itself || is_ended(candidate.state)) continue;
        auto duplicate = compare(wanted, candidate);
        if (!duplicate.reasons.empty()) ranked.push_back({std::move(duplicate), candidate.opened_at});
    }
    std::ranges::sort(ranked, {}, &Ranked::order);
    if (ranked.size() > limit) ranked.resize(limit);
    std::vector<Duplicate> duplicates;
    duplicates.reserve(ranked.size());
    for (auto& [duplicate, opened_at] : ranked) duplicates.push_back(std::move(duplicate));
    return duplicates;
}

}  // namespace callout::dispatch
