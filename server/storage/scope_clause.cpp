#include "server/storage/scope_clause.hpp"

#include <fmt/format.h>

namespace callout::storage {
namespace {

using dispatch::ScopeKind;

// Paths end with '/', so that a prefix is a whole unit; they hold digits and slashes only, nothing LIKE would expand.
void add(Condition& condition, const dispatch::Scope& scope, std::string_view alias) {
    if (!condition.sql.empty()) condition.sql += " OR ";
    switch (scope.kind) {
        case ScopeKind::whole:
            condition.sql += "TRUE";
            return;
        case ScopeKind::subtree:
            condition.sql += fmt::format("{0}.office_path LIKE ? OR {0}.dealer_path LIKE ?", alias);
            condition.parameters.insert(condition.parameters.end(), 2, to_parameter(scope.path + '%'));
            return;
        case ScopeKind::technician:
            condition.sql += fmt::format("{}.technician_id = ?", alias);
            condition.parameters.push_back(to_parameter(scope.user_id));
            return;
    }
}

}  // namespace

Condition visible_to(const dispatch::Actor& actor, dispatch::Permission permission, std::string_view alias) {
    Condition condition;
    for (const auto& grant : actor.grants) {
        const bool nowhere = grant.scope.kind == ScopeKind::subtree && grant.scope.path.empty();
        if (grant.permissions.has(permission) && !nowhere) add(condition, grant.scope, alias);
    }
    condition.sql = condition.sql.empty() ? "(FALSE)" : '(' + condition.sql + ')';
    return condition;
}

}  // namespace callout::storage
