// A command is what somebody wants to happen to one ticket; decide() says whether it does.
//
// A required choice that the caller left out is an empty optional here, so that decide() refuses it by name. A command
// that a person may report after the fact carries happened_at; missing means now.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "dispatch/clock.hpp"
#include "dispatch/geography.hpp"
#include "dispatch/tickets/ticket.hpp"

namespace callout::dispatch {

// A unit with its place in the tree, as the ticket's row keeps it.
struct UnitPlace {
    std::int64_t unit_id = 0;
    std::string path;
};

struct OpenTicket {
    TicketKind kind = TicketKind::repair;
    Urgency urgency = Urgency::normal;
    std::int64_t customer_id = 0;
    std::optional<std::int64_t> asset_id;
    std::optional<std::int64_t> complained_ticket_id;
    std::optional<Point> site;
    std::optional<UnitPlace> office;
    std::optional<Instant> fault_reported_at;
};

// Any change of what the ticket says that is not a step of its life. Only what is given changes; the text fields
// themselves are the storage's business and are named in `changed`.
struct EditTicket {
    std::optional<Urgency> urgency;
    std::optional<std::int64_t> customer_id;
    std::optional<std::optional<std::int64_t>> asset_id;  // given without a value: it is about no machine
    std::optional<std::optional<Point>> site;             // given without a value: where it stands is not known
    std::optional<UnitPlace> office;
    std::vector<std::string> changed;  // names of the fields, for the time line; must not be empty
};

struct OfferTicket {
    UnitPlace dealer;
    std::optional<UnitPlace> office;  // the dealer's; taken when the ticket has none yet
    std::string why;
    std::optional<std::int32_t> suggested_rank = std::nullopt;  // the dealer's among the suggestions, 1 is the first
    std::optional<OverrideReason> override_reason = std::nullopt;
    bool passes_over_first = false;  // another dealer is suggested first: a reason is asked for, in a word or in `why`
};

// Takes an offered, confirmed or started job back from the dealer; the ticket is open again.
struct RecallOffer {
    std::optional<RecallReason> reason;
    std::string note;
};

// Recall and offer to another dealer in one step; no moment in between where somebody else could offer it.
struct Redispatch {
    std::optional<RecallReason> reason;
    std::string note;
    OfferTicket offer;
};

struct ConfirmOffer {
    std::int32_t offer_number = 0;
    std::optional<Instant> promised_arrival_at;
};

struct RejectOffer {
    std::int32_t offer_number = 0;
    std::optional<RejectReason> reason;
    std::string note;
};

// Callout itself, at half time.
struct RemindOffer {
    std::int32_t offer_number = 0;
};

// Callout itself, at the end of the time to answer.
struct ExpireOffer {
    std::int32_t offer_number = 0;
};

struct NameTechnician {
    std::int64_t technician_id = 0;
    std::string technician_unit_path;  // he must belong to the dealer
};

// Callout itself, when no technician was named in time.
struct RemindTechnician {};

struct Depart {
    std::optional<Instant> happened_at;
};

struct Arrive {
    std::optional<Instant> happened_at;
    std::optional<Point> position;
    std::optional<double> accuracy_m;
};

struct PauseVisit {
    std::optional<Instant> happened_at;
    std::optional<PauseReason> reason;
    std::string note;
};

struct ResumeVisit {
    std::optional<Instant> happened_at;
};

struct FinishRepair {
    std::optional<Instant> happened_at;
    std::string description;
    std::string signed_by;
    std::string signature;
};

struct LeaveUnrepaired {
    std::optional<Instant> happened_at;
    std::optional<UnrepairedReason> reason;
    std::string note;
};

struct RecordCallback {
    std::optional<Instant> happened_at;
    std::optional<CallbackOutcome> outcome;
    std::optional<bool> fixed;          // required when reached
    std::optional<std::int32_t> score;  // 1 … 5
    std::vector<std::pair<std::string, std::string>> answers;
    std::string note;
};

// Callout itself, when a callback is overdue.
struct RemindCallback {};

struct MergeTicket {
    std::int64_t into_id = 0;
    // What the other ticket is at this moment, read in the same transaction.
    TicketKind into_kind = TicketKind::repair;
    TicketState into_state = TicketState::open;
};

struct UnmergeTicket {
    std::string note;
};

struct CancelTicket {
    std::optional<CancelReason> reason;
    std::string note;
};

struct ChaseTicket {
    std::string note;
};

struct AddNote {
    std::string note;
};

struct AnswerEnquiry {
    std::string answer;
};

struct InvestigateComplaint {
    std::string note;
};

struct ResolveComplaint {
    std::string resolution;
};

// Callout itself once nothing is owed any more; an agent may close an answered enquiry by hand.
struct CloseTicket {};

// Becomes one of the tickets of an incident. With a lead the other's visit repairs it as well; without one (the lead
// itself, and a campaign) it is only marked.
struct JoinIncident {
    struct Lead {
        std::int64_t id = 0;
        // What the lead is at this moment, read in the same transaction.
        TicketKind kind = TicketKind::repair;
        TicketState state = TicketState::open;
        bool follows = false;  // it follows another ticket itself
    };

    std::int64_t incident_id = 0;
    std::optional<Lead> lead;
};

struct LeaveIncident {
    std::string note;
};

// Callout itself, when the lead was repaired.
struct FinishWithLead {};

using Command = std::variant<OpenTicket, EditTicket, OfferTicket, RecallOffer, Redispatch, ConfirmOffer, RejectOffer,
                             RemindOffer, ExpireOffer, NameTechnician, RemindTechnician, Depart, Arrive, PauseVisit,
                             ResumeVisit, FinishRepair, LeaveUnrepaired, RecordCallback, RemindCallback, MergeTicket,
                             UnmergeTicket, CancelTicket, ChaseTicket, AddNote, AnswerEnquiry, InvestigateComplaint,
                             ResolveComplaint, CloseTicket, JoinIncident, LeaveIncident, FinishWithLead>;

// The alternatives of Command in their order; the names are the actions of the API.
enum class Action : std::uint8_t {
    open,
    edit,
    offer,
    recall,
    redispatch,
    confirm,
    reject,
    remind_offer,
    expire_offer,
    name_technician,
    remind_technician,
    depart,
    arrive,
    pause,
    resume,
    finish,
    leave_unrepaired,
    record_callback,
    remind_callback,
    merge,
    unmerge,
    cancel,
    chase,
    note,
    answer,
    investigate,
    resolve,
    close,
    join_incident,
    leave_incident,
    finish_with_lead,
};

constexpr auto enum_names(Action) {
    return std::to_array<std::string_view>({"open",
                                            "edit",
                                            "offer",
                                            "recall",
                                            "redispatch",
                                            "confirm",
                                            "reject",
                                            "remind_offer",
                                            "expire_offer",
                                            "name_technician",
                                            "remind_technician",
                                            "depart",
                                            "arrive",
                                            "pause",
                                            "resume",
                                            "finish",
                                            "leave_unrepaired",
                                            "record_callback",
                                            "remind_callback",
                                            "merge",
                                            "unmerge",
                                            "cancel",
                                            "chase",
                                            "note",
                                            "answer",
                                            "investigate",
                                            "resolve",
                                            "close",
                                            "join_incident",
                                            "leave_incident",
                                            "finish_with_lead"});
}

static_assert(std::variant_size_v<Command> == value_count<Action>);

constexpr Action action_of(const Command& command) {
    return static_cast<Action>(command.index());
}

}  // namespace callout::dispatch
