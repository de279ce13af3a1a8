#include "dispatch/organisation/permissions.hpp"

#include <array>

namespace callout::dispatch {

const PermissionSet& permissions_of(Role role) {
    using enum Permission;
    // In the order of Role.
    static const std::array<PermissionSet, value_count<Role>> table{{
        // Agent: takes calls, opens tickets, answers enquiries, chases, calls back.
        {view_tickets, open_ticket, edit_ticket, merge_tickets, cancel_ticket, chase_ticket, add_note, answer_enquiry,
         call_back, view_customers, edit_customers, reveal_phone, handle_calls, see_suggestions},
        // Dispatcher: offers, re-dispatches, merges same-fault tickets.
        {view_tickets, edit_ticket, merge_tickets, chase_ticket, add_note, offer_ticket, recall_offer, view_customers,
         reveal_phone, see_suggestions, plan_visits},
        // Office coordinator: watches the service and fills in for dealers and technicians without a computer.
        {view_tickets, chase_ticket, add_note, answer_offer, name_technician, report_visit_for_others, view_customers,
         reveal_phone, see_suggestions, manage_service, plan_visits},
        // Dealer: answers offers, names the technician, reports for one whose telephone fails. Internal notes are the
        // desk's own, so neither he nor the technician writes or reads them.
        {view_tickets, answer_offer, name_technician, report_visit_for_others, reveal_phone},
        // Technician: his own visits.
        {view_tickets, report_visit, reveal_phone},
        // Supervisor: everything is seen; complaints and what went wrong after arrival are decided here.
        {view_tickets, edit_ticket, cancel_ticket, cancel_after_arrival, chase_ticket, add_note, handle_complaint,
         view_customers, reveal_phone, view_audit, see_suggestions},
        // Administrator: set-up, not the desk's work and not money.
        {view_tickets, view_customers, edit_catalogue, manage_users, manage_organisation, manage_tokens, view_audit,
         import_data, report_call_events, manage_service},
    }};
    return table.at(static_cast<std::size_t>(role));
}

}  // namespace callout::dispatch
