#include "server/storage/scope_clause.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "dispatch/organisation/structure.hpp"

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

// Tickets name offices in one column and who repairs for them in the other.
std::string_view column_of(dispatch::UnitKind kind) {
    using enum dispatch::UnitKind;
    return kind == headquarters || kind == office ? "office_path" : "dealer_path";
}

std::vector<ScopePiece> units_within(Connection& db, const std::string& path, std::size_t most) {
    std::vector<ScopePiece> units;
    for (const auto& row :
         db.query("SELECT path, kind FROM organisation_unit WHERE path LIKE ? LIMIT ?", path + '%', most)) {
        const auto kind = parse<dispatch::UnitKind>(row.get<std::string>("kind")).value();
        units.push_back({column_of(kind), to_parameter(row.get<std::string>("path"))});
    }
    return units;
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

std::optional<std::vector<ScopePiece>> visible_pieces(Connection& db, const dispatch::Actor& actor,
                                                      dispatch::Permission permission, std::size_t most) {
    std::vector<ScopePiece> pieces;
    for (const auto& grant : actor.grants) {
        if (!grant.permissions.has(permission)) continue;
        const auto& scope = grant.scope;
        if (scope.kind == ScopeKind::whole) return std::nullopt;
        if (scope.kind == ScopeKind::technician)
            pieces.push_back({"technician_id", to_parameter(scope.user_id)});
        else if (!scope.path.empty())
            std::ranges::move(units_within(db, scope.path, most + 1), std::back_inserter(pieces));
        if (pieces.size() > most) return std::nullopt;
    }
    return pieces;
}

}  // namespace callout::storage
