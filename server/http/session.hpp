// One connection from accept to close: one coroutine on its own strand reads a request, has it answered, writes the
// answer, and only then looks at the next.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "server/http/application.hpp"
#include "server/http/body_budget.hpp"
#include "server/http/connections.hpp"
#include "server/http/limits.hpp"
#include "server/http/proxies.hpp"
#include "server/http/static_files.hpp"

namespace callout::http {

// What all sessions of a server share; outlives them.
struct Surroundings {
    Surroundings(const Limits& with_limits, const std::vector<std::string>& trusted_proxies, StaticFiles with_files,
                 std::vector<std::string> with_application_paths)
        : limits(with_limits),
          proxies(trusted_proxies),
          files(std::move(with_files)),
          application_paths(std::move(with_application_paths)),
          connections(with_limits.connections, with_limits.connections_per_address),
          bodies(with_limits.total_body_bytes) {}

    const Limits limits;
    const TrustedProxies proxies;
    const StaticFiles files;
    const std::vector<std::string> application_paths;
    std::unique_ptr<boost::asio::ssl::context> tls;  // null: plain
    Application* application = nullptr;
    Connections connections;
    BodyBudget bodies;
};

// Starts a session on the socket's executor, which is a strand of its own.
void start_session(Surroundings& surroundings, boost::asio::ip::tcp::socket socket, Connections::Place place,
                   const boost::asio::ip::address& peer);

}  // namespace callout::http
