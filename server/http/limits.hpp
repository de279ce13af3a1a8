// Everything a client may use up has a bound; past it the client is told, and memory does not grow.
#pragma once

#include <chrono>
#include <cstddef>

namespace callout::http {

struct Limits {
    using Time = std::chrono::milliseconds;

    // Request line and headers; more is 431 (414 when the target alone is too long).
    std::size_t header_bytes = std::size_t{16} * 1024;
    std::size_t target_bytes = std::size_t{8} * 1024;
    std::size_t header_count = 100;
    // One body, decoded; more is 413.
    std::size_t body_bytes = std::size_t{1024} * 1024;
    // All bodies that are being read or handled; more is 503.
    std::size_t total_body_bytes = std::size_t{256} * 1024 * 1024;

    // From the first byte of a request to the end of its head (also: a TLS handshake); longer is 408.
    Time header_time{10'000};
    // From the end of the head to the end of the body; longer is 408.
    Time body_time{30'000};
    // A connection may wait this long for its next request; then it is closed.
    Time idle_time{75'000};
    // For each 256 KiB of an answer that the client must take.
    Time write_time{30'000};
    // After an answer that refuses a request: how long the rest of the request is thrown away, so that the client gets
    // to see the answer.
    Time linger_time{2'000};

    // One connection more is answered 503 and closed. Upgraded connections count.
    std::size_t connections = 12'000;
    // For each client address; does not hold for trusted proxies.
    std::size_t connections_per_address = 2'000;
};

}  // namespace callout::http
