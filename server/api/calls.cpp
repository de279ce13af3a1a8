#include "server/api/calls.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "server/api/call_report.hpp"
#include "server/api/fields.hpp"
#include "server/api/item_page.hpp"
#include "server/api/optional_json.hpp"
#include "server/api/parameters.hpp"
#include "server/api/ticket_view.hpp"
#include "server/calls/call_news.hpp"
#include "server/config/config.hpp"
#include "server/phones/phone_number.hpp"
#include "server/storage/calls.hpp"

namespace callout::api::calls {
namespace {

namespace json = boost::json;
using dispatch::CallDirection;
using dispatch::CallReport;
using storage::TelephoneCall;

constexpr std::size_t max_stored_number = 32;
constexpr std::int64_t max_ringing_users = 60;
constexpr std::int64_t shown_callers = 5;
// Who has not touched his console for so long is not rung.
constexpr std::chrono::hours at_work{12};

// In constant time, also over the length: the hashes are compared.
bool is_token(std::string_view given, std::string_view expected) {
    if (expected.empty()) return false;
    const auto hash = [](std::string_view text) {
        std::array<unsigned char, 32> bytes{};
        crypto_generichash(bytes.data(), bytes.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                           nullptr, 0);
        return bytes;
    };
    const auto a = hash(given);
    const auto b = hash(expected);
    return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_stored_number(const std::string& reported, const Call& call) {
    if (const auto number = phones::parse(reported, call.services.phone_region)) return number->e164;
    return reported.substr(0, max_stored_number);
}

// The column of numbers as reported is ASCII; a name in their place (somebody's display name) is no number.
std::string ascii_or_nothing(std::string text) {
    const bool ascii = std::ranges::all_of(text, [](char c) { return c >= ' ' && c < '\x7F'; });
    return ascii ? text : "";
}

std::vector<std::string> roles_that_take_calls() {
    std::vector<std::string> roles;
    for (const auto role : all_values<dispatch::Role>)
        if (dispatch::permissions_of(role).has(dispatch::Permission::handle_calls)) roles.emplace_back(to_string(role));
    return roles;
}

// Whom the telephone system rings: the ones it names, else those of the number that was dialled, else everybody at work
// who takes calls.
std::vector<std::int64_t> who_rings(Call& call, const ReportedCall& reported) {
    auto users = storage::users_called(call.db, reported.users);
    if (users.empty()) {
        const auto& own = reported.direction == CallDirection::in ? reported.to : reported.from;
        users = storage::users_called(call.db, {own});
    }
    if (users.empty() && reported.direction == CallDirection::in)
        users = storage::users_at_work(call.db, roles_that_take_calls(), call.now - at_work, max_ringing_users);
    callout::calls::cut_to_audience(users);
    return users;
}

std::optional<std::int64_t> who_answered(Call& call, const ReportedCall& reported) {
    for (const auto& words : {reported.users, std::vector{reported.answering_number}})
        if (const auto users = storage::users_called(call.db, words); !users.empty()) return users.front();
    return std::nullopt;
}

// What every report may tell, whichever comes first.
void take_facts(TelephoneCall& log, const ReportedCall& reported, const Call& call) {
    if (!log.times.ringing_at && !log.times.answered_at && !log.times.ended_at) log.direction = reported.direction;
    if (!reported.from.empty() && log.from_number.empty())
        log.from_number = ascii_or_nothing(to_stored_number(reported.from, call));
    if (!reported.to.empty() && log.to_number.empty())
        log.to_number = ascii_or_nothing(to_stored_number(reported.to, call));
    if (!reported.queue.empty()) log.queue = reported.queue;
    if (!reported.cause.empty()) log.cause = reported.cause;
}

const std::string& number_outside(const TelephoneCall& log) {
    return log.direction == CallDirection::in ? log.from_number : log.to_number;
}

// A caller without a number (or one that is not a telephone number) is nobody we know.
std::vector<storage::Caller> who_calls(Call& call, const TelephoneCall& log) {
    const auto& number = number_outside(log);
    if (!number.starts_with('+')) return {};
    return storage::callers_with_number(call.db, number, shown_callers);
}

}  // namespace

Result<Answer> report(Call& call) {
    if (!is_token(call.path_text("token"), call.services.config.telephony.token)) return not_found();
    const auto reported = read_call_report(call.request);
    if (!reported) return tl::unexpected{reported.error()};

    auto log = storage::lock_call(call.db, reported->call_id);
    // An end that was only presumed gives way to what is reported.
    if (log.cause == storage::presumed_over && reported->report != CallReport::new_call) {
        log.times.ended_at.reset();
        log.cause.clear();
    }
    const auto step = dispatch::take_report(log.times, reported->report, call.now);
    if (!step.changed) return Answer{.body = json::object{}};
    take_facts(log, *reported, call);
    log.times = step.after;
    if (reported->report == CallReport::new_call) log.ringing_users = who_rings(call, *reported);
    const auto callers = who_calls(call, log);
    // One customer has this number: it is him. Of several, the agent says who.
    if (callers.size() == 1 && !log.customer_id) {
        log.customer_id = callers.front().customer_id;
        log.customer_name = callers.front().name;
    }
    if (reported->report == CallReport::answer) log.answered_by = who_answered(call, *reported);
    storage::save_call(call.db, log);
    if (log.answered_by) log.answered_by_name = storage::find_call(call.db, log.id).value().answered_by_name;
    if (callout::calls::append_news(call.db, log, step.news, callers, call.now))
        call.after_commit.push_back(call.services.events_committed);
    return Answer{.body = json::object{}};
}

Result<Answer> list(Call& call) {
    Parameters parameters{call.request};
    const auto states = parameters.choices<dispatch::CallState>("state");
    if (states.size() > 1) parameters.fail("state", "too_many");
    storage::CallFilter filter{.state = states.empty() ? std::nullopt : std::optional{states.front()},
                               .customer_id = parameters.id("customer_id"),
                               .ticket_id = parameters.id("ticket_id")};
    if (parameters.flag("mine").value_or(false)) filter.user_id = call.principal.user_id;
    const auto page = parameters.page();
    if (auto problem = parameters.problem()) return tl::unexpected{*std::move(problem)};
    return item_page(storage::list_calls(call.db, filter, page.cursor, page.limit + 1), page.limit,
                     [](const TelephoneCall& log) { return storage::to_json(log); });
}

Result<Answer> change(Call& call) {
    const auto id = call.path_id();
    if (!id) return tl::unexpected{id.error()};
    if (!storage::find_call(call.db, *id)) return not_found();
    Fields fields{call.body};
    const auto ticket_id = fields.optional_id("ticket_id");
    if (ticket_id && !visible_ticket(call, *ticket_id)) fields.fail("ticket_id", "not_found");
    const auto recording_url = fields.optional_text("recording_url", {.max = 500}).value_or("");
    // It becomes a link on a page: nothing but the web.
    if (!recording_url.empty() && !recording_url.starts_with("https://") && !recording_url.starts_with("http://"))
        fields.fail("recording_url", "not_a_web_address");
    if (auto problem = fields.problem()) return tl::unexpected{*std::move(problem)};
    if (fields.has("ticket_id")) storage::link_call(call.db, *id, ticket_id);
    if (fields.has("recording_url")) storage::set_recording(call.db, *id, recording_url);
    return Answer{.body = storage::to_json(storage::find_call(call.db, *id).value())};
}

}  // namespace callout::api::calls
