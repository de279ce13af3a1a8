// What the telephone system reports about one call, in whatever order and however often it does: each report is taken
// once, and a call that has ended never rings again.
#pragma once

#include <cstdint>
#include <optional>

#include "dispatch/clock.hpp"
#include "dispatch/enum_names.hpp"

namespace callout::dispatch {

enum class CallDirection : std::uint8_t { in, out };

constexpr auto enum_names(CallDirection) {
    return std::to_array<std::string_view>({"in", "out"});
}

enum class CallState : std::uint8_t {
    ringing,
    answered,
    ended,   // was answered, is over
    missed,  // is over, nobody answered
};

constexpr auto enum_names(CallState) {
    return std::to_array<std::string_view>({"ringing", "answered", "ended", "missed"});
}

// The names are those of Zammad's generic CTI payload.
enum class CallReport : std::uint8_t { new_call, answer, hangup };

constexpr auto enum_names(CallReport) {
    return std::to_array<std::string_view>({"newCall", "answer", "hangup"});
}

// When each report came; missing until it does.
struct CallTimes {
    std::optional<Instant> ringing_at;
    std::optional<Instant> answered_at;
    std::optional<Instant> ended_at;

    friend bool operator==(const CallTimes&, const CallTimes&) = default;
};

CallState state_of(const CallTimes& times);

// What the agents' desks are to be told.
enum class CallNews : std::uint8_t { none, ringing, answered, ended, missed };

struct CallStep {
    CallTimes after;
    // False: the report was known, nothing changes.
    bool changed = false;
    CallNews news = CallNews::none;
};

// A repeat changes nothing. A ring that comes after the answer or the hang-up is recorded without ringing anywhere. An
// answer that comes after the hang-up makes the missed call an ended one, answered no later than it ended.
CallStep take_report(const CallTimes& before, CallReport report, Instant at);

}  // namespace callout::dispatch
