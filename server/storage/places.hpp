// Where dealers, offices and technicians stand in the organisation, as decisions about tickets need it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/geography.hpp"
#include "dispatch/tickets/commands.hpp"
#include "server/storage/connection.hpp"
#include "server/storage/ticket_subjects.hpp"

namespace callout::storage {

struct DealerPlace {
    dispatch::UnitPlace dealer;
    // The office above the dealer; none when it stands directly below headquarters.
    std::optional<dispatch::UnitPlace> office;
};

// Nothing when there is no active dealer or sub-station of this id.
std::optional<DealerPlace> place_of_dealer(Connection& db, std::int64_t unit_id);

// Which office watches a ticket. Offices are few and seldom change, so all of them are remembered for a second: a
// ticket that is opened meanwhile may still come to an office that was just closed, as it may a second before.
class Offices {
public:
    // The active office nearest to a point; nothing when no office has a point. Any thread may ask.
    std::optional<SubjectOffice> nearest(Connection& db, const dispatch::Point& point, Instant now);

private:
    struct Office {
        SubjectOffice office;
        dispatch::Point point;
    };

    using List = std::shared_ptr<const std::vector<Office>>;

    List remembered(Connection& db, Instant now);
    static List read(Connection& db);

    std::mutex mutex_;
    List offices_;
    Instant read_at_{};
};

// The path of the unit an active technician belongs to; nothing when there is no such technician.
std::optional<std::string> unit_path_of_technician(Connection& db, std::int64_t user_id);

}  // namespace callout::storage
