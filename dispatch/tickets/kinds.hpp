// The closed lists of words a ticket is described with; each word is the same in SQL, JSON and TypeScript.
#pragma once

#include <cstdint>

#include "dispatch/enum_names.hpp"

namespace callout::dispatch {

enum class TicketKind : std::uint8_t { repair, enquiry, suggestion, complaint };

constexpr auto enum_names(TicketKind) {
    return std::to_array<std::string_view>({"repair", "enquiry", "suggestion", "complaint"});
}

// How the ticket came in.
enum class Channel : std::uint8_t { phone, web, app, email, other };

constexpr auto enum_names(Channel) {
    return std::to_array<std::string_view>({"phone", "web", "app", "email", "other"});
}

enum class Urgency : std::uint8_t { normal, urgent };

constexpr auto enum_names(Urgency) {
    return std::to_array<std::string_view>({"normal", "urgent"});
}

enum class TicketState : std::uint8_t {
    open,
    offered,
    confirmed,
    en_route,
    on_site,
    paused,
    repaired,
    followed_up,
    closed,
    merged,
    cancelled,
    answered,       // enquiry, suggestion
    investigating,  // complaint
    resolved,       // complaint
};

constexpr auto enum_names(TicketState) {
    return std::to_array<std::string_view>({"open", "offered", "confirmed", "en_route", "on_site", "paused", "repaired",
                                            "followed_up", "closed", "merged", "cancelled", "answered", "investigating",
                                            "resolved"});
}

// Nothing more is to be done: closed, cancelled or merged.
constexpr bool is_ended(TicketState state) {
    return state == TicketState::closed || state == TicketState::cancelled || state == TicketState::merged;
}

// Where an action was taken. office_on_behalf: the office acted for a dealer or technician without a computer.
enum class Source : std::uint8_t { console, phone_app, office_on_behalf, api, system, import };

constexpr auto enum_names(Source) {
    return std::to_array<std::string_view>({"console", "phone_app", "office_on_behalf", "api", "system", "import"});
}

enum class OfferOutcome : std::uint8_t {
    pending,
    confirmed,
    rejected,
    expired,
    recalled,   // also after it was confirmed
    cancelled,  // the ticket was cancelled
};

constexpr auto enum_names(OfferOutcome) {
    return std::to_array<std::string_view>({"pending", "confirmed", "rejected", "expired", "recalled", "cancelled"});
}

enum class VisitOutcome : std::uint8_t {
    under_way,
    repaired,
    unrepaired,  // the technician left without a repair
    aborted,     // recalled or cancelled before it was done
};

constexpr auto enum_names(VisitOutcome) {
    return std::to_array<std::string_view>({"under_way", "repaired", "unrepaired", "aborted"});
}

enum class CallbackOutcome : std::uint8_t { reached, unreached };

constexpr auto enum_names(CallbackOutcome) {
    return std::to_array<std::string_view>({"reached", "unreached"});
}

// One row a ticket and kind; when it is due, command_for() names what Callout does by itself.
enum class DeadlineKind : std::uint8_t {
    offer_reminder,
    offer_expiry,
    technician_naming,
    callback_due,
    answered_close
};

constexpr auto enum_names(DeadlineKind) {
    return std::to_array<std::string_view>(
        {"offer_reminder", "offer_expiry", "technician_naming", "callback_due", "answered_close"});
}

}  // namespace callout::dispatch
