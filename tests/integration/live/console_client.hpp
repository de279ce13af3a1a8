// A console as a browser would be one: a WebSocket to the stream, read one message at a time.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace callout::test {

class ConsoleClient {
public:
    // Connects with a Cookie header; without `after`, from now on. refused() answers the status when it was refused.
    ConsoleClient(std::uint16_t port, const std::string& cookie, std::optional<std::int64_t> after = std::nullopt);
    ~ConsoleClient();
    ConsoleClient(ConsoleClient&&) noexcept;
    ConsoleClient& operator=(ConsoleClient&&) noexcept;

    // The HTTP status of a refused handshake; 101 when it is open.
    int status() const;

    // The next message; nothing when none came within ten seconds or the stream was closed.
    std::optional<boost::json::object> next();

    // The sequence numbers of the next events, up to and with `last`; other messages are passed over.
    std::vector<std::int64_t> events_until(std::int64_t last);

    // The code the server closed with, after next() answered nothing; 0 when it did not.
    int close_code() const;

    void say(const std::string& text);

private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

}  // namespace callout::test
