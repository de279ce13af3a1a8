// A decision while it is being made: the steps change the ticket through here, and every event is stamped alike.
// Private to the life cycle; everybody else calls decide().
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "dispatch/tickets/life_cycle.hpp"

namespace callout::dispatch {

class Draft {
public:
    // `source` is where the action was taken, office_on_behalf already recognised.
    Draft(const Ticket& before, const DecisionContext& context, Source source);

    const DecisionContext& context() const { return context_; }

    const LifeCycleSettings& settings() const { return context_.settings; }

    // What the decision has made of the ticket so far.
    Ticket& ticket() { return decision_.after; }

    // When this step happened. Until set_happened_at() it is now, never before the step before.
    Instant happened_at() const { return happened_at_; }

    // Takes a reported time. Refuses one in the future or before the step before; within the tolerance of clocks it is
    // moved to now, or to that step.
    [[nodiscard]] std::optional<Refusal> set_happened_at(std::optional<Instant> reported);

    // Records an event that leaves the state as it is, or moves the ticket to `to`.
    void record(EventKind kind, Attributes attributes, std::vector<Party> informs = {});
    void move(TicketState to, EventKind kind, Attributes attributes, std::vector<Party> informs = {});

    // Follows from the step without anybody doing it.
    void move_by_itself(TicketState to, EventKind kind);

    void set_deadline(DeadlineKind kind, Instant due_at) { decision_.deadlines.push_back({kind, due_at}); }

    void clear_deadline(DeadlineKind kind) { decision_.deadlines.push_back({kind, std::nullopt}); }

    void save(Record record) { decision_.records.push_back(std::move(record)); }

    // Takes the ticket from its dealer and technician. The next event still reaches both.
    void release_dealer();

    Decision finish() &&;

private:
    Audience next_audience();

    const DecisionContext& context_;
    Source source_;
    Instant not_before_;
    Instant happened_at_;
    std::string former_dealer_path_;
    std::optional<std::int64_t> former_technician_id_;
    Decision decision_;
};

Refusal refuse(RefusalCode code, std::string pointer = {}, Attributes details = {});

template <NamedEnum Enum>
AttributeValue name_value(Enum value) {
    return std::string{to_string(value)};
}

// Adds the attribute when there is something to say.
void add_text(Attributes& attributes, std::string name, const std::string& text);

// A reason must be given, and explained when it is "other".
template <NamedEnum Reason>
std::optional<Refusal> check_reason(const std::optional<Reason>& reason, const std::string& note) {
    if (!reason) return refuse(RefusalCode::reason_required, "/reason");
    if (*reason == Reason::other && note.empty()) return refuse(RefusalCode::note_required, "/note");
    return std::nullopt;
}

// What each command does, once the table, the permissions and the guards let it through. Refused: its content.
std::optional<Refusal> apply(Draft& draft, const OpenTicket& command);
std::optional<Refusal> apply(Draft& draft, const EditTicket& command);
std::optional<Refusal> apply(Draft& draft, const OfferTicket& command);
std::optional<Refusal> apply(Draft& draft, const RecallOffer& command);
std::optional<Refusal> apply(Draft& draft, const Redispatch& command);
std::optional<Refusal> apply(Draft& draft, const ConfirmOffer& command);
std::optional<Refusal> apply(Draft& draft, const RejectOffer& command);
std::optional<Refusal> apply(Draft& draft, const RemindOffer& command);
std::optional<Refusal> apply(Draft& draft, const ExpireOffer& command);
std::optional<Refusal> apply(Draft& draft, const NameTechnician& command);
std::optional<Refusal> apply(Draft& draft, const RemindTechnician& command);
std::optional<Refusal> apply(Draft& draft, const Depart& command);
std::optional<Refusal> apply(Draft& draft, const Arrive& command);
std::optional<Refusal> apply(Draft& draft, const PauseVisit& command);
std::optional<Refusal> apply(Draft& draft, const ResumeVisit& command);
std::optional<Refusal> apply(Draft& draft, const FinishRepair& command);
std::optional<Refusal> apply(Draft& draft, const LeaveUnrepaired& command);
std::optional<Refusal> apply(Draft& draft, const RecordCallback& command);
std::optional<Refusal> apply(Draft& draft, const RemindCallback& command);
std::optional<Refusal> apply(Draft& draft, const MergeTicket& command);
std::optional<Refusal> apply(Draft& draft, const UnmergeTicket& command);
std::optional<Refusal> apply(Draft& draft, const CancelTicket& command);
std::optional<Refusal> apply(Draft& draft, const ChaseTicket& command);
std::optional<Refusal> apply(Draft& draft, const AddNote& command);
std::optional<Refusal> apply(Draft& draft, const AnswerEnquiry& command);
std::optional<Refusal> apply(Draft& draft, const InvestigateComplaint& command);
std::optional<Refusal> apply(Draft& draft, const ResolveComplaint& command);
std::optional<Refusal> apply(Draft& draft, const CloseTicket& command);
std::optional<Refusal> apply(Draft& draft, const JoinIncident& command);
std::optional<Refusal> apply(Draft& draft, const LeaveIncident& command);
std::optional<Refusal> apply(Draft& draft, const FinishWithLead& command);

// Ends the current visit, and the pause it may be in.
void end_visit(Draft& draft, VisitOutcome outcome);

// The ticket is in no incident any more and follows nobody.
void leave_incident(Draft& draft, const std::string& note = {});

}  // namespace callout::dispatch
