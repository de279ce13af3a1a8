// Whom and what a ticket is about: what the ids of a new or changed ticket stand for, read in one statement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dispatch/geography.hpp"
#include "dispatch/tickets/commands.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

// Where a customer or a machine is, to be taken for a ticket that does not say.
struct Site {
    std::string address;
    std::optional<dispatch::Point> point;
};

struct TicketSubjectIds {
    std::optional<std::int64_t> customer_id;
    std::optional<std::int64_t> asset_id;
    std::optional<std::int64_t> fault_id;
    std::optional<std::int64_t> office_unit_id;
};

struct SubjectCustomer {
    std::string name;
    Site site;
};

struct SubjectAsset {
    std::string serial_number;
    std::int64_t product_id = 0;
    std::string product_name;
    Site site;
};

struct SubjectFault {
    std::string name;
};

struct SubjectOffice {
    dispatch::UnitPlace place;
    std::string name;
    bool automatic = false;  // its policy lets Callout offer by itself
};

// Each is missing when it was not asked for, and when there is no such thing. An office counts only while active.
struct TicketSubjects {
    std::optional<SubjectCustomer> customer;
    std::optional<SubjectAsset> asset;
    std::optional<SubjectFault> fault;
    std::optional<SubjectOffice> office;
};

TicketSubjects ticket_subjects(Connection& db, const TicketSubjectIds& ids);

}  // namespace callout::storage
