// Where dealers, offices and technicians stand in the organisation, as decisions about tickets need it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dispatch/geography.hpp"
#include "dispatch/tickets/commands.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

struct DealerPlace {
    dispatch::UnitPlace dealer;
    // The office above the dealer; none when it stands directly below headquarters.
    std::optional<dispatch::UnitPlace> office;
};

// Nothing when there is no active dealer or sub-station of this id.
std::optional<DealerPlace> place_of_dealer(Connection& db, std::int64_t unit_id);

// Nothing when there is no active office of this id.
std::optional<dispatch::UnitPlace> place_of_office(Connection& db, std::int64_t unit_id);

// The active office nearest to a point; nothing when no office has a point.
std::optional<dispatch::UnitPlace> nearest_office(Connection& db, const dispatch::Point& point);

// The path of the unit an active technician belongs to; nothing when there is no such technician.
std::optional<std::string> unit_path_of_technician(Connection& db, std::int64_t user_id);

// Where a customer or a machine is, to be taken for a ticket that does not say.
struct Site {
    std::int64_t customer_id = 0;
    std::string address;
    std::optional<dispatch::Point> point;
};

// Nothing when there is no such customer, or machine.
std::optional<Site> site_of_customer(Connection& db, std::int64_t customer_id);
std::optional<Site> site_of_asset(Connection& db, std::int64_t asset_id);

bool fault_exists(Connection& db, std::int64_t fault_id);

}  // namespace callout::storage
