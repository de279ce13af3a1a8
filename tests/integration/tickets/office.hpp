// One office with one dealer and everybody a repair needs, on a whole Callout without sockets.
#pragma once

#include <boost/json.hpp>

#include "tests/support/desk.hpp"

namespace callout::test {

struct Office {
    explicit Office(Desk& on) : desk{on} {
        desk.start_over();
        office_id = desk.add_unit(dispatch::UnitKind::office, "north");
        dealer_id = desk.add_unit(dispatch::UnitKind::dealer, "dealer-1", office_id);
        other_dealer_id = desk.add_unit(dispatch::UnitKind::dealer, "dealer-2", office_id);
        agent = desk.add_person("agent", {dispatch::Role::agent});
        dispatcher = desk.add_person("dispatcher", {dispatch::Role::dispatcher});
        supervisor = desk.add_person("supervisor", {dispatch::Role::supervisor});
        coordinator = desk.add_person("coordinator", {dispatch::Role::coordinator}, office_id);
        dealer = desk.add_person("dealer", {dispatch::Role::dealer}, dealer_id);
        other_dealer = desk.add_person("other-dealer", {dispatch::Role::dealer}, other_dealer_id);
        technician = desk.add_person("technician", {dispatch::Role::technician}, dealer_id);
        customer_id = desk.send("POST", "/customers", &agent,
                                {{"kind", "person"}, {"name", "王芳"}, {"address", "潍坊市人民路12号"}})
                          .body.at("id")
                          .as_int64();
    }

    // A repair of the customer's, opened by the agent.
    Reply open(boost::json::object more = {}) {
        boost::json::object body{{"kind", "repair"}, {"customer_id", customer_id}, {"description", "水温过高"}};
        for (const auto& [name, value] : more) body[name] = value;
        return desk.send("POST", "/tickets", &agent, body);
    }

    // One step of the ticket `before`, over the version it has.
    Reply step(const Reply& before, std::string_view action, const Person& as, boost::json::object body = {}) {
        return desk.send_with_version("POST", path(before) + "/" + std::string{action}, as, body, before.version());
    }

    static std::string path(const Reply& ticket) {
        return "/tickets/" + std::to_string(ticket.body.at("id").as_int64());
    }

    Reply offered() { return step(open(), "offer", dispatcher, {{"dealer_unit_id", dealer_id}}); }

    Reply confirmed() { return step(offered(), "confirm", dealer, {{"offer_number", 1}}); }

    Reply on_site() {
        const auto named = step(confirmed(), "name-technician", dealer, {{"technician_id", technician.id}});
        return step(step(named, "depart", technician), "arrive", technician);
    }

    Desk& desk;
    std::int64_t office_id = 0;
    std::int64_t dealer_id = 0;
    std::int64_t other_dealer_id = 0;
    std::int64_t customer_id = 0;
    Person agent, dispatcher, supervisor, coordinator, dealer, other_dealer, technician;
};

inline std::string state_of(const Reply& ticket) {
    return std::string{ticket.body.at("state").as_string()};
}

}  // namespace callout::test
