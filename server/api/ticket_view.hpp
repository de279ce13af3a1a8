// A whole ticket as the contract shows it to one person: names, history, and what this person may do with it now.
#pragma once

#include <boost/json/object.hpp>

#include "dispatch/tickets/life_cycle.hpp"
#include "server/api/call.hpp"
#include "server/storage/ticket_subjects.hpp"
#include "server/storage/tickets.hpp"

namespace callout::api {

// Who asks, when, from where, under which settings: what decide() needs beside ticket and command.
dispatch::DecisionContext decision_context(const Call& call);

// The caller has checked that the person may see it.
boost::json::object ticket_view(Call& call, const storage::StoredTicket& stored);

// The same of a ticket that this very call opened, without reading it back.
boost::json::object opened_ticket_view(Call& call, const dispatch::Decision& opened, const storage::TicketText& text,
                                       const storage::TicketSubjects& subjects);

// Whether this person reads whole telephone numbers of the ticket: who keeps customers, and who is on the job.
bool may_see_phone(const Call& call, const dispatch::Ticket& ticket);

// The ticket, or not_found where the person may not know of it.
Result<storage::StoredTicket> visible_ticket(Call& call, std::int64_t ticket_id);

}  // namespace callout::api
