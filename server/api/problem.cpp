#include "server/api/problem.hpp"

#include <boost/json.hpp>

#include "server/api/messages.hpp"

namespace callout::api {
namespace {

namespace json = boost::json;

std::string fill_in(std::string_view text, const Problem& problem) {
    std::string filled{text};
    for (const auto& [name, value] : problem.values) {
        const std::string hole = "{" + name + "}";
        if (const auto at = filled.find(hole); at != std::string::npos) filled.replace(at, hole.size(), value);
    }
    return filled;
}

}  // namespace

tl::unexpected<Problem> problem(int status, std::string code) {
    return tl::unexpected{Problem{.status = status, .code = std::move(code)}};
}

tl::unexpected<Problem> not_found() {
    return problem(404, "not_found");
}

tl::unexpected<Problem> forbidden() {
    return problem(403, "forbidden");
}

tl::unexpected<Problem> invalid(std::string pointer, std::string code) {
    return tl::unexpected{
        Problem{.status = 422, .code = "invalid_input", .errors = {{std::move(pointer), std::move(code)}}}};
}

http::Response to_response(const Problem& problem, std::string_view language, std::string_view request_id) {
    json::object body{{"type", "about:blank"},
                      {"title", fill_in(message(problem.code, language), problem)},
                      {"status", problem.status},
                      {"code", problem.code},
                      {"request_id", request_id}};
    if (!problem.errors.empty()) {
        json::array errors;
        for (const auto& error : problem.errors)
            errors.push_back({{"pointer", error.pointer},
                              {"code", error.code},
                              {"message", fill_in(message(error.code, language), problem)}});
        body["errors"] = std::move(errors);
    }
    if (!problem.current.is_null()) body["current"] = problem.current;

    http::Response response{problem.status, problem.headers, json::serialize(body)};
    response.headers.push_back({"Content-Type", "application/problem+json"});
    return response;
}

}  // namespace callout::api
