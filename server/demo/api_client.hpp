// The public API as a person uses it: signed in, one request after the other. For the demo that plays itself.
#pragma once

#include <atomic>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace callout::demo {

struct ApiAnswer {
    int status = 0;
    boost::json::value body;

    bool ok() const { return status >= 200 && status < 300; }
};

// Blocks. A connection that broke is made anew, a session that ended is begun anew. Not for several threads at once.
class ApiClient {
public:
    ApiClient(std::string host, std::uint16_t port);
    ~ApiClient();
    ApiClient(ApiClient&&) noexcept;
    ApiClient& operator=(ApiClient&&) noexcept;

    // False when the server refuses. Throws std::exception when it cannot be reached.
    bool sign_in(std::string login, std::string password);

    bool signed_in() const { return !cookie_.empty(); }

    // Below /api/v1. A write carries a new Idempotency-Key and, when a version is given, If-Match. Throws when the
    // server cannot be reached.
    ApiAnswer get(std::string_view target);
    ApiAnswer post(std::string_view target, const boost::json::value& body, std::int64_t version = 0);

    // Reads the stream of this person from `after` on and calls `told` with each message, until `stopping`, which is
    // heeded within a fifth of a second however silent the stream is. Throws when the stream ends otherwise.
    void listen(std::int64_t after, const std::atomic<bool>& stopping,
                const std::function<void(const boost::json::object&)>& told);

private:
    struct Connection;

    struct Request {
        std::string_view method;
        std::string_view target;
        const boost::json::value& body;
        std::int64_t version = 0;
        std::string key;
    };

    ApiAnswer ask(const Request& request);
    ApiAnswer exchange(const Request& request);

    std::string host_;
    std::uint16_t port_;
    std::string login_;
    std::string password_;
    std::string cookie_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace callout::demo
