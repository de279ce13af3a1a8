// A diesel-engine maker's service network as the demo shows it: real Chinese cities, invented people. The same seed
// always makes the same network; nothing here touches a database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/geography.hpp"
#include "dispatch/planning/resources.hpp"

namespace callout::demo {

struct NetworkSize {
    std::size_t technicians_per_dealer = 4;
    std::size_t customers = 2000;
    std::size_t engines = 3000;
};

struct DemoTechnician {
    std::string login;
    std::string name;
    std::string phone;  // E.164
    dispatch::Point home;
    planning::Codes skills;  // each list sorted
    planning::Codes tools;
    planning::Codes licences;
    planning::Parts parts;
    bool late_shift = false;  // noon to half past eight, also on Sunday
};

struct DemoDealer {
    std::string code;
    std::string name;
    std::string city;
    std::string region_code;  // of the administrative division, six digits
    std::string phone;
    std::string address;
    dispatch::Point point;
    std::vector<std::string> territory;  // region codes: the own city and the nearest others of the office
    std::vector<DemoTechnician> technicians;
};

struct DemoOffice {
    std::string code;
    std::string name;
    std::string city;
    std::string region_code;
    std::string phone;
    dispatch::Point point;
    std::vector<DemoDealer> dealers;
};

struct DemoCustomer {
    bool company = false;
    std::string name;
    std::string contact_name;
    std::string contact_birthday;  // YYYY-MM-DD
    std::string phone;             // E.164, unique in the network
    std::string address;
    std::string region_code;
    std::string tier;
    dispatch::Point point;
    // Index of the dealer of his city among all dealers, in the order of the offices.
    std::size_t dealer = 0;
};

struct DemoEngine {
    std::string serial_number;
    std::size_t product = 0;   // index into products()
    std::size_t customer = 0;  // index into Network::customers
    int sold_days_ago = 0;
    int commissioned_days_ago = 0;
    int meter_hours = 0;
};

struct DemoProduct {
    std::string_view code;
    std::string_view name;
    int warranty_months;
    int warranty_hours;
};

struct DemoFault {
    std::string_view code;
    std::string_view parent;  // code of the group; empty for a group
    std::string_view name;
    // What a customer says who has it.
    std::string_view complaint;
};

// What a fault, or every fault of a group, asks for.
struct DemoRequirement {
    std::string_view fault;
    int minutes;
    planning::Needs needs;
};

struct Network {
    std::vector<DemoOffice> offices;
    std::vector<DemoCustomer> customers;
    std::vector<DemoEngine> engines;
};

// Engine families with what they are built into.
const std::vector<DemoProduct>& products();
// Groups first, then their faults.
const std::vector<DemoFault>& faults();

const std::vector<DemoRequirement>& requirements();

// Five offices with eight dealers each, at the places of their cities.
Network make_network(std::uint64_t seed, const NetworkSize& size = {});

// A Chinese personal name, drawn from the commonest family and given names.
std::string make_name(std::uint64_t number);

}  // namespace callout::demo
