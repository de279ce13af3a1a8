#include "server/http/transport_problem.hpp"

#include <string>

#include "server/api/problem.hpp"

namespace callout::http {

Response transport_problem(const Refusal& refusal, std::string_view request_id, std::string_view accept_language) {
    api::Problem problem{.status = refusal.status, .code = std::string{refusal.code}};
    if (refusal.status == 503) problem.headers.push_back({"Retry-After", "2"});
    if (refusal.status == 426) problem.headers.push_back({"Sec-WebSocket-Version", "13"});
    return api::to_response(problem, accept_language.starts_with("zh") ? "zh" : "en", request_id);
}

}  // namespace callout::http
