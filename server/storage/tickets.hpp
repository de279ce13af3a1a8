// Tickets in the database: read whole, written only as the outcome of a decision and only over the version it saw.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/tickets/duplicates.hpp"
#include "dispatch/tickets/life_cycle.hpp"
#include "dispatch/tickets/ticket.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

class Database;

// What of a ticket only people read; decisions do not depend on it.
struct TicketText {
    std::string channel = "phone";
    std::optional<std::int64_t> fault_id = std::nullopt;
    std::string description = {};
    std::string contact_name = {};
    std::string contact_phone = {};  // E.164, or empty
    std::string address = {};
    std::optional<std::int64_t> opened_by = std::nullopt;
    std::optional<std::string> external_key = std::nullopt;
};

struct StoredTicket {
    dispatch::Ticket ticket;
    TicketText text;
};

// With its latest offer and visit and an open pause: all a decision needs.
std::optional<StoredTicket> find_ticket(Connection& db, std::int64_t ticket_id);

// Makes other writers of the ticket wait until this transaction ends: for what is added whatever the version.
void lock_ticket(Connection& db, std::int64_t ticket_id);

// The next free ticket id. Takes them in blocks from the database, in a transaction of its own on a connection of its
// own, so that a burst of new tickets costs no round trip each; ids of a block that was not used up are lost.
class TicketIds {
public:
    explicit TicketIds(Database& database) : database_{database} {}

    std::int64_t next();

private:
    Database& database_;
    std::mutex mutex_;
    std::int64_t next_ = 0;
    std::int64_t end_ = 0;
};

// Writes a new ticket with everything its first decision made: records, deadlines, events. The id stands in
// decision.after.
void insert_ticket(Connection& db, const dispatch::Decision& decision, const TicketText& text);

// Writes what a decision made of a ticket, if the ticket still has the version the decision saw; answers false, with
// nothing written, when somebody else was faster.
bool update_ticket(Connection& db, const dispatch::Ticket& before, const dispatch::Decision& decision);

// Changes the text of a ticket in the transaction that wrote its edit.
void update_text(Connection& db, std::int64_t ticket_id, const TicketText& text);

// Everything that happened around a ticket, the oldest first.
std::vector<dispatch::Offer> offers_of(Connection& db, std::int64_t ticket_id);
std::vector<dispatch::Visit> visits_of(Connection& db, std::int64_t ticket_id);
std::vector<dispatch::Pause> pauses_of(Connection& db, std::int64_t ticket_id);
std::vector<dispatch::Callback> callbacks_of(Connection& db, std::int64_t ticket_id);

// The tickets that may be the same thing as a new one: not ended, of this customer, asset, caller, or near this point;
// at most 200, the youngest first.
std::vector<dispatch::DuplicateFacts> duplicate_candidates(Connection& db, const dispatch::DuplicateFacts& wanted);

}  // namespace callout::storage
