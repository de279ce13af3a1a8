// What went wrong, as a value: a stable code, every field error at once, and an HTTP answer by RFC 9457.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "server/http/message.hpp"

namespace callout::api {

struct FieldError {
    std::string pointer;  // RFC 6901 into the body, or "?name" for a query parameter
    std::string code;     // required, too_long, unknown_field, not_found ...
};

struct Problem {
    int status = 500;
    std::string code;
    std::vector<FieldError> errors = {};
    // What the loser of a race is shown: the present state of the thing, or null.
    boost::json::value current = nullptr;
    // Headers the status asks for, e.g. Retry-After.
    std::vector<http::Header> headers = {};
    // Named values the message in the caller's language mentions, e.g. {"seconds", "30"} for "{seconds}".
    std::vector<std::pair<std::string, std::string>> values = {};
};

template <class T>
using Result = tl::expected<T, Problem>;

// 404: it is not there, or its existence is none of the caller's business.
tl::unexpected<Problem> not_found();
// 403 for what the caller may know of but not do.
tl::unexpected<Problem> forbidden();
// 422 with one field's error.
tl::unexpected<Problem> invalid(std::string pointer, std::string code);
tl::unexpected<Problem> problem(int status, std::string code);

// The answer: application/problem+json, with title and messages in the language ("zh" or "en").
http::Response to_response(const Problem& problem, std::string_view language, std::string_view request_id);

}  // namespace callout::api
