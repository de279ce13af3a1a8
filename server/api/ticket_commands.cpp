#include "server/api/ticket_commands.hpp"

#include <stdexcept>

#include "server/api/suggestions.hpp"
#include "server/config/config.hpp"
#include "server/storage/places.hpp"
#include "server/storage/tickets.hpp"

namespace callout::api {
namespace {

using namespace dispatch;

constexpr TextRule note_rule{.min = 0, .max = 2000};

std::string note(Fields& fields) {
    return fields.optional_text("note", note_rule).value_or("");
}

// Required, though the life cycle asks for it as well: so that it is told beside the other mistakes.
template <NamedEnum Reason>
std::optional<Reason> reason(Fields& fields) {
    const auto given = fields.optional_choice<Reason>("reason");
    if (!given && !fields.failed("reason")) fields.fail("reason", "reason_required");
    return given;
}

// An id that was not read has been complained of already.
void fail_unknown(Fields& fields, std::string_view id_field) {
    if (!fields.failed(id_field)) fields.fail(id_field, "not_found");
}

OfferTicket read_offer(Fields& fields, Call& call, const storage::StoredTicket& stored) {
    OfferTicket offer;
    offer.override_reason = fields.optional_choice<OverrideReason>("override_reason");
    if (const auto dealer = storage::place_of_dealer(call.db, fields.id("dealer_unit_id"))) {
        offer.dealer = dealer->dealer;
        offer.office = dealer->office;
        const auto clock = suggestions::workforce_clock(call.services.config.region.timezone, call.now);
        const auto standing = suggestions::standing_of_dealer(call.db, stored, clock, offer.dealer.unit_id);
        offer.suggested_rank = standing.rank;
        offer.passes_over_first = standing.passes_over_first;
    } else {
        fail_unknown(fields, "dealer_unit_id");
    }
    offer.why = fields.optional_text("why", note_rule).value_or("");
    return offer;
}

std::int32_t offer_number(Fields& fields, const Ticket& ticket) {
    // If-Match names the version already; the number is for callers that kept an offer from an event.
    const auto number = fields.optional_integer("offer_number", 1, 1'000'000);
    return static_cast<std::int32_t>(number.value_or(ticket.offers_count));
}

NameTechnician read_technician(Fields& fields, Call& call) {
    NameTechnician command{.technician_id = fields.id("technician_id")};
    if (const auto path = storage::unit_path_of_technician(call.db, command.technician_id))
        command.technician_unit_path = *path;
    else
        fail_unknown(fields, "technician_id");
    return command;
}

Arrive read_arrival(Fields& fields) {
    Arrive command{.happened_at = fields.optional_instant("happened_at")};
    command.position = read_point(fields);
    command.accuracy_m = fields.optional_number("accuracy_m", 0, 1'000'000);
    return command;
}

// A path of absolute moves and lines in whole numbers, so that whoever draws it need not trust it.
std::string read_signature(Fields& fields) {
    auto path = fields.optional_text("signature", {.max = 16'000}).value_or("");
    const bool draws = path.empty() || (path.front() == 'M' && path.find_first_not_of("ML 0123456789") == path.npos);
    if (!draws) fields.fail("signature", "not_a_signature");
    return path;
}

FinishRepair read_finish(Fields& fields) {
    return {.happened_at = fields.optional_instant("happened_at"),
            .description = fields.text("description", {.max = 4000}),
            .signed_by = fields.text("signed_by"),
            .signature = read_signature(fields)};
}

RecordCallback read_callback(Fields& fields) {
    RecordCallback command{.happened_at = fields.optional_instant("happened_at"),
                           .outcome = fields.choice<CallbackOutcome>("outcome"),
                           .fixed = fields.optional_flag("fixed")};
    if (command.outcome == CallbackOutcome::reached && !fields.failed("outcome") && !command.fixed &&
        !fields.failed("fixed"))
        fields.fail("fixed", "fixed_required");
    if (const auto score = fields.optional_integer("score", 1, 5)) command.score = static_cast<std::int32_t>(*score);
    command.answers = fields.named_texts("answers", 20, {.max = 500});
    command.note = note(fields);
    return command;
}

MergeTicket read_merge(Fields& fields, Call& call) {
    MergeTicket command{.into_id = fields.id("into_id")};
    const auto into = storage::find_ticket(call.db, command.into_id);
    if (into && call.principal.actor.grant_for(Permission::view_tickets, audience_of(into->ticket))) {
        command.into_kind = into->ticket.kind;
        command.into_state = into->ticket.state;
    } else {
        fail_unknown(fields, "into_id");
    }
    return command;
}

}  // namespace

std::optional<Point> read_point(Fields& fields) {
    const auto longitude = fields.optional_number("longitude", -180, 180);
    const auto latitude = fields.optional_number("latitude", -90, 90);
    const std::string_view missing = longitude ? "latitude" : "longitude";
    if (longitude.has_value() != latitude.has_value() && !fields.failed(missing)) fields.fail(missing, "required");
    if (!longitude || !latitude) return std::nullopt;
    return valid_or_missing(*latitude, *longitude);
}

Command read_command(Action action, Fields& fields, Call& call, const storage::StoredTicket& stored) {
    const Ticket& ticket = stored.ticket;
    switch (action) {
        case Action::offer:
            return read_offer(fields, call, stored);
        case Action::recall:
            return RecallOffer{reason<RecallReason>(fields), note(fields)};
        case Action::redispatch:
            return Redispatch{reason<RecallReason>(fields), note(fields), read_offer(fields, call, stored)};
        case Action::confirm:
            return ConfirmOffer{offer_number(fields, ticket), fields.optional_instant("promised_arrival_at")};
        case Action::reject:
            return RejectOffer{offer_number(fields, ticket), reason<RejectReason>(fields), note(fields)};
        case Action::name_technician:
            return read_technician(fields, call);
        case Action::depart:
            return Depart{fields.optional_instant("happened_at")};
        case Action::arrive:
            return read_arrival(fields);
        case Action::pause:
            return PauseVisit{fields.optional_instant("happened_at"), reason<PauseReason>(fields), note(fields)};
        case Action::resume:
            return ResumeVisit{fields.optional_instant("happened_at")};
        case Action::finish:
            return read_finish(fields);
        case Action::leave_unrepaired:
            return LeaveUnrepaired{fields.optional_instant("happened_at"), reason<UnrepairedReason>(fields),
                                   note(fields)};
        case Action::record_callback:
            return read_callback(fields);
        case Action::merge:
            return read_merge(fields, call);
        case Action::unmerge:
            return UnmergeTicket{note(fields)};
        case Action::cancel:
            return CancelTicket{reason<CancelReason>(fields), note(fields)};
        case Action::chase:
            return ChaseTicket{fields.text("note", {.max = 4000})};
        case Action::note:
            return AddNote{fields.text("note", {.max = 4000})};
        case Action::answer:
            return AnswerEnquiry{fields.text("answer", {.max = 2000})};
        case Action::investigate:
            return InvestigateComplaint{note(fields)};
        case Action::resolve:
            return ResolveComplaint{fields.text("resolution", {.max = 2000})};
        case Action::close:
            return CloseTicket{};
        case Action::leave_incident:
            return LeaveIncident{note(fields)};
        case Action::open:
        case Action::edit:
        case Action::remind_offer:
        case Action::expire_offer:
        case Action::remind_technician:
        case Action::remind_callback:
        case Action::join_incident:
        case Action::finish_with_lead:
            break;
    }
    throw std::logic_error{"not an action of the API"};
}

}  // namespace callout::api
