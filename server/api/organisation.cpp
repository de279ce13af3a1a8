#include "server/api/organisation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "server/api/fields.hpp"
#include "server/api/item_page.hpp"
#include "server/api/key_field.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/parameters.hpp"
#include "server/api/people.hpp"
#include "server/api/phone_field.hpp"

namespace callout::api::organisation {
namespace {

namespace json = boost::json;
using dispatch::Permission;
using dispatch::UnitKind;

constexpr std::size_t max_products = 1000;

json::object unit_view(const storage::Unit& unit) {
    return {{"id", unit.id},
            {"version", unit.version},
            {"parent_id", to_json(unit.parent_id)},
            {"kind", to_string(unit.kind)},
            {"code", unit.code},
            {"name", unit.name},
            {"path", unit.path},
            {"phone", unit.phone},
            {"address", unit.address},
            {"region_code", unit.region_code},
            {"longitude", to_json(unit.longitude)},
            {"latitude", to_json(unit.latitude)},
            {"active", unit.active},
            {"product_ids", json::array(unit.product_ids.begin(), unit.product_ids.end())},
            {"created_at", to_rfc3339(unit.created_at)}};
}

Answer answer_unit(const storage::Unit& unit, int status = 200) {
    return {.status = status,
            .body = unit_view(unit),
            .version = unit.version,
            .location = status == 201 ? fmt::format("/api/v1/organisation/{}", unit.id) : ""};
}

bool sees(const Call& call, const storage::Unit& unit) {
    return unit.id == call.principal.unit_id || call.principal.actor.reaches({.office_path = unit.path});
}

bool is_dealer(UnitKind kind) {
    return kind == UnitKind::dealer || kind == UnitKind::substation;
}

// Either both or none: half a point is no place.
void check_point(Fields& fields, const std::optional<double>& longitude, const std::optional<double>& latitude) {
    if (longitude && !latitude) fields.fail("latitude", "required");
    if (latitude && !longitude) fields.fail("longitude", "required");
}

std::vector<std::int64_t> read_products(Fields& fields, Call& call, UnitKind kind) {
    auto ids = fields.ids("product_ids", max_products);
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (!ids.empty() && !is_dealer(kind))
        fields.fail("product_ids", "not_a_dealer");
    else if (storage::missing_product(call.db, ids))
        fields.fail("product_ids", "not_found");
    return ids;
}

// The parent a unit of this kind is to stand below, locked; a mistake of the field when it cannot.
std::optional<storage::Unit> read_parent(Fields& fields, Call& call, UnitKind kind) {
    const auto id = fields.id("parent_id");
    if (fields.failed("parent_id")) return std::nullopt;
    auto parent = storage::lock_unit(call.db, id);
    if (!parent || !administers(call.principal.actor, Permission::manage_organisation, parent->path)) {
        fields.fail("parent_id", "not_found");
        return std::nullopt;
    }
    if (!may_stand_below(kind, parent->kind)) fields.fail("parent_id", "kind_not_below_parent");
    if (!parent->active) fields.fail("parent_id", "unit_inactive");
    return parent;
}

// The unit as the fields want it; what they leave out stays.
storage::Unit read_change(Fields& fields, Call& call, storage::Unit unit) {
    take_key(fields, call, storage::KeyOf::unit, "code", unit.code, 64, unit.id);
    if (fields.has("name")) unit.name = fields.text("name");
    if (fields.has("phone")) unit.phone = read_phone(fields, "phone", call);
    if (fields.has("address")) unit.address = fields.optional_text("address", {.max = 500}).value_or("");
    if (fields.has("region_code")) unit.region_code = fields.optional_text("region_code", {.max = 16}).value_or("");
    if (fields.has("longitude")) unit.longitude = fields.optional_number("longitude", -180, 180);
    if (fields.has("latitude")) unit.latitude = fields.optional_number("latitude", -90, 90);
    if (fields.has("longitude") || fields.has("latitude")) check_point(fields, unit.longitude, unit.latitude);
    if (fields.has("active")) unit.active = fields.flag("active");
    if (fields.has("product_ids")) unit.product_ids = read_products(fields, call, unit.kind);
    return unit;
}

// Why a unit cannot be closed; empty when it can.
std::string_view why_not_closed(Call& call, const storage::Unit& unit) {
    if (unit.kind == UnitKind::headquarters) return "headquarters_stays";
    if (storage::has_active_units_below(call.db, unit)) return "has_active_units";
    if (!storage::active_users_below(call.db, unit.path).empty()) return "has_active_users";
    if (storage::has_open_tickets(call.db, unit.path)) return "has_open_tickets";
    return "";
}

std::string_view why_not_opened(Call& call, const storage::Unit& unit) {
    const auto parent = storage::find_unit(call.db, unit.parent_id.value_or(0));
    return parent && !parent->active ? "unit_inactive" : "";
}

// Everybody below stands somewhere else now.
void tell_of_move(Call& call, const storage::Unit& before, const storage::Unit& after) {
    tell_of_unit(call, after, before.path);
    for (const auto user_id : storage::active_users_below(call.db, after.path))
        tell_of_user(call, storage::find_user(call.db, user_id).value());
}

json::object change_details(const Call& call, const storage::Unit& before, const storage::Unit& after) {
    json::array fields;
    for (const auto& member : call.body.as_object()) fields.push_back(json::value(member.key()));
    json::object details{{"fields", std::move(fields)}};
    if (before.path != after.path) {
        details["path_before"] = before.path;
        details["path"] = after.path;
    }
    if (before.active != after.active) details["active"] = after.active;
    return details;
}

tl::unexpected<Problem> overtaken(Call& call, std::int64_t id) {
    auto stale = problem(412, "version_conflict");
    stale.value().current = unit_view(storage::find_unit(call.db, id).value());
    return stale;
}

}  // namespace

Result<Answer> list(Call& call) {
    Parameters parameters{call.request};
    storage::UnitFilter filter{.visible_to = &call.principal.actor,
                               .own_unit_id = call.principal.unit_id,
                               .kind = parameters.choice<UnitKind>("kind"),
                               .q = parameters.text("q")};
    const auto under = parameters.id("under");
    const auto page = parameters.page();
    if (auto wrong = parameters.problem()) return tl::unexpected{*std::move(wrong)};
    if (under) filter.under_path = storage::path_to_list_under(call.db, *under);
    return item_page(storage::list_units(call.db, filter, page.cursor, page.limit + 1), page.limit, unit_view);
}

Result<Answer> get(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    const auto unit = storage::find_unit(call.db, *id);
    if (!unit || !sees(call, *unit)) return not_found();
    return answer_unit(*unit);
}

Result<Answer> create(Call& call) {
    Fields fields{call.body};
    storage::NewUnit unit{.kind = fields.choice<UnitKind>("kind"),
                          .name = fields.text("name"),
                          .phone = read_phone(fields, "phone", call),
                          .address = fields.optional_text("address", {.max = 500}).value_or(""),
                          .region_code = fields.optional_text("region_code", {.max = 16}).value_or(""),
                          .longitude = fields.optional_number("longitude", -180, 180),
                          .latitude = fields.optional_number("latitude", -90, 90),
                          .active = fields.optional_flag("active").value_or(true)};
    take_key(fields, call, storage::KeyOf::unit, "code", unit.code, 64, 0);
    // There is one headquarters, and it is there before anybody can sign in.
    const auto parent = read_parent(fields, call, unit.kind);
    if (parent) unit.parent_id = parent->id;
    unit.product_ids = read_products(fields, call, unit.kind);
    check_point(fields, unit.longitude, unit.latitude);
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};

