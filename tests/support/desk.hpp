// A whole Callout without sockets: the gateway on a database of its own, and people who send requests to it.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/organisation/structure.hpp"
#include "server/api/gateway.hpp"
#include "server/auth/authenticator.hpp"
#include "server/config/config.hpp"
#include "server/storage/database.hpp"
#include "server/storage/places.hpp"
#include "server/storage/tickets.hpp"
#include "tests/support/test_database.hpp"

namespace callout::test {

// Somebody with an account and a session; his password is "<login>'s own password".
struct Person {
    std::int64_t id = 0;
    std::string login;
    std::string cookie;  // the value of a Cookie header
    std::int64_t session_id = 0;
};

std::string password_of(const Person& person);

struct Reply {
    int status = 0;
    boost::json::value body;  // null when there is none
    http::Response response;

    // The problem's code; empty when it is none.
    std::string code() const;
    // "pointer code" of each field error, in order, joined by "; ".
    std::string field_errors() const;

    std::int64_t version() const { return body.at("version").as_int64(); }
};

class Desk {
public:
    explicit Desk(auth::Settings settings = cheap_settings());

    // Hashing a password takes no time worth mentioning.
    static auth::Settings cheap_settings();

    storage::Connection connect() const { return database_.connect(); }

    auth::Authenticator& authenticator() { return authenticator_; }

    api::Services& services() { return services_; }

    api::Gateway& gateway() { return gateway_; }

    // As the handlers see it.
    config::Config& config() { return config_; }

    storage::Database& pool() { return pool_; }

    // Answers when no thread of the pool holds anything of a job that was handed in before: then what that job was to
    // wake, like a server, may go. A whole Callout ends its pool before its server instead.
    void wait_for_jobs();

    // Empties the database and makes headquarters again (unit 1).
    void start_over();

    // Without a parent: below headquarters.
    std::int64_t add_unit(dispatch::UnitKind kind, std::string_view code, std::int64_t parent_id = 1);
    Person add_person(std::string_view login, std::initializer_list<dispatch::Role> roles, std::int64_t unit_id = 1);

    // Sends "GET", "POST" ... to a path below /api/v1, which may have a query. The body, when there is one, as JSON.
    Reply send(std::string_view method, std::string_view target, const Person* as = nullptr,
               const boost::json::value& body = nullptr, std::vector<http::Header> headers = {});
    // The same with If-Match.
    Reply send_with_version(std::string_view method, std::string_view target, const Person& as,
                            const boost::json::value& body, std::int64_t version);

    // The request as send() makes it.
    static http::Request request(std::string_view method, std::string_view target, const Person* as,
                                 const boost::json::value& body, std::vector<http::Header> headers);
    Reply answer(const http::Request& request);

private:
    TestDatabase database_;
    storage::Database pool_;
    storage::TicketIds ticket_ids_;
    storage::Offices offices_;
    config::Config config_;
    auth::Authenticator authenticator_;
    api::Services services_;
    api::Gateway gateway_;
};

}  // namespace callout::test
