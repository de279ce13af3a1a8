// The organisation tree in the database; every unit's path ends with its own id and begins with its parent's path.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/organisation/structure.hpp"
#include "server/storage/connection.hpp"
#include "server/storage/scope_clause.hpp"

namespace callout::storage {

struct Unit {
    std::int64_t id = 0;
    std::int64_t version = 0;
    std::optional<std::int64_t> parent_id;
    dispatch::UnitKind kind = dispatch::UnitKind::headquarters;
    std::string code;
    std::string name;
    std::string path;
    std::string phone;  // E.164, or ''
    std::string address;
    std::string region_code;
    std::optional<double> longitude;  // WGS-84
    std::optional<double> latitude;
    bool active = true;
    std::vector<std::int64_t> product_ids;  // a dealer may repair these
    Instant created_at{};
};

struct NewUnit {
    std::optional<std::int64_t> parent_id = std::nullopt;
    dispatch::UnitKind kind = dispatch::UnitKind::headquarters;
    std::string code;
    std::string name;
    std::string phone = {};
    std::string address = {};
    std::string region_code = {};
    std::optional<double> longitude = std::nullopt;
    std::optional<double> latitude = std::nullopt;
    bool active = true;
    std::vector<std::int64_t> product_ids = {};
};

struct UnitFilter {
    // Who looks: the units his grants reach, and his own.
    const dispatch::Actor* visible_to = nullptr;  // null: every unit
    std::int64_t own_unit_id = 0;
    std::optional<dispatch::UnitKind> kind = std::nullopt;
    std::string under_path = {};  // this unit and below; '' for all
    std::string q = {};           // part of the name or the code
};

// Which units an actor's grants reach, whatever the permission, for a table or alias with `path`.
Condition units_visible_to(const dispatch::Actor& actor, std::string_view alias);

std::optional<Unit> find_unit(Connection& db, std::int64_t id);
std::optional<Unit> find_unit_by_code(Connection& db, std::string_view code);
// The same, and no other transaction changes it, or puts a unit below it, meanwhile.
std::optional<Unit> lock_unit(Connection& db, std::int64_t id);
// What a list of the things under a unit filters by: its path, or one with nothing below it when it is not there.
std::string path_to_list_under(Connection& db, std::int64_t unit_id);
std::optional<Unit> find_headquarters(Connection& db);

// By id, at most `limit` above `after`.
std::vector<Unit> list_units(Connection& db, const UnitFilter& filter, std::optional<std::int64_t> after,
                             std::int64_t limit);

// Inserts and answers the new id; nothing when the code is taken. The parent must be there.
std::optional<std::int64_t> insert_unit(Connection& db, const NewUnit& unit, Instant now);

// Writes every field of the unit but kind, path and created_at over the version that was read. The parent and path are
// changed by move_unit. Nothing when the code is taken, false when the version is not the present one.
std::optional<bool> update_unit(Connection& db, const Unit& unit, std::int64_t expected_version);

// Puts a unit below another and rewrites the paths of all below it: of units, and of the tickets and offers that name
// them as their dealer, so that a dealer keeps his history. The office of a ticket stays the one that watched it.
void move_unit(Connection& db, const Unit& unit, const Unit& new_parent);

bool has_open_tickets(Connection& db, std::string_view unit_path);
bool has_active_units_below(Connection& db, const Unit& unit);

// The first of the ids that is no product, or nothing.
std::optional<std::int64_t> missing_product(Connection& db, const std::vector<std::int64_t>& ids);

}  // namespace callout::storage
