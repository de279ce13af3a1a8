// The HTTP server: from start() on every connection within the limits is answered, and stop() lets what runs finish
// before it closes anything.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/http/application.hpp"
#include "server/http/limits.hpp"
#include "server/http/static_files.hpp"

namespace boost::asio {
class io_context;
}

namespace callout::http {

struct TlsFiles {
    std::filesystem::path certificate;  // PEM, the whole chain
    std::filesystem::path key;          // PEM, without a passphrase
};

struct ServerOptions {
    // An IP address; "::" takes IPv4 as well.
    std::string address = "127.0.0.1";
    // 0 takes a free one; Server::port() tells which.
    std::uint16_t port = 8080;
    std::size_t io_threads = 2;
    Limits limits = {};
    std::optional<TlsFiles> tls = {};
    // Who may say X-Forwarded-For and X-Forwarded-Proto: addresses or networks.
    std::vector<std::string> trusted_proxies = {};
    // Paths from here down are the application's, all others are files.
    std::vector<std::string> application_paths = {"/api", "/health", "/metrics"};
};

class Server {
public:
    // Throws std::runtime_error for options that cannot be: TLS files, trusted proxies.
    Server(ServerOptions options, StaticFiles files);
    // Stops without waiting when stop() was not called.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // For the application's own timers and coroutines; runs on the server's threads from start() to stop().
    boost::asio::io_context& context();

    // Listens, then starts the threads. The application outlives stop(). Throws std::runtime_error when the address is
    // taken or none.
    void start(Application& application);

    // The port listened on, after start().
    std::uint16_t port() const;

    // Connections now open, upgraded ones among them.
    std::size_t connections() const;

    // Ceases to accept, lets running requests finish (their answers say Connection: close), closes idle connections and
    // has the application close its streams; what is left at the deadline is cut off. Then joins the threads. False
    // when something was cut off. To be called once, from none of the server's threads.
    bool stop(std::chrono::milliseconds deadline);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace callout::http
