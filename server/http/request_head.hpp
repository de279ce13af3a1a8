// A head that passes here has one meaning for every HTTP implementation on its way: what could be read in two ways
// (smuggling) is refused, not repaired. Pure functions, no Beast, no I/O.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "server/http/limits.hpp"

namespace callout::http {

// Why the transport refuses a request: a status and the stable code of the problem.
struct Refusal {
    int status = 400;
    std::string_view code;

    bool operator==(const Refusal&) const = default;
};

// Finds the end of a head that arrives in pieces, each byte looked at once.
class HeadScanner {
public:
    // The length of the head with its empty line; nothing while it is incomplete; a refusal as soon as a byte cannot
    // be part of a head. `input` begins at the same byte in each call and only grows.
    tl::expected<std::optional<std::size_t>, Refusal> scan(std::string_view input);

    // Whether the request line has ended.
    bool request_line_complete() const { return line_ends_ > 0; }

private:
    std::size_t position_ = 0;
    std::size_t line_begin_ = 0;
    std::size_t line_ends_ = 0;
};

// Checks a complete head, as HeadScanner measured it, against everything that the grammar of RFC 9112 and we refuse:
// forms of target other than "/…", folded lines, blanks around names, missing or doubled Host, Content-Length that is
// doubled or no number, any Transfer-Encoding but "chunked" alone on HTTP/1.1 and without Content-Length.
std::optional<Refusal> check_head(std::string_view head, const Limits& limits);

}  // namespace callout::http
