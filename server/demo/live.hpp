// The desk plays itself: agents, dispatchers, dealers and technicians of the demo act through the public API and react
// to the stream, as people do, with people's delays.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace callout::demo {

struct LiveOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;
    // All accounts of the demo share it.
    std::string password;
    // New tickets a minute, on average.
    double tickets_per_minute = 6;
    // How much faster than in life; at 60 an hour's repair takes a minute.
    double speed = 60;
    std::uint64_t seed = 1;
};

// Plays until `stopping`; a server that goes away is waited for. Throws std::runtime_error when an account of the demo
// is not there or its password is another.
void play_live(const LiveOptions& options, const std::atomic<bool>& stopping);

}  // namespace callout::demo
