#include "server/api/refusals.hpp"

#include "server/api/ticket_view.hpp"

namespace callout::api {

using dispatch::RefusalClass;

Problem to_problem(const dispatch::Refusal& refusal, Call& call, const storage::StoredTicket* current) {
    Problem problem{.code = std::string{to_string(refusal.code)}};
    switch (class_of(refusal.code)) {
        case RefusalClass::conflict:
            problem.status = 409;
            break;
        case RefusalClass::forbidden:
            problem.status = 403;
            break;
        case RefusalClass::invalid:
            problem.status = 422;
            break;
    }
    if (!refusal.pointer.empty()) problem.errors.push_back({refusal.pointer, problem.code});
    for (const auto& [name, value] : refusal.details)
        if (const auto* text = std::get_if<std::string>(&value)) problem.values.emplace_back(name, *text);
    if (current && problem.status == 409) problem.current = ticket_view(call, *current);
    return problem;
}

}  // namespace callout::api
