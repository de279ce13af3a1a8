// A Ticket is exactly what a decision about it depends on; descriptive text (subject, address, notes) is not here.
//
// Offers, visits, pauses and callbacks are numbered 1, 2, 3 … within their ticket, so that a decision can name them
// without asking a database: the key of their row is (ticket id, number).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/clock.hpp"
#include "dispatch/geography.hpp"
#include "dispatch/organisation/scope.hpp"
#include "dispatch/tickets/kinds.hpp"
#include "dispatch/tickets/reasons.hpp"

namespace callout::dispatch {

// One attempt with one dealer.
struct Offer {
    std::int32_t number = 0;
    std::int64_t dealer_unit_id = 0;
    std::string dealer_path;
    Instant offered_at{};
    Instant expires_at{};
    std::optional<std::int64_t> offered_by;  // missing: the offering policy
    std::string why;                         // why this dealer, in the dispatcher's or the policy's words
    OfferOutcome outcome = OfferOutcome::pending;
    std::optional<Instant> answered_at;          // confirmed or rejected
    std::optional<Instant> promised_arrival_at;  // as confirmed
    std::optional<Instant> ended_at;             // anything but pending and confirmed
    std::optional<RejectReason> reject_reason;
    std::optional<RecallReason> recall_reason;
    std::string note;                            // beside the reason
    std::optional<std::int32_t> suggested_rank;  // 1: the first; missing: not among them, or nobody looked
    std::optional<OverrideReason> override_reason;

    friend bool operator==(const Offer&, const Offer&) = default;
};

// One trip of one technician, from his departure on.
struct Visit {
    std::int32_t number = 0;
    std::int32_t offer_number = 0;
    std::int64_t technician_id = 0;
    std::int64_t dealer_unit_id = 0;
    Instant departed_at{};
    std::optional<Instant> arrived_at;
    std::optional<Point> arrival_point;
    std::optional<double> arrival_accuracy_m;
    std::optional<double> distance_to_site_m;  // kept as evidence; missing when either point is
    VisitOutcome outcome = VisitOutcome::under_way;
    std::optional<Instant> ended_at;
    std::optional<UnrepairedReason> unrepaired_reason;
    std::string description;  // what was done, or why it was not
    std::string signed_by;    // the customer's name under the repair
    std::string signature;    // as drawn: an SVG path in a box of 1000 by 400; empty when signed by name alone
    std::int32_t pauses_count = 0;

    friend bool operator==(const Visit&, const Visit&) = default;
};

// One time the clock may stand still, within a visit.
struct Pause {
    std::int32_t visit_number = 0;
    std::int32_t number = 0;  // within the visit
    PauseReason reason = PauseReason::other;
    bool stops_clock = false;
    std::string note;
    Instant paused_at{};
    std::optional<Instant> resumed_at;

    friend bool operator==(const Pause&, const Pause&) = default;
};

// One attempt to reach the customer after the repair.
struct Callback {
    std::int32_t number = 0;   // within the ticket
    std::int32_t attempt = 0;  // since the last repair, 1 … callback_attempts
    CallbackOutcome outcome = CallbackOutcome::unreached;
    std::optional<bool> fixed;          // when reached
    std::optional<std::int32_t> score;  // 1 … 5, when the customer gave one
    std::vector<std::pair<std::string, std::string>> answers;
    std::string note;
    std::optional<std::int64_t> called_by;
    Instant called_at{};

    friend bool operator==(const Callback&, const Callback&) = default;
};

// Version 0 is the ticket that does not exist yet; its only command is OpenTicket.
struct Ticket {
    std::int64_t id = 0;
    std::int64_t version = 0;  // grows by one with every decision
    TicketKind kind = TicketKind::repair;
    Urgency urgency = Urgency::normal;
    TicketState state = TicketState::open;
    Instant state_since{};  // when the last change of state happened; never decreases

    std::int64_t customer_id = 0;
    std::optional<std::int64_t> asset_id;
    std::optional<std::int64_t> complained_ticket_id;  // a complaint about another ticket
    std::optional<Point> site;                         // where the machine stands

    std::optional<std::int64_t> office_unit_id;
    std::string office_path;
    std::optional<std::int64_t> dealer_unit_id;  // who has it now: from offered on
    std::string dealer_path;
    std::optional<std::int64_t> technician_id;

    std::optional<Offer> offer;  // the latest, also when it is over
    std::int32_t offers_count = 0;
    std::int32_t failed_offers_count = 0;  // rejected or expired since the ticket was last open afresh
    std::optional<Visit> visit;            // the latest, also when it is over
    std::int32_t visits_count = 0;
    std::optional<Pause> pause;  // while paused
    std::int32_t callbacks_count = 0;
    std::int32_t callback_attempts_count = 0;  // since the last repair
    std::optional<CallbackOutcome> callback_outcome;
    std::optional<std::int32_t> score;
    std::int32_t chases_count = 0;
    std::int32_t reopened_count = 0;  // "not fixed" at the callback; counts against first-time fix

    Instant fault_reported_at{};
    Instant opened_at{};
    std::optional<Instant> first_offered_at;
    std::optional<Instant> confirmed_at;  // of the current or last dealer
    std::optional<Instant> promised_arrival_at;
    std::optional<Instant> departed_at;
    std::optional<Instant> arrived_at;
    std::optional<Instant> first_arrived_at;
    std::optional<Instant> repaired_at;
    std::optional<Instant> callback_due_at;
    std::optional<Instant> followed_up_at;
    std::optional<Instant> answered_at;
    std::optional<Instant> resolved_at;
    std::optional<Instant> ended_at;  // closed, cancelled or merged
    std::optional<std::int64_t> merged_into_id;
    std::optional<CancelReason> cancel_reason;
    std::optional<std::int64_t> incident_id;
    std::optional<std::int64_t> lead_ticket_id;  // whose visit repairs this one as well; it is offered to nobody

    friend bool operator==(const Ticket&, const Ticket&) = default;
};

// Whom the ticket concerns now. While no dealer has it, the one who lost it last is the former dealer: his late answer
// is told what happened instead of "not found". Lists do not show it to him.
Audience audience_of(const Ticket& ticket);

}  // namespace callout::dispatch
