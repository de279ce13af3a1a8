// A client that sends exactly the bytes it is given, and waits for an answer at most ten seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace callout::http::test {

struct RawResponse {
    int status = 0;
    // Names in lower case.
    std::map<std::string, std::string> headers;
    std::string body;

    std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? "" : found->second;
    }

    // The value of a text member of a flat JSON object; empty when there is none.
    std::string json_text(std::string_view name) const;
};

class RawClient {
public:
    // Throws std::runtime_error when nobody listens.
    explicit RawClient(std::uint16_t port);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    // False when the server closed before everything was taken.
    bool send(std::string_view bytes);

    // The next response, framed by its Content-Length; nothing when the connection ends or time runs out before it is
    // complete. The response to HEAD has no body.
    std::optional<RawResponse> read(bool to_head = false);

    std::optional<RawResponse> ask(std::string_view request) {
        send(request);
        return read();
    }

    // Whether there is something to read, or comes within this time.
    bool answered(std::chrono::milliseconds within);

    // Whether the server closed in good order: all read, then the end, no reset.
    bool closed();

    int descriptor() const { return descriptor_; }

private:
    bool fill();

    int descriptor_ = -1;
    std::string buffer_;
};

}  // namespace callout::http::test
