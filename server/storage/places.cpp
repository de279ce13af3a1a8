#include "server/storage/places.hpp"

#include <algorithm>

namespace callout::storage {
namespace {

using dispatch::UnitPlace;

constexpr std::chrono::seconds remembered_for{1};

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

std::optional<SubjectOffice> Offices::nearest(Connection& db, const dispatch::Point& point, Instant now) {
    const auto offices = remembered(db, now);
    const auto distance = [&](const Office& office) { return dispatch::distance_m(point, office.point); };
    const auto nearest = std::ranges::min_element(*offices, {}, distance);
    return nearest == offices->end() ? std::nullopt : std::optional{nearest->office};
}

Offices::List Offices::remembered(Connection& db, Instant now) {
    {
        const std::scoped_lock lock{mutex_};
        // Also not from the future: the clock may have been set back.
        if (offices_ && now >= read_at_ && now < read_at_ + remembered_for) return offices_;
    }
    auto fresh = read(db);
    const std::scoped_lock lock{mutex_};
    offices_ = fresh;
    read_at_ = now;
    return fresh;
}

Offices::List Offices::read(Connection& db) {
    auto offices = std::make_shared<std::vector<Office>>();
    for (const auto& row :
         db.query("SELECT id, path, name, latitude, longitude, COALESCE(automatic, FALSE) AS automatic "
                  "FROM organisation_unit LEFT JOIN offering_policy ON office_id = id "
                  "WHERE kind = 'office' AND active AND latitude IS NOT NULL AND longitude IS NOT NULL "
                  "ORDER BY id LIMIT 1000"))
        offices->push_back({.office = {.place = place_from(row),
                                       .name = row.get<std::string>("name"),
                                       .automatic = row.get<bool>("automatic")},
                            .point = {row.get<double>("latitude"), row.get<double>("longitude")}});
    return offices;
}

std::optional<std::string> unit_path_of_technician(Connection& db, std::int64_t user_id) {
    const auto rows = db.query(
        "SELECT unit.path FROM user_account AS user JOIN organisation_unit AS unit ON unit.id = user.unit_id "
        "JOIN user_role AS role ON role.user_id = user.id AND role.role = 'technician' "
        "WHERE user.id = ? AND user.disabled_at IS NULL",
        user_id);
    return rows.empty() ? std::nullopt : std::optional{rows.front().get<std::string>("path")};
}

}  // namespace callout::storage
