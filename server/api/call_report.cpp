#include "server/api/call_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <boost/url/params_view.hpp>
#include <boost/url/parse_query.hpp>
#include <boost/url/rfc/pchars.hpp>
#include <map>

#include "dispatch/text.hpp"

namespace callout::api {
namespace {

namespace json = boost::json;

constexpr std::size_t max_call_id = 100;
constexpr std::size_t max_number = 64;
constexpr std::size_t max_queue = 100;
constexpr std::size_t max_cause = 64;
constexpr std::size_t max_users = 50;
constexpr std::size_t max_fields = 200;
constexpr std::size_t max_json_depth = 8;

// Every value of every field, in whatever form it came.
using Values = std::multimap<std::string, std::string, std::less<>>;

void add(Values& values, std::string_view name, const json::value& value) {
    if (value.is_array()) {
        for (const auto& entry : value.get_array())
            if (!entry.is_array()) add(values, name, entry);
    } else if (value.is_string()) {
        values.emplace(name, value.get_string());
    } else if (value.is_number()) {
        values.emplace(name, json::serialize(value));
    }
}

Result<Values> read_json(const std::string& body) {
    json::error_code error;
    json::parse_options options;
    options.max_depth = max_json_depth;
    const auto value = json::parse(body, error, {}, options);
    if (error || !value.is_object()) return problem(400, "malformed_json");
    Values values;
    for (const auto& member : value.get_object()) {
        if (values.size() >= max_fields) break;
        add(values, member.key(), member.value());
    }
    return values;
}

// A form as it stands in a URL. There, unlike in a form, a plus is no space; and scripts send `user[]=` and Chinese as
// they are typed. What is encoded already stays so.
std::string to_query(std::string_view form) {
    constexpr auto as_it_is = boost::urls::pchars + '/' + '?' + '%';
    std::string query;
    for (const char c : form)
        if (c == '+')
            query += "%20";
        else if (as_it_is(c))
            query += c;
        else
            query += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return query;
}

Result<Values> read_form(std::string_view body) {
    const auto query = to_query(body);
    const auto parsed = boost::urls::parse_query(query);
    if (!parsed) return problem(400, "malformed_form");
    Values values;
    for (const auto& parameter : boost::urls::params_view{*parsed}) {
        if (values.size() >= max_fields) break;
        // Percent-encoding can spell any bytes.
        if (!is_utf8(parameter.value)) return problem(400, "malformed_form");
        std::string name = parameter.key;
        if (name.ends_with("[]")) name.resize(name.size() - 2);
        values.emplace(std::move(name), parameter.value);
    }
    return values;
}

// Cut between characters, and without control characters: it goes into logs and onto screens.
std::string cut(std::string_view text, std::size_t max_bytes) {
    std::string clean{cut_to_bytes(text, max_bytes)};
    std::erase_if(clean, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; });
    return clean;
}

std::string first(const Values& values, std::string_view name, std::size_t max_bytes) {
    const auto found = values.find(name);
    return found == values.end() ? "" : cut(found->second, max_bytes);
}

}  // namespace

Result<ReportedCall> read_call_report(const http::Request& request) {
    const auto type = request.header("Content-Type");
    const bool form = http::is_media_type(type, "application/x-www-form-urlencoded");
    if (!form && !type.empty() && !http::is_media_type(type, "application/json"))
        return problem(415, "unsupported_media_type");
    auto values = form ? read_form(request.body) : read_json(request.body);
    if (!values) return tl::unexpected{std::move(values.error())};

    Problem wrong{.status = 422, .code = "invalid_input"};
    const auto report = parse<dispatch::CallReport>(first(*values, "event", 16));
    if (!report) wrong.errors.push_back({"/event", values->contains("event") ? "unknown_value" : "required"});
    const auto id = values->find("callId");
    if (id == values->end() || id->second.empty())
        wrong.errors.push_back({"/callId", "required"});
    else if (id->second.size() > max_call_id)
        wrong.errors.push_back({"/callId", "too_long"});
    else if (!std::ranges::all_of(id->second, [](char c) { return c > ' ' && c < '\x7F'; }))
        wrong.errors.push_back({"/callId", "not_visible_ascii"});
    if (!wrong.errors.empty()) return tl::unexpected{std::move(wrong)};

    ReportedCall reported{
        .report = *report,
        .call_id = id->second,
        .from = first(*values, "from", max_number),
        .to = first(*values, "to", max_number),
        .direction =
            parse<dispatch::CallDirection>(first(*values, "direction", 8)).value_or(dispatch::CallDirection::in),
        .users = {},
        .queue = first(*values, "queue", max_queue),
        .cause = first(*values, "cause", max_cause),
        .answering_number = first(*values, "answeringNumber", max_number)};
    const auto [begin, end] = values->equal_range("user");
    for (auto user = begin; user != end && reported.users.size() < max_users; ++user)
        reported.users.push_back(cut(user->second, max_number));
    return reported;
}

}  // namespace callout::api
