// Every API request passes here: it is matched, believed, allowed, decoded, run in one transaction and answered once.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/api/call.hpp"
#include "server/api/routes.hpp"
#include "server/http/message.hpp"
#include "server/http/router.hpp"

namespace callout::api {

struct GatewayOptions {
    // Origins that may write with a session cookie, beside the request's own host ("https://desk.example.cn").
    std::vector<std::string> public_origins = {};
    std::size_t password_threads = 2;
    std::size_t password_queue_limit = 64;
};

class Gateway {
public:
    // The services outlive the gateway.
    Gateway(const Services& services, GatewayOptions options);
    ~Gateway();
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    // Answers a request below /api/. Never throws: what nobody planned is a 500 with the request id, and a log line.
    boost::asio::awaitable<http::Response> handle(http::Request request);

    // The same on the calling thread, which may block on the database.
    http::Response answer(const http::Request& request);

    // Who opens a console stream, or why he may not. Blocks on the database.
    Result<auth::Principal> authenticate_console(const http::Request& request);

private:
    struct Matched;
    struct Effects;
    class PasswordThreads;

    Result<Matched> match(const http::Request& request) const;
    bool submit(const http::Request& request, const Matched& matched, http::Response& response,
                const std::function<void()>& done);
    http::Response answer_matched(const http::Request& request, const Matched& matched);
    Result<http::Response> run_once(const http::Request& request, const Matched& matched, std::string& language);
    Result<http::Response> run_in(storage::Connection& db, const http::Request& request, const Matched& matched,
                                  Effects& effects);
    Result<auth::Principal> admit(storage::Connection& db, const http::Request& request, const Route& route, Instant at,
                                  std::string& language);
    bool is_own_origin(const http::Request& request) const;
    void audit_denial(const http::Request& request, const Matched& matched, const Problem& problem);

    const Services& services_;
    const GatewayOptions options_;
    http::Router<Route> router_;
    std::unique_ptr<PasswordThreads> password_threads_;
};

}  // namespace callout::api