    const auto id = storage::insert_unit(call.db, unit, call.now);
    if (!id) return invalid("/code", "taken");
    const auto created = storage::find_unit(call.db, *id).value();
    record(call, "unit.created", "unit", *id, {{"code", created.code}, {"path", created.path}});
    tell_of_unit(call, created);
    return answer_unit(created, 201);
}

Result<Answer> change(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    const auto unit = storage::lock_unit(call.db, *id);
    if (!unit || !administers(call.principal.actor, Permission::manage_organisation, unit->path)) return not_found();

    Fields fields{call.body};
    const auto wanted = read_change(fields, call, *unit);
    std::optional<storage::Unit> new_parent;
    if (fields.has("parent_id") && (unit->parent_id || !call.body.as_object().at("parent_id").is_null()))
        new_parent = read_parent(fields, call, unit->kind);
    else
        fields.optional_id("parent_id");
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};
    if (unit->version != *call.expected_version) return overtaken(call, *id);

    const bool moves = new_parent && new_parent->id != unit->parent_id;
    if (moves && storage::has_open_tickets(call.db, unit->path)) return problem(409, "has_open_tickets");
    if (unit->active != wanted.active) {
        const auto why = wanted.active ? why_not_opened(call, *unit) : why_not_closed(call, *unit);
        if (!why.empty()) return problem(409, std::string{why});
    }
    const auto written = storage::update_unit(call.db, wanted, *call.expected_version);
    if (!written) return invalid("/code", "taken");
    if (!*written) return overtaken(call, *id);
    if (moves) storage::move_unit(call.db, *unit, *new_parent);

    const auto changed = storage::find_unit(call.db, *id).value();
    record(call, moves ? "unit.moved" : "unit.changed", "unit", *id, change_details(call, *unit, changed));
    if (moves)
        tell_of_move(call, *unit, changed);
    else
        tell_of_unit(call, changed);
    return answer_unit(changed);
}

}  // namespace callout::api::organisation
