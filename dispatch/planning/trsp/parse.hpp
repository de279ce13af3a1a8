// Reads instance files. A malformed file is answered with every fault found, each by line and column; nothing is
// guessed and nothing half-read is returned.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "dispatch/enum_names.hpp"
#include "dispatch/planning/trsp/instance.hpp"

namespace callout::planning::trsp {

enum class ParseFault : std::uint8_t {
    unexpected_end,
    number_expected,
    number_out_of_range,
    list_expected,
    wrong_list_length,
    id_out_of_order,
    duplicate_id,
    window_reversed,
    trailing_text,
    heading_expected,
    no_technician,
    unknown_request,
    not_utf8,
};

constexpr auto enum_names(ParseFault) {
    return std::to_array<std::string_view>({"unexpected_end", "number_expected", "number_out_of_range", "list_expected",
                                            "wrong_list_length", "id_out_of_order", "duplicate_id", "window_reversed",
                                            "trailing_text", "heading_expected", "no_technician", "unknown_request",
                                            "not_utf8"});
}

struct ParseError {
    ParseFault fault;
    int line = 0;    // from 1
    int column = 0;  // from 1, in bytes
    std::string message;
};

using ParseErrors = std::vector<ParseError>;

// A file of the `static` kind: name, counts, and one row each for the depot, the technicians and the requests.
// Row numbers are ids: the depot is 0, technicians follow, requests come last.
tl::expected<Instance, ParseErrors> parse_instance(std::string_view text);

// When a request becomes known, in the instance's time; kKnownFromStart for those known before the day begins.
struct Release {
    int id = 0;
    double at = 0;
};

inline constexpr double kKnownFromStart = -1;

// A file of the `dynamic` kind: for each request of `instance` its release date. Requests that are not named are known
// from the start and come last.
tl::expected<std::vector<Release>, ParseErrors> parse_releases(std::string_view text, const Instance& instance);

}  // namespace callout::planning::trsp
