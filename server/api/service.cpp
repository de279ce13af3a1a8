#include "server/api/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "server/api/fields.hpp"
#include "server/api/item_page.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/parameters.hpp"
#include "server/api/people.hpp"
#include "server/storage/catalogue.hpp"
#include "server/storage/organisation.hpp"
#include "server/storage/technicians.hpp"

namespace callout::api::service {
namespace {

namespace json = boost::json;
using dispatch::Permission;
using planning::Calendar;
using planning::Hours;

constexpr std::size_t max_codes = 200;
constexpr std::size_t max_parts = 500;
constexpr std::size_t max_hours = 100;
constexpr std::size_t max_exceptions = 400;
constexpr std::int64_t max_quantity = 100'000;
constexpr std::int64_t max_minutes = std::int64_t{14} * 24 * 60;
constexpr TextRule code_rule{.max = 64};

bool manages(const Call& call, std::string_view path) {
    return administers(call.principal.actor, Permission::manage_service, path);
}

bool sees(const Call& call, std::string_view path) {
    return manages(call, path) || administers(call.principal.actor, Permission::see_suggestions, path);
}

std::string clock_text(std::int32_t minute) {
    return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

// HH:MM, 24:00 for the end of the day.
std::optional<std::int32_t> minute_of_day(std::string_view text) {
    const auto digit = [&](std::size_t i) { return text[i] - '0'; };
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    for (const std::size_t i : {0U, 1U, 3U, 4U})
        if (digit(i) < 0 || digit(i) > 9) return std::nullopt;
    const int hour = digit(0) * 10 + digit(1);
    const int minute = digit(3) * 10 + digit(4);
    if (minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
    return hour * 60 + minute;
}

std::int32_t read_minute(Fields& fields, std::string_view name) {
    const auto minute = minute_of_day(fields.text(name, {.max = 5}));
    if (!minute && !fields.failed(name)) fields.fail(name, "not_a_clock_time");
    return minute.value_or(0);
}

Hours read_hours(Fields& fields) {
    const Hours hours{read_minute(fields, "from"), read_minute(fields, "until")};
    if (hours.until_minute <= hours.from_minute && !fields.failed("from") && !fields.failed("until"))
        fields.fail("until", "not_after_from");
    return hours;
}

std::chrono::local_days to_day(const std::string& date) {
    const auto number = [&](std::size_t at, std::size_t count) { return std::stoi(date.substr(at, count)); };
    return std::chrono::local_days{std::chrono::year{number(0, 4)} / number(5, 2) / number(8, 2)};
}

std::string day_text(std::chrono::local_days day) {
    const std::chrono::year_month_day date{day};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

Calendar read_calendar(Fields& fields) {
    Calendar calendar;
    fields.each_object("weekly_hours", max_hours, [&](Fields& entry) {
        const auto weekday = static_cast<std::int32_t>(entry.integer("weekday", 1, 7));
        calendar.week.push_back({weekday, read_hours(entry)});
    });
    fields.each_object("exceptions", max_exceptions, [&](Fields& entry) {
        const auto day = entry.optional_date("day");
        if (!day && !entry.failed("day")) entry.fail("day", "required");
        const bool off = !entry.optional_text("from", {.max = 5}) && !entry.optional_text("until", {.max = 5});
        const auto hours = off ? Hours{} : read_hours(entry);
        if (day) calendar.exceptions.push_back({to_day(*day), hours});
    });
    return calendar;
}

json::array weekly_hours_view(const Calendar& calendar) {
    json::array items;
    for (const auto& [weekday, hours] : calendar.week)
        items.push_back(
            {{"weekday", weekday}, {"from", clock_text(hours.from_minute)}, {"until", clock_text(hours.until_minute)}});
    return items;
}

json::array exceptions_view(const Calendar& calendar) {
    json::array items;
    for (const auto& [day, hours] : calendar.exceptions) {
        const bool off = hours.until_minute <= hours.from_minute;
        items.push_back({{"day", day_text(day)},
                         {"from", off ? json::value(nullptr) : json::value(clock_text(hours.from_minute))},
                         {"until", off ? json::value(nullptr) : json::value(clock_text(hours.until_minute))}});
    }
    return items;
}

planning::Codes read_codes(Fields& fields, std::string_view name) {
    auto codes = fields.texts(name, max_codes, code_rule);
    planning::normalise(codes);
    return codes;
}

planning::Parts read_parts(Fields& fields) {
    planning::Parts parts;
    fields.each_object("parts", max_parts, [&](Fields& entry) {
        auto number = entry.text("number", code_rule);
        const auto quantity = static_cast<std::int32_t>(entry.integer("quantity", 1, max_quantity));
        parts.push_back({std::move(number), quantity});
    });
    planning::normalise(parts);
    return parts;
}

json::array parts_view(const planning::Parts& parts) {
    json::array items;
    for (const auto& part : parts) items.push_back({{"number", part.number}, {"quantity", part.quantity}});
    return items;
}

json::object view(const storage::TechnicianProfile& profile) {
    return {{"id", profile.user_id},
            {"version", profile.version},
            {"name", profile.name},
            {"unit_id", profile.unit_id},
            {"home_longitude", to_json(profile.home_longitude)},
            {"home_latitude", to_json(profile.home_latitude)},
            {"visits_a_day", profile.visits_a_day},
            {"skills", json::value_from(profile.skills)},
            {"tools", json::value_from(profile.tools)},
            {"licences", json::value_from(profile.licences)},
            {"parts", parts_view(profile.parts)},
            {"weekly_hours", weekly_hours_view(profile.calendar)},
            {"exceptions", exceptions_view(profile.calendar)}};
}

json::object view(const storage::ServiceArea& area) {
    return {{"unit_id", area.unit_id},
            {"version", area.version},
            {"name", area.name},
            {"region_codes", json::value_from(area.region_codes)},
            {"weekly_hours", weekly_hours_view(area.calendar)},
            {"usual_weekly_hours", weekly_hours_view(planning::usual_hours())},
            {"exceptions", exceptions_view(area.calendar)}};
}

json::object view(const storage::FaultRequirement& requirement) {
    return {{"fault_id", requirement.fault_id},
            {"version", requirement.version},
            {"duration_min", requirement.duration.count()},
            {"skills", json::value_from(requirement.needs.skills)},
            {"tools", json::value_from(requirement.needs.tools)},
            {"licences", json::value_from(requirement.needs.licences)},
            {"parts", parts_view(requirement.needs.parts)}};
}

json::object view(const storage::OfferingPolicy& policy) {
    return {{"office_unit_id", policy.office_id}, {"version", policy.version}, {"automatic", policy.automatic}};
}

template <class Thing>
Answer answer(const Thing& thing) {
    return {.body = view(thing), .version = thing.version};
}

template <class Thing>
tl::unexpected<Problem> overtaken(const Thing& current) {
    auto stale = problem(412, "version_conflict");
    stale.value().current = view(current);
    return stale;
}

Result<storage::TechnicianProfile> technician(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    auto profile = storage::find_technician(call.db, *id);
    if (!profile || (!sees(call, profile->unit_path) && profile->user_id != call.principal.user_id)) return not_found();
    return *std::move(profile);
}

Result<storage::ServiceArea> service_area(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    auto area = storage::find_service_area(call.db, *id);
    if (!area || (!sees(call, area->path) && area->unit_id != call.principal.unit_id)) return not_found();
    return *std::move(area);
}

Result<storage::Unit> office(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    auto unit = storage::find_unit(call.db, *id);
    if (!unit || unit->kind != dispatch::UnitKind::office || !sees(call, unit->path)) return not_found();
    return *std::move(unit);
}

storage::FaultRequirement written_or_not(storage::Connection& db, std::int64_t fault_id) {
    return storage::find_requirement(db, fault_id).value_or(storage::FaultRequirement{.fault_id = fault_id});
}

Result<storage::FaultRequirement> requirement(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    if (!storage::find_fault(call.db, *id)) return not_found();
    return written_or_not(call.db, *id);
}

}  // namespace

Result<Answer> list_technicians(Call& call) {
    Parameters parameters{call.request};
    storage::TechnicianFilter filter{.visible_to = &call.principal.actor, .q = parameters.text("q")};
    const auto unit_id = parameters.id("unit_id");
    filter.without_profile = parameters.flag("without_profile").value_or(false);
    const auto page = parameters.page();
    if (auto wrong = parameters.problem()) return tl::unexpected{*std::move(wrong)};
    if (unit_id) filter.unit_path = storage::path_to_list_under(call.db, *unit_id);
    const auto found = storage::list_technicians(call.db, filter, page.cursor, page.limit + 1);
    return item_page(
        found, page.limit, [](const auto& profile) { return view(profile); }, &storage::TechnicianProfile::user_id);
}

Result<Answer> get_technician(Call& call) {
    const auto profile = technician(call);
    if (!profile) return tl::unexpected{profile.error()};
    return answer(*profile);
}

Result<Answer> put_technician(Call& call) {
    auto profile = technician(call);
    if (!profile) return tl::unexpected{profile.error()};
    if (!manages(call, profile->unit_path)) return not_found();
    Fields fields{call.body};
    profile->home_longitude = fields.optional_number("home_longitude", -180, 180);
    profile->home_latitude = fields.optional_number("home_latitude", -90, 90);
    if (profile->home_longitude.has_value() != profile->home_latitude.has_value())
        fields.fail(profile->home_longitude ? "home_latitude" : "home_longitude", "required");
    else if (profile->home_longitude && !dispatch::valid_or_missing(*profile->home_latitude, *profile->home_longitude))
        fields.fail("home_latitude", "out_of_range");
    profile->visits_a_day = fields.optional_integer("visits_a_day", 0, 100).value_or(8);
    profile->skills = read_codes(fields, "skills");
    profile->tools = read_codes(fields, "tools");
    profile->licences = read_codes(fields, "licences");
    profile->parts = read_parts(fields);
    profile->calendar = read_calendar(fields);
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};
    const auto present = profile->version;
    profile->version = *call.expected_version;
    if (present != profile->version || !storage::save_technician(call.db, *profile))
        return overtaken(*storage::find_technician(call.db, profile->user_id));
    record(call, "technician.changed", "user", profile->user_id);
    return answer(*storage::find_technician(call.db, profile->user_id));
}

Result<Answer> get_service_area(Call& call) {
    const auto area = service_area(call);
    if (!area) return tl::unexpected{area.error()};
    return answer(*area);
}

Result<Answer> put_service_area(Call& call) {
    auto area = service_area(call);
    if (!area) return tl::unexpected{area.error()};
    if (!manages(call, area->path)) return not_found();
    Fields fields{call.body};
    area->region_codes = fields.texts("region_codes", max_codes, {.max = 16});
    planning::normalise(area->region_codes);
    area->calendar = read_calendar(fields);
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};
    area->version = *call.expected_version;
    if (!storage::save_service_area(call.db, *area))
        return overtaken(*storage::find_service_area(call.db, area->unit_id));
    record(call, "service_area.changed", "unit", area->unit_id);
    return answer(*storage::find_service_area(call.db, area->unit_id));
}

Result<Answer> get_requirement(Call& call) {
    const auto found = requirement(call);
    if (!found) return tl::unexpected{found.error()};
    return answer(*found);
}

Result<Answer> put_requirement(Call& call) {
    auto found = requirement(call);
    if (!found) return tl::unexpected{found.error()};
    Fields fields{call.body};
    found->duration = std::chrono::minutes{fields.integer("duration_min", 1, max_minutes)};
    found->needs = {.skills = read_codes(fields, "skills"),
                    .tools = read_codes(fields, "tools"),
                    .licences = read_codes(fields, "licences"),
                    .parts = read_parts(fields)};
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};
    const auto present = found->version;
    found->version = *call.expected_version;
    if (present != found->version || !storage::save_requirement(call.db, *found))
        return overtaken(written_or_not(call.db, found->fault_id));
    record(call, "fault_requirement.changed", "fault", found->fault_id);
    return answer(*storage::find_requirement(call.db, found->fault_id));
}

Result<Answer> delete_requirement(Call& call) {
    const auto found = requirement(call);
    if (!found) return tl::unexpected{found.error()};
    if (found->version == 0) return not_found();
    if (!storage::delete_requirement(call.db, found->fault_id, *call.expected_version))
        return overtaken(written_or_not(call.db, found->fault_id));
    record(call, "fault_requirement.deleted", "fault", found->fault_id);
    return Answer{.status = 204};
}

Result<Answer> codes_in_use(Call& call) {
    const auto codes = storage::codes_in_use(call.db);
    return Answer{.body = {{"skills", json::value_from(codes.skills)},
                           {"tools", json::value_from(codes.tools)},
                           {"licences", json::value_from(codes.licences)},
                           {"parts", json::value_from(codes.parts)}}};
}

Result<Answer> get_offering_policy(Call& call) {
    const auto unit = office(call);
    if (!unit) return tl::unexpected{unit.error()};
    return answer(storage::offering_policy(call.db, unit->id));
}

Result<Answer> put_offering_policy(Call& call) {
    const auto unit = office(call);
    if (!unit) return tl::unexpected{unit.error()};
    if (!manages(call, unit->path)) return not_found();
    Fields fields{call.body};
    storage::OfferingPolicy policy{
        .office_id = unit->id, .version = *call.expected_version, .automatic = fields.flag("automatic")};
    if (auto wrong = fields.problem()) return tl::unexpected{*std::move(wrong)};
    const auto present = storage::offering_policy(call.db, unit->id);
    if (present.version != policy.version || !storage::save_offering_policy(call.db, policy))
        return overtaken(storage::offering_policy(call.db, unit->id));
    record(call, "offering_policy.changed", "unit", unit->id, {{"automatic", policy.automatic}});
    return answer(storage::offering_policy(call.db, unit->id));
}

}  // namespace callout::api::service
