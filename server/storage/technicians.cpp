#include "server/storage/technicians.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "server/storage/id_list.hpp"
#include "server/storage/like_pattern.hpp"
#include "server/storage/organisation.hpp"

namespace callout::storage {
namespace {

using planning::Calendar;

constexpr std::string_view of_technician = "technician";
constexpr std::string_view of_dealer = "dealer";

std::chrono::local_days to_day(const std::string& text) {
    return std::chrono::local_days{parse_instant(text + " 00:00:00.000").time_since_epoch() / std::chrono::days{1} *
                                   std::chrono::days{1}};
}

std::string to_text(std::chrono::local_days day) {
    return to_sql(Instant{day.time_since_epoch()}).substr(0, 10);
}

planning::Hours hours_from(const Row& row) {
    return {row.get<std::int32_t>("from_minute"), row.get<std::int32_t>("until_minute")};
}

// The calendars of these owners; who has none stands not in it.
std::unordered_map<std::int64_t, Calendar> calendars(Connection& db, std::string_view owner_kind,
                                                     std::span<const std::int64_t> owners) {
    const auto ids = id_list(owners);
    std::vector<Parameter> parameters{to_parameter(owner_kind)};
    parameters.insert(parameters.end(), ids.parameters.begin(), ids.parameters.end());
    std::unordered_map<std::int64_t, Calendar> by_owner;
    for (const auto& row :
         db.query_with(fmt::format("SELECT owner_id, weekday, from_minute, until_minute FROM working_hours "
                                   "WHERE owner_kind = ? AND owner_id IN ({}) ORDER BY owner_id, weekday, from_minute",
                                   ids.marks),
                       parameters))
        by_owner[row.get<std::int64_t>("owner_id")].week.push_back({row.get<std::int32_t>("weekday"), hours_from(row)});
    for (const auto& row : db.query_with(
             fmt::format("SELECT owner_id, CAST(day AS CHAR) AS day, from_minute, until_minute FROM working_exception "
                         "WHERE owner_kind = ? AND owner_id IN ({}) ORDER BY owner_id, day, from_minute",
                         ids.marks),
             parameters))
        by_owner[row.get<std::int64_t>("owner_id")].exceptions.push_back(
            {to_day(row.get<std::string>("day")), hours_from(row)});
    return by_owner;
}

void write_calendar(Connection& db, std::string_view owner_kind, std::int64_t owner_id, const Calendar& calendar) {
    db.execute("DELETE FROM working_hours WHERE owner_kind = ? AND owner_id = ?", owner_kind, owner_id);
    db.execute("DELETE FROM working_exception WHERE owner_kind = ? AND owner_id = ?", owner_kind, owner_id);
    for (const auto& [weekday, hours] : calendar.week)
        db.execute(
            "REPLACE INTO working_hours (owner_kind, owner_id, weekday, from_minute, until_minute) "
            "VALUES (?, ?, ?, ?, ?)",
            owner_kind, owner_id, weekday, hours.from_minute, hours.until_minute);
    for (const auto& [day, hours] : calendar.exceptions)
        db.execute(
            "REPLACE INTO working_exception (owner_kind, owner_id, day, from_minute, until_minute) "
            "VALUES (?, ?, ?, ?, ?)",
            owner_kind, owner_id, to_text(day), hours.from_minute, hours.until_minute);
}

constexpr std::string_view select_technician =
    "SELECT user.id, user.name, user.unit_id, unit.path, COALESCE(profile.version, 0) AS version, "
    "profile.home_longitude, profile.home_latitude, COALESCE(profile.visits_a_day, 8) AS visits_a_day "
    "FROM user_account AS user JOIN organisation_unit AS unit ON unit.id = user.unit_id "
    "JOIN user_role AS role ON role.user_id = user.id AND role.role = 'technician' "
    "LEFT JOIN technician_profile AS profile ON profile.user_id = user.id WHERE user.disabled_at IS NULL";

TechnicianProfile profile_from(const Row& row) {
    return {.user_id = row.get<std::int64_t>("id"),
            .version = row.get<std::int64_t>("version"),
            .name = row.get<std::string>("name"),
            .unit_id = row.get<std::int64_t>("unit_id"),
            .unit_path = row.get<std::string>("path"),
            .home_longitude = row.get<std::optional<double>>("home_longitude"),
            .home_latitude = row.get<std::optional<double>>("home_latitude"),
            .visits_a_day = row.get<std::int64_t>("visits_a_day")};
}

planning::Codes* codes_of_kind(TechnicianProfile& profile, std::string_view kind) {
    if (kind == "skill") return &profile.skills;
    if (kind == "tool") return &profile.tools;
    if (kind == "licence") return &profile.licences;
    return nullptr;
}

// The profiles of the rows with what they can, have and when they work; four statements more whatever their number.
std::vector<TechnicianProfile> complete(Connection& db, const Rows& rows) {
    std::vector<TechnicianProfile> profiles;
    std::vector<std::int64_t> owners;
    std::unordered_map<std::int64_t, std::size_t> index_of;
    for (const auto& row : rows) {
        profiles.push_back(profile_from(row));
        owners.push_back(profiles.back().user_id);
        index_of.emplace(owners.back(), profiles.size() - 1);
    }
    if (profiles.empty()) return profiles;
    const auto ids = id_list(owners);
    for (const auto& row : db.query_with(
             fmt::format("SELECT user_id, kind, code FROM technician_ability WHERE user_id IN ({})", ids.marks),
             ids.parameters))
        if (auto* codes = codes_of_kind(profiles[index_of.at(row.get<std::int64_t>(0))], row.get<std::string>(1)))
            codes->push_back(row.get<std::string>(2));
    for (const auto& row : db.query_with(
             fmt::format("SELECT user_id, part_number, quantity FROM technician_part WHERE user_id IN ({})", ids.marks),
             ids.parameters))
        profiles[index_of.at(row.get<std::int64_t>(0))].parts.push_back(
            {row.get<std::string>(1), row.get<std::int32_t>(2)});
    auto calendar_of = calendars(db, of_technician, owners);
    for (auto& profile : profiles) {
        // The order of the column's collation is not the one of std::string.
        for (auto* codes : {&profile.skills, &profile.tools, &profile.licences}) planning::normalise(*codes);
        planning::normalise(profile.parts);
        profile.calendar = std::move(calendar_of[profile.user_id]);
    }
    return profiles;
}

void write_abilities(Connection& db, const TechnicianProfile& profile) {
    db.execute("DELETE FROM technician_ability WHERE user_id = ?", profile.user_id);
    const auto write = [&](std::string_view kind, const planning::Codes& codes) {
        for (const auto& code : codes)
            db.execute("REPLACE INTO technician_ability (user_id, kind, code) VALUES (?, ?, ?)", profile.user_id, kind,
                       code);
    };
    write("skill", profile.skills);
    write("tool", profile.tools);
    write("licence", profile.licences);
    db.execute("DELETE FROM technician_part WHERE user_id = ?", profile.user_id);
    for (const auto& part : profile.parts)
        db.execute("REPLACE INTO technician_part (user_id, part_number, quantity) VALUES (?, ?, ?)", profile.user_id,
                   part.number, part.quantity);
}

// Inserts version 1 over version 0, else updates over the version that was read. Answers the new version.
template <class Insert, class Update>
std::optional<std::int64_t> write_version(std::int64_t version, const Insert& insert, const Update& update) {
    if (version > 0) return update() == 0 ? std::nullopt : std::optional{version + 1};
    try {
        insert();
        return 1;
    } catch (const StatementFailed& failed) {
        if (failed.duplicate_key()) return std::nullopt;
        throw;
    }
}

constexpr std::string_view select_area =
    "SELECT id, version, name, path, longitude, latitude FROM organisation_unit "
    "WHERE kind IN ('dealer', 'substation') AND active";

std::vector<ServiceArea> complete_areas(Connection& db, const Rows& rows) {
    std::vector<ServiceArea> areas;
    std::vector<std::int64_t> owners;
    std::unordered_map<std::int64_t, std::size_t> index_of;
    for (const auto& row : rows) {
        areas.push_back({.unit_id = row.get<std::int64_t>("id"),
                         .version = row.get<std::int64_t>("version"),
                         .name = row.get<std::string>("name"),
                         .path = row.get<std::string>("path"),
                         .longitude = row.get<std::optional<double>>("longitude"),
                         .latitude = row.get<std::optional<double>>("latitude")});
        owners.push_back(areas.back().unit_id);
        index_of.emplace(owners.back(), areas.size() - 1);
    }
    if (areas.empty()) return areas;
    const auto ids = id_list(owners);
    for (const auto& row : db.query_with(fmt::format("SELECT dealer_id, region_code FROM dealer_territory "
                                                     "WHERE dealer_id IN ({}) ORDER BY dealer_id, region_code",
                                                     ids.marks),
                                         ids.parameters))
        areas[index_of.at(row.get<std::int64_t>(0))].region_codes.push_back(row.get<std::string>(1));
    auto calendar_of = calendars(db, of_dealer, owners);
    for (auto& area : areas) area.calendar = std::move(calendar_of[area.unit_id]);
    return areas;
}

void add_need(planning::Needs& needs, std::string_view kind, std::string code, std::int32_t quantity) {
    if (kind == "skill")
        needs.skills.push_back(std::move(code));
    else if (kind == "tool")
        needs.tools.push_back(std::move(code));
    else if (kind == "licence")
        needs.licences.push_back(std::move(code));
    else if (kind == "part")
        needs.parts.push_back({std::move(code), quantity});
}

void normalise(planning::Needs& needs) {
    for (auto* codes : {&needs.skills, &needs.tools, &needs.licences}) planning::normalise(*codes);
    planning::normalise(needs.parts);
}

std::map<std::int64_t, FaultRequirement> own_requirements(Connection& db) {
    std::map<std::int64_t, FaultRequirement> own;
    for (const auto& row : db.query("SELECT fault_id, version, duration_minutes FROM fault_requirement "
                                    "WHERE duration_minutes IS NOT NULL"))
        own[row.get<std::int64_t>(0)] = {.fault_id = row.get<std::int64_t>(0),
                                         .version = row.get<std::int64_t>(1),
                                         .duration = std::chrono::minutes{row.get<std::int64_t>(2)}};
    for (const auto& row : db.query("SELECT fault_id, kind, code, quantity FROM fault_need"))
        if (const auto found = own.find(row.get<std::int64_t>(0)); found != own.end())
            add_need(found->second.needs, row.get<std::string>(1), row.get<std::string>(2), row.get<std::int32_t>(3));
    for (auto& [fault_id, requirement] : own) normalise(requirement.needs);
    return own;
}

}  // namespace

std::optional<TechnicianProfile> find_technician(Connection& db, std::int64_t user_id) {
    auto profiles = complete(db, db.query(fmt::format("{} AND user.id = ?", select_technician), user_id));
    if (profiles.empty()) return std::nullopt;
    return std::move(profiles.front());
}

std::vector<TechnicianProfile> list_technicians(Connection& db, const TechnicianFilter& filter,
                                                std::optional<std::int64_t> after, std::int64_t limit) {
    const auto reached = units_visible_to(*filter.visible_to, "unit");
    std::string sql = fmt::format("{} AND user.id > ? AND {}", select_technician, reached.sql);
    std::vector<Parameter> parameters{to_parameter(after.value_or(0))};
    parameters.insert(parameters.end(), reached.parameters.begin(), reached.parameters.end());
    if (!filter.q.empty()) {
        const auto pattern = to_parameter(containing(filter.q));
        sql += " AND (user.name LIKE ? OR user.login LIKE ?)";
        parameters.insert(parameters.end(), 2, pattern);
    }
    if (!filter.unit_path.empty()) {
        sql += " AND unit.path LIKE ?";
        parameters.push_back(to_parameter(filter.unit_path + '%'));
    }
    if (filter.without_profile) sql += " AND profile.user_id IS NULL";
    sql += " ORDER BY user.id LIMIT ?";
    parameters.push_back(to_parameter(limit));
    return complete(db, db.query_with(sql, parameters));
}

std::vector<TechnicianProfile> technicians_of(Connection& db, std::span<const std::int64_t> unit_ids) {
    const auto ids = id_list(unit_ids);
    return complete(
        db, db.query_with(fmt::format("{} AND user.unit_id IN ({}) ORDER BY user.id", select_technician, ids.marks),
                          ids.parameters));
}

std::optional<std::int64_t> save_technician(Connection& db, const TechnicianProfile& profile) {
    const auto version = write_version(
        profile.version,
        [&] {
            db.execute(
                "INSERT INTO technician_profile (user_id, home_longitude, home_latitude, visits_a_day) "
                "VALUES (?, ?, ?, ?)",
                profile.user_id, profile.home_longitude, profile.home_latitude, profile.visits_a_day);
        },
        [&] {
            return db.execute(
                "UPDATE technician_profile SET version = version + 1, home_longitude = ?, home_latitude = ?, "
                "visits_a_day = ? WHERE user_id = ? AND version = ?",
                profile.home_longitude, profile.home_latitude, profile.visits_a_day, profile.user_id, profile.version);
        });
    if (!version) return std::nullopt;
    write_abilities(db, profile);
    write_calendar(db, of_technician, profile.user_id, profile.calendar);
    return version;
}

std::vector<ServiceArea> service_areas(Connection& db) {
    return complete_areas(db, db.query(fmt::format("{} ORDER BY id", select_area)));
}

std::optional<ServiceArea> find_service_area(Connection& db, std::int64_t unit_id) {
    auto areas = complete_areas(db, db.query(fmt::format("{} AND id = ?", select_area), unit_id));
    if (areas.empty()) return std::nullopt;
    return std::move(areas.front());
}

bool save_service_area(Connection& db, const ServiceArea& area) {
    if (db.execute("UPDATE organisation_unit SET version = version + 1 WHERE id = ? AND version = ?", area.unit_id,
                   area.version) == 0)
        return false;
    db.execute("DELETE FROM dealer_territory WHERE dealer_id = ?", area.unit_id);
    for (const auto& region_code : area.region_codes)
        db.execute("REPLACE INTO dealer_territory (dealer_id, region_code) VALUES (?, ?)", area.unit_id, region_code);
    write_calendar(db, of_dealer, area.unit_id, area.calendar);
    return true;
}

std::optional<FaultRequirement> find_requirement(Connection& db, std::int64_t fault_id) {
    const auto rows = db.query(
        "SELECT version, duration_minutes FROM fault_requirement WHERE fault_id = ? AND duration_minutes IS NOT NULL",
        fault_id);
    if (rows.empty()) return std::nullopt;
    FaultRequirement requirement{.fault_id = fault_id,
                                 .version = rows.front().get<std::int64_t>(0),
                                 .duration = std::chrono::minutes{rows.front().get<std::int64_t>(1)}};
    for (const auto& row : db.query("SELECT kind, code, quantity FROM fault_need WHERE fault_id = ?", fault_id))
        add_need(requirement.needs, row.get<std::string>(0), row.get<std::string>(1), row.get<std::int32_t>(2));
    normalise(requirement.needs);
    return requirement;
}

bool save_requirement(Connection& db, const FaultRequirement& requirement) {
    const auto minutes = requirement.duration.count();
    const auto written = write_version(
        requirement.version,
        [&] {
            // One that was withdrawn counts on, so that an editor who still has its last version is overtaken.
            const auto again = db.execute(
                "UPDATE fault_requirement SET version = version + 1, duration_minutes = ? "
                "WHERE fault_id = ? AND duration_minutes IS NULL",
                minutes, requirement.fault_id);
            if (again > 0) return;
            db.execute("INSERT INTO fault_requirement (fault_id, duration_minutes) VALUES (?, ?)", requirement.fault_id,
                       minutes);
        },
        [&] {
            return db.execute(
                "UPDATE fault_requirement SET version = version + 1, duration_minutes = ? "
                "WHERE fault_id = ? AND version = ? AND duration_minutes IS NOT NULL",
                minutes, requirement.fault_id, requirement.version);
        });
    if (!written) return false;
    db.execute("DELETE FROM fault_need WHERE fault_id = ?", requirement.fault_id);
    const auto write = [&](std::string_view kind, std::string_view code, std::int32_t quantity) {
        db.execute("REPLACE INTO fault_need (fault_id, kind, code, quantity) VALUES (?, ?, ?, ?)", requirement.fault_id,
                   kind, code, quantity);
    };
    for (const auto& code : requirement.needs.skills) write("skill", code, 1);
    for (const auto& code : requirement.needs.tools) write("tool", code, 1);
    for (const auto& code : requirement.needs.licences) write("licence", code, 1);
    for (const auto& part : requirement.needs.parts) write("part", part.number, part.quantity);
    return true;
}

bool delete_requirement(Connection& db, std::int64_t fault_id, std::int64_t version) {
    const auto withdrawn = db.execute(
        "UPDATE fault_requirement SET duration_minutes = NULL "
        "WHERE fault_id = ? AND version = ? AND duration_minutes IS NOT NULL",
        fault_id, version);
    if (withdrawn == 0) return false;
    db.execute("DELETE FROM fault_need WHERE fault_id = ?", fault_id);
    return true;
}

std::map<std::int64_t, FaultRequirement> requirements(Connection& db) {
    const auto own = own_requirements(db);
    if (own.empty()) return {};
    std::map<std::int64_t, std::int64_t> parent_of;
    for (const auto& row : db.query("SELECT id, COALESCE(parent_id, 0) FROM fault"))
        parent_of[row.get<std::int64_t>(0)] = row.get<std::int64_t>(1);
    auto inherited = own;
    for (const auto& [fault_id, parent] : parent_of) {
        // The tree has no cycles, and is never deeper than it has nodes.
        auto above = fault_id;
        for (std::size_t depth = 0; above != 0 && !own.contains(above) && depth < parent_of.size(); ++depth)
            above = parent_of.contains(above) ? parent_of.at(above) : 0;
        if (const auto found = own.find(above); found != own.end()) inherited.try_emplace(fault_id, found->second);
    }
    return inherited;
}

CodesInUse codes_in_use(Connection& db) {
    const auto of_kind = [&](std::string_view kind, std::string_view also) {
        planning::Codes codes;
        for (const auto& row : db.query(fmt::format("SELECT code FROM fault_need WHERE kind = ? UNION {} "
                                                    "ORDER BY code LIMIT {}",
                                                    also, max_codes_in_use),
                                        kind, kind))
            codes.push_back(row.get<std::string>(0));
        return codes;
    };
    constexpr std::string_view abilities = "SELECT code FROM technician_ability WHERE kind = ?";
    return {.skills = of_kind("skill", abilities),
            .tools = of_kind("tool", abilities),
            .licences = of_kind("licence", abilities),
            .parts = of_kind("part", "SELECT part_number FROM technician_part WHERE ? = 'part'")};
}

OfferingPolicy offering_policy(Connection& db, std::int64_t office_id) {
    const auto rows = db.query("SELECT version, automatic FROM offering_policy WHERE office_id = ?", office_id);
    if (rows.empty()) return {.office_id = office_id};
    return {
        .office_id = office_id, .version = rows.front().get<std::int64_t>(0), .automatic = rows.front().get<bool>(1)};
}

std::optional<std::int64_t> save_offering_policy(Connection& db, const OfferingPolicy& policy) {
    return write_version(
        policy.version,
        [&] {
            db.execute("INSERT INTO offering_policy (office_id, automatic) VALUES (?, ?)", policy.office_id,
                       policy.automatic);
        },
        [&] {
            return db.execute(
                "UPDATE offering_policy SET version = version + 1, automatic = ? WHERE office_id = ? AND version = ?",
                policy.automatic, policy.office_id, policy.version);
        });
}

std::optional<DealerPeople> busiest_people(Connection& db) {
    const auto rows = db.query(
        "SELECT technician.login, technician.name, desk.login AS dealer_login, desk.name AS dealer_name"
        " FROM ticket JOIN user_account technician ON technician.id = ticket.technician_id"
        " JOIN user_account desk ON desk.unit_id = technician.unit_id"
        " JOIN user_role ON user_role.user_id = desk.id AND user_role.role = 'dealer'"
        " WHERE ticket.state IN ('confirmed', 'en_route', 'on_site', 'paused')"
        " GROUP BY technician.id, desk.id ORDER BY COUNT(*) DESC, technician.id LIMIT 1");
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    return DealerPeople{.technician_login = row.get<std::string>("login"),
                        .technician_name = row.get<std::string>("name"),
                        .dealer_login = row.get<std::string>("dealer_login"),
                        .dealer_name = row.get<std::string>("dealer_name")};
}

}  // namespace callout::storage
