// The table of domain.md §4: every allowed step, and nothing else.
#include <array>

#include "dispatch/tickets/life_cycle.hpp"

namespace callout::dispatch {
namespace {

using enum TicketState;
using enum Permission;

constexpr std::array every_kind = all_values<TicketKind>;
constexpr std::array repair{TicketKind::repair};
constexpr std::array complaint{TicketKind::complaint};
constexpr std::array question{TicketKind::enquiry, TicketKind::suggestion};
constexpr std::array called_back{TicketKind::repair, TicketKind::complaint};

constexpr std::optional<Permission> callout_itself = std::nullopt;

constexpr auto steps = std::to_array<Step>({
    {std::nullopt, Action::open, open, open_ticket, every_kind},

    {open, Action::merge, merged, merge_tickets, every_kind},
    {merged, Action::unmerge, open, merge_tickets, every_kind},

    {open, Action::offer, offered, offer_ticket, repair},
    {offered, Action::remind_offer, offered, callout_itself, repair},
    {offered, Action::reject, open, answer_offer, repair},
    {offered, Action::expire_offer, open, callout_itself, repair},
    {offered, Action::confirm, confirmed, answer_offer, repair},

    // A dealer may have to be relieved also after he confirmed; from arrival on only the technician gives it back.
    {offered, Action::recall, open, recall_offer, repair},
    {confirmed, Action::recall, open, recall_offer, repair},
    {en_route, Action::recall, open, recall_offer, repair},
    {offered, Action::redispatch, offered, recall_offer, repair},
    {confirmed, Action::redispatch, offered, recall_offer, repair},
    {en_route, Action::redispatch, offered, recall_offer, repair},

    {confirmed, Action::name_technician, confirmed, name_technician, repair},
    {confirmed, Action::remind_technician, confirmed, callout_itself, repair},

    {confirmed, Action::depart, en_route, report_visit, repair},
    {en_route, Action::arrive, on_site, report_visit, repair},
    {on_site, Action::pause, paused, report_visit, repair},
    {paused, Action::resume, on_site, report_visit, repair},
    {on_site, Action::finish, repaired, report_visit, repair},
    {on_site, Action::leave_unrepaired, open, report_visit, repair},

    {open, Action::answer, answered, answer_enquiry, question},
    {answered, Action::close, closed, answer_enquiry, question},

    {open, Action::investigate, investigating, handle_complaint, complaint},
    {investigating, Action::resolve, resolved, handle_complaint, complaint},

    // Another attempt is left; the last word; nothing is owed any more; not fixed.
    {repaired, Action::record_callback, repaired, call_back, repair},
    {repaired, Action::record_callback, followed_up, call_back, repair},
    {repaired, Action::record_callback, closed, call_back, repair},
    {repaired, Action::record_callback, open, call_back, repair},
    {repaired, Action::remind_callback, repaired, callout_itself, repair},
    {resolved, Action::record_callback, resolved, call_back, complaint},
    {resolved, Action::record_callback, followed_up, call_back, complaint},
    {resolved, Action::record_callback, closed, call_back, complaint},
    {resolved, Action::record_callback, open, call_back, complaint},
    {resolved, Action::remind_callback, resolved, callout_itself, complaint},
    {followed_up, Action::close, closed, callout_itself, called_back},

    {open, Action::cancel, cancelled, cancel_ticket, every_kind},
    {offered, Action::cancel, cancelled, cancel_ticket, repair},
    {confirmed, Action::cancel, cancelled, cancel_ticket, repair},
    {en_route, Action::cancel, cancelled, cancel_ticket, repair},
    {on_site, Action::cancel, cancelled, cancel_after_arrival, repair},
    {paused, Action::cancel, cancelled, cancel_after_arrival, repair},
    {investigating, Action::cancel, cancelled, cancel_ticket, complaint},

    {open, Action::chase, open, chase_ticket, every_kind},
    {offered, Action::chase, offered, chase_ticket, repair},
    {confirmed, Action::chase, confirmed, chase_ticket, repair},
    {en_route, Action::chase, en_route, chase_ticket, repair},
    {on_site, Action::chase, on_site, chase_ticket, repair},
    {paused, Action::chase, paused, chase_ticket, repair},
    {investigating, Action::chase, investigating, chase_ticket, complaint},

    // Any repair can be marked; only an open one can follow another.
    {open, Action::join_incident, open, merge_tickets, repair},
    {offered, Action::join_incident, offered, merge_tickets, repair},
    {confirmed, Action::join_incident, confirmed, merge_tickets, repair},
    {en_route, Action::join_incident, en_route, merge_tickets, repair},
    {on_site, Action::join_incident, on_site, merge_tickets, repair},
    {paused, Action::join_incident, paused, merge_tickets, repair},
    {repaired, Action::join_incident, repaired, merge_tickets, repair},
    {open, Action::leave_incident, open, merge_tickets, repair},
    {offered, Action::leave_incident, offered, merge_tickets, repair},
    {confirmed, Action::leave_incident, confirmed, merge_tickets, repair},
    {en_route, Action::leave_incident, en_route, merge_tickets, repair},
    {on_site, Action::leave_incident, on_site, merge_tickets, repair},
    {paused, Action::leave_incident, paused, merge_tickets, repair},
    {repaired, Action::leave_incident, repaired, merge_tickets, repair},
    {open, Action::finish_with_lead, repaired, callout_itself, repair},

    {open, Action::edit, open, edit_ticket, every_kind},
    {offered, Action::edit, offered, edit_ticket, repair},
    {confirmed, Action::edit, confirmed, edit_ticket, repair},
    {en_route, Action::edit, en_route, edit_ticket, repair},
    {on_site, Action::edit, on_site, edit_ticket, repair},
    {paused, Action::edit, paused, edit_ticket, repair},
    {repaired, Action::edit, repaired, edit_ticket, repair},
    {answered, Action::edit, answered, edit_ticket, question},
    {investigating, Action::edit, investigating, edit_ticket, complaint},
    {resolved, Action::edit, resolved, edit_ticket, complaint},
    {followed_up, Action::edit, followed_up, edit_ticket, called_back},

    {open, Action::note, open, add_note, every_kind},
    {offered, Action::note, offered, add_note, repair},
    {confirmed, Action::note, confirmed, add_note, repair},
    {en_route, Action::note, en_route, add_note, repair},
    {on_site, Action::note, on_site, add_note, repair},
    {paused, Action::note, paused, add_note, repair},
    {repaired, Action::note, repaired, add_note, repair},
    {answered, Action::note, answered, add_note, question},
    {investigating, Action::note, investigating, add_note, complaint},
    {resolved, Action::note, resolved, add_note, complaint},
    {followed_up, Action::note, followed_up, add_note, called_back},
    {closed, Action::note, closed, add_note, every_kind},
    {merged, Action::note, merged, add_note, every_kind},
    {cancelled, Action::note, cancelled, add_note, every_kind},
});

}  // namespace

std::span<const Step> life_cycle() {
    return steps;
}

}  // namespace callout::dispatch
