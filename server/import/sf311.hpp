// San Francisco's 311 requests as tickets with their own dates. docs/import.md tells what becomes of each column.
#pragma once

#include <optional>
#include <string>

#include "dispatch/geography.hpp"
#include "dispatch/tickets/kinds.hpp"
#include "server/import/importer.hpp"

namespace callout::import {

// One row, understood.
struct Sf311Request {
    std::string external_key;
    std::string agency;
    std::string category;
    std::string complaint_type;
    std::string place;  // empty: the file does not say
    std::string description;
    std::string resolution;
    std::string channel;
    dispatch::TicketKind kind = dispatch::TicketKind::enquiry;
    std::optional<dispatch::Point> point;
    Instant created_at{};
    std::optional<Instant> closed_at;  // never before created_at; nothing while it is open
    // As the file has it, where it says that the request was closed before it was made.
    std::optional<Instant> closed_at_in_file;
};

// Nothing when the row is wrong; record.mistake() says why.
std::optional<Sf311Request> read_sf311(Record& record);

class Sf311Importer : public Importer {
public:
    explicit Sf311Importer(storage::TicketIds& ticket_ids) : ticket_ids_{ticket_ids} {}

    std::vector<std::string_view> required_columns() const override;
    std::vector<std::string_view> optional_columns() const override;
    std::vector<Outcome> import_batch(storage::Connection& db, std::span<Record> records, Instant now) override;

private:
    storage::TicketIds& ticket_ids_;
};

}  // namespace callout::import
