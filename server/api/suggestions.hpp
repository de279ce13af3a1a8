// Who could do a ticket's repair, best first, and why not somebody else; over HTTP and for whoever offers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dispatch/planning/suggest.hpp"
#include "server/api/call.hpp"
#include "server/storage/tickets.hpp"
#include "server/storage/workforce.hpp"

namespace callout::api::suggestions {

// The clock of a time zone (Asia/Shanghai) that the configuration has checked; UTC for one the machine does not have.
storage::WorkforceClock workforce_clock(std::string_view timezone, Instant now);

struct Answered {
    storage::SuggestionInput input;
    planning::Suggestions suggestions;
};

Answered suggest_for(storage::Connection& db, const storage::StoredTicket& stored, const storage::WorkforceClock& clock,
                     const planning::WhyNotQuestion& question = {});

// Where a dealer stands among the suggestions for a ticket that is about to be offered to him.
struct Standing {
    std::optional<std::int32_t> rank;  // 1 is the first; missing when he cannot
    bool passes_over_first = false;    // somebody else is first
};

Standing standing_of_dealer(storage::Connection& db, const storage::StoredTicket& stored,
                            const storage::WorkforceClock& clock, std::int64_t dealer_unit_id);

// POST /tickets/{id}/suggestions
Result<Answer> ask(Call& call);

}  // namespace callout::api::suggestions
