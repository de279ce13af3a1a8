#include "server/storage/places.hpp"

namespace callout::storage {
namespace {

using dispatch::UnitPlace;

std::optional<Site> site_from(const Rows& rows) {
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    Site site{.customer_id = row.get<std::int64_t>("customer_id"), .address = row.get<std::string>("address")};
    if (!row.is_null("latitude") && !row.is_null("longitude"))
        site.point = dispatch::valid_or_missing(row.get<double>("latitude"), row.get<double>("longitude"));
    return site;
}

UnitPlace place_from(const Row& row) {
    return {row.get<std::int64_t>("id"), row.get<std::string>("path")};
}

}  // namespace

std::optional<DealerPlace> place_of_dealer(Connection& db, std::int64_t unit_id) {
    // Locked until the ticket is written: a dealer with open tickets is neither moved nor closed, and this is about to
    // become one.
    const auto rows = db.query(
        "SELECT id, path FROM organisation_unit WHERE id = ? AND kind IN ('dealer', 'substation') AND active"
        " FOR UPDATE",
        unit_id);
    if (rows.empty()) return std::nullopt;
    DealerPlace place{.dealer = place_from(rows.front())};
    const auto offices = db.query(
        "SELECT id, path FROM organisation_unit WHERE kind = 'office' AND ? LIKE CONCAT(path, '%') "
        "ORDER BY LENGTH(path) DESC LIMIT 1",
        place.dealer.path);
    if (!offices.empty()) place.office = place_from(offices.front());
    return place;
}

std::optional<UnitPlace> place_of_office(Connection& db, std::int64_t unit_id) {
    const auto rows =
        db.query("SELECT id, path FROM organisation_unit WHERE id = ? AND kind = 'office' AND active", unit_id);
    return rows.empty() ? std::nullopt : std::optional{place_from(rows.front())};
}

std::optional<UnitPlace> nearest_office(Connection& db, const dispatch::Point& point) {
    std::optional<UnitPlace> nearest;
    double nearest_m = 0;
    for (const auto& row :
         db.query("SELECT id, path, latitude, longitude FROM organisation_unit "
                  "WHERE kind = 'office' AND active AND latitude IS NOT NULL AND longitude IS NOT NULL LIMIT 1000")) {
        const double distance =
            dispatch::distance_m(point, {row.get<double>("latitude"), row.get<double>("longitude")});
        if (nearest && distance >= nearest_m) continue;
        nearest = place_from(row);
        nearest_m = distance;
    }
    return nearest;
}

std::optional<std::string> unit_path_of_technician(Connection& db, std::int64_t user_id) {
    const auto rows = db.query(
        "SELECT unit.path FROM user_account AS user JOIN organisation_unit AS unit ON unit.id = user.unit_id "
        "JOIN user_role AS role ON role.user_id = user.id AND role.role = 'technician' "
        "WHERE user.id = ? AND user.disabled_at IS NULL",
        user_id);
    return rows.empty() ? std::nullopt : std::optional{rows.front().get<std::string>("path")};
}

std::optional<Site> site_of_customer(Connection& db, std::int64_t customer_id) {
    return site_from(
        db.query("SELECT id AS customer_id, address, latitude, longitude FROM customer WHERE id = ?", customer_id));
}

std::optional<Site> site_of_asset(Connection& db, std::int64_t asset_id) {
    return site_from(db.query("SELECT customer_id, address, latitude, longitude FROM asset WHERE id = ?", asset_id));
}

bool fault_exists(Connection& db, std::int64_t fault_id) {
    return !db.query("SELECT 1 FROM fault WHERE id = ?", fault_id).empty();
}

}  // namespace callout::storage
