// Technicians' profiles, dealers' service areas, what faults ask for, and offices' offering policies in the database.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dispatch/organisation/scope.hpp"
#include "dispatch/planning/calendar.hpp"
#include "dispatch/planning/resources.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {

// An active account with the role of a technician, and what is known of him. Version 0: nobody has written it yet.
struct TechnicianProfile {
    std::int64_t user_id = 0;
    std::int64_t version = 0;
    std::string name;
    std::int64_t unit_id = 0;
    std::string unit_path;
    std::optional<double> home_longitude;  // WGS-84; missing: the dealer's place
    std::optional<double> home_latitude;
    std::int64_t visits_a_day = 8;
    planning::Codes skills;
    planning::Codes tools;
    planning::Codes licences;
    planning::Parts parts;
    planning::Calendar calendar;  // empty: the dealer's
};

// Nothing when there is no such active technician.
std::optional<TechnicianProfile> find_technician(Connection& db, std::int64_t user_id);

struct TechnicianFilter {
    const dispatch::Actor* visible_to = nullptr;  // who looks: the technicians of the units his grants reach
    std::string q = {};                           // part of the name or the login
    std::string unit_path = {};                   // this unit and below; '' for all
    bool without_profile = false;                 // only those of version 0
};

// Active ones, by id, at most `limit` above `after`.
std::vector<TechnicianProfile> list_technicians(Connection& db, const TechnicianFilter& filter,
                                                std::optional<std::int64_t> after, std::int64_t limit);

// All active technicians of these units, by id.
std::vector<TechnicianProfile> technicians_of(Connection& db, std::span<const std::int64_t> unit_ids);

// Writes it over the version that was read; answers the new version, nothing when that is not the present one any more.
std::optional<std::int64_t> save_technician(Connection& db, const TechnicianProfile& profile);

// Where a dealer or a substation stands and whom he serves.
struct ServiceArea {
    std::int64_t unit_id = 0;
    std::int64_t version = 0;  // the unit's
    std::string name;
    std::string path;
    std::optional<double> longitude;
    std::optional<double> latitude;
    std::vector<std::string> region_codes;  // sorted; empty: everywhere
    planning::Calendar calendar;            // empty: the usual hours
};

// All active dealers and substations, by id.
std::vector<ServiceArea> service_areas(Connection& db);
// Nothing when there is no active dealer or substation of this id.
std::optional<ServiceArea> find_service_area(Connection& db, std::int64_t unit_id);
// Territory and calendar, over the version that was read; false when that is not the present one any more.
bool save_service_area(Connection& db, const ServiceArea& area);

struct FaultRequirement {
    std::int64_t fault_id = 0;
    std::int64_t version = 0;  // 0: not written, or withdrawn; written again it counts on
    std::chrono::minutes duration{60};
    planning::Needs needs;
};

std::optional<FaultRequirement> find_requirement(Connection& db, std::int64_t fault_id);
// Over the version that was read; false when that is not the present one any more.
bool save_requirement(Connection& db, const FaultRequirement& requirement);
// The fault asks for what the one above it does again; false when this is not the present version.
bool delete_requirement(Connection& db, std::int64_t fault_id, std::int64_t version);

// By fault; a fault without a row of its own stands with what the nearest above it asks for, one where none above has
// any does not stand here.
std::map<std::int64_t, FaultRequirement> requirements(Connection& db);

// Every code that stands in a profile or a requirement, so that one thing is written one way: at most this many of each
// kind, as with more of them nobody chooses from a list.
inline constexpr std::int64_t max_codes_in_use = 1000;

struct CodesInUse {
    planning::Codes skills;
    planning::Codes tools;
    planning::Codes licences;
    planning::Codes parts;  // their numbers
};

CodesInUse codes_in_use(Connection& db);

struct OfferingPolicy {
    std::int64_t office_id = 0;
    std::int64_t version = 0;  // 0: nobody has written it yet
    bool automatic = false;    // Callout offers by itself: on opening, and again when an offer fails
};

OfferingPolicy offering_policy(Connection& db, std::int64_t office_id);
std::optional<std::int64_t> save_offering_policy(Connection& db, const OfferingPolicy& policy);

// Two accounts of one dealer.
struct DealerPeople {
    std::string technician_login;
    std::string technician_name;
    std::string dealer_login;
    std::string dealer_name;
};

// The technician with the most visits under way or to come, and who confirms for his dealer; nothing when there are
// none.
std::optional<DealerPeople> busiest_people(Connection& db);

}  // namespace callout::storage
