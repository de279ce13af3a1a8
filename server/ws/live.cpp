#include "server/ws/live.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>

#include "server/http/upgrade.hpp"
#include "server/storage/console_sessions.hpp"
#include "server/storage/events.hpp"
#include "server/ws/database_job.hpp"
#include "server/ws/messages.hpp"
#include "server/ws/stream_session.hpp"

namespace callout::ws {
namespace {

namespace asio = boost::asio;

using notifications::CloseCode;
using notifications::ConsolePtr;
using notifications::Viewer;

constexpr std::string_view stream_path = "/api/v1/stream";
constexpr Milliseconds watch_interval{1000};

Viewer to_viewer(const auth::Principal& principal) {
    return {.actor = principal.actor,
            .user_id = principal.user_id,
            .name = principal.name,
            .session_id = principal.session_id,
            .token_id = principal.token_id};
}

// What says who it is, and from which page: all that is needed to ask again.
http::Request credentials_of(const http::Request& request) {
    http::Request credentials;
    credentials.path = request.path;
    credentials.peer_address = request.peer_address;
    credentials.over_tls = request.over_tls;
    for (const auto* name : {"Cookie", "Authorization", "Origin", "Sec-Fetch-Site", "Host"})
        if (const auto value = request.header(name); !value.empty())
            credentials.headers.push_back({name, std::string{value}});
    return credentials;
}

// Missing: from now on. Nothing: not a number.
std::optional<std::optional<std::int64_t>> parse_after(const http::Request& request) {
    const auto text = request.parameter("after");
    if (text.empty()) return std::optional<std::int64_t>{};
    std::int64_t after = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), after);
    if (error != std::errc{} || rest != text.data() + text.size() || after < 0) return std::nullopt;
    return std::optional{after};
}

tl::unexpected<http::Response> refuse(const api::Problem& problem, const http::Request& request) {
    const auto language = request.header("Accept-Language").starts_with("en") ? "en" : "zh";
    return tl::unexpected{api::to_response(problem, language, request.request_id)};
}

api::Problem unavailable() {
    return {.status = 503, .code = "unavailable", .headers = {{"Retry-After", "2"}}};
}

}  // namespace

Live::Live(storage::Database& database, LiveOptions options, LiveCallbacks callbacks)
    : database_{database},
      options_{options},
      callbacks_{std::move(callbacks)},
      hub_{options.hub},
      sequencer_{database.endpoint(),
                 {.begin = [this](std::int64_t head) { hub_.begin(head); },
                  .announce = [this](const std::vector<notifications::Event>& events) { announce(events); },
                  .rewind = [this](std::int64_t head) { hub_.rewind(head); },
                  .database_gone = [this] { hub_.database_gone(); }}},
      watcher_{[this](const std::stop_token& stop) { watch(stop); }} {}

Live::~Live() {
    close();
    watcher_.request_stop();
    watcher_.join();
}

asio::awaitable<tl::expected<http::StreamHandler, http::Response>> Live::open_stream(http::Request request) {
    if (request.path != stream_path) co_return refuse({.status = 404, .code = "not_found"}, request);
    const auto after = parse_after(request);
    if (!after)
        co_return refuse({.status = 422, .code = "invalid_input", .errors = {{"?after", "out_of_range"}}}, request);
    if (!hub_.accepting()) co_return refuse(unavailable(), request);

    const auto seen_head = hub_.head();
    auto credentials = std::make_shared<const http::Request>(credentials_of(request));
    std::function<api::Result<auth::Principal>()> ask = [this, credentials] { return who(*credentials); };
    const auto principal = co_await on_database(database_, std::move(ask));
    if (!principal) co_return refuse(principal.error(), request);

    auto opening = std::make_shared<StreamOpening>(StreamOpening{
        .database = database_,
        .hub = hub_,
        .wakes = wakes_,
        .ping_interval = options_.ping_interval,
        .viewer = to_viewer(*principal),
        .after = *after,
        .seen_head = seen_head,
        .opened =
            [this, credentials](const ConsolePtr& console) {
                const std::scoped_lock lock{credentials_mutex_};
                credentials_.emplace(console.get(), credentials);
            },
        .left =
            [this](const ConsolePtr& console) {
                const std::scoped_lock lock{credentials_mutex_};
                credentials_.erase(console.get());
            },
    });
    co_return http::StreamHandler{[opening](http::Upgrade upgrade) { return run_stream(opening, std::move(upgrade)); }};
}

api::Result<auth::Principal> Live::who(const http::Request& request) {
    try {
        return callbacks_.authenticate(request);
    } catch (const storage::Unavailable&) {
    } catch (const storage::ConnectionLost&) {
    }
    return tl::unexpected{unavailable()};
}

void Live::revoke_session(std::int64_t session_id) {
    hub_.close_session(session_id, CloseCode::signed_out);
}

void Live::close() {
    hub_.close_all(CloseCode::restart);
}

void Live::announce(const std::vector<notifications::Event>& events) {
    std::vector<notifications::AnnouncementPtr> announcements;
    announcements.reserve(events.size());
    bool people_changed = false;
    for (const auto& event : events) {
        announcements.push_back(ws::announce(event));
        if (event.kind == notifications::user_changed) callbacks_.forget_people(event.audience.technician_id);
        if (event.kind == notifications::organisation_changed) callbacks_.forget_people(std::nullopt);
        people_changed |=
            event.kind == notifications::user_changed || event.kind == notifications::organisation_changed;
    }
    hub_.announce(announcements);
    if (!people_changed) return;
    {
        const std::scoped_lock lock{watch_mutex_};
        watch_wake_ = true;
    }
    watch_woken_.notify_one();
}

void Live::watch(const std::stop_token& stop) {
    auto next_check = std::chrono::steady_clock::now() + options_.session_check;
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock{watch_mutex_};
            watch_woken_.wait_for(lock, stop, watch_interval, [&] { return watch_wake_; });
            watch_wake_ = false;
        }
        if (stop.stop_requested()) return;
        hub_.tick(now());
        try {
            refresh_held();
            if (std::chrono::steady_clock::now() >= next_check) {
                end_invalid_sessions();
                next_check = std::chrono::steady_clock::now() + options_.session_check;
            }
            reported_unavailable_ = false;
        } catch (const std::exception& error) {
            // Held consoles stay held, so that nothing leaks meanwhile.
            if (!reported_unavailable_) spdlog::warn("consoles cannot be checked: {}", error.what());
            reported_unavailable_ = true;
        }
    }
}

void Live::refresh_held() {
    auto more = hub_.take_held();
    held_.insert(held_.end(), more.begin(), more.end());
    std::vector<ConsolePtr> unknown;
    while (!held_.empty()) {
        const auto console = held_.back();
        const auto credentials = credentials_for(console);
        if (credentials && !refresh(console, *credentials)) break;
        held_.pop_back();
        // About to be registered, or gone: then nobody else knows it.
        if (!credentials && console.use_count() > 1) unknown.push_back(console);
    }
    held_.insert(held_.end(), unknown.begin(), unknown.end());
}

std::shared_ptr<const http::Request> Live::credentials_for(const ConsolePtr& console) {
    const std::scoped_lock lock{credentials_mutex_};
    const auto found = credentials_.find(console.get());
    return found == credentials_.end() ? nullptr : found->second;
}

// False when the database cannot say now.
bool Live::refresh(const ConsolePtr& console, const http::Request& credentials) {
    const auto holds = console->holds();
    const auto principal = who(credentials);
    if (!principal && principal.error().status == 503) return false;
    if (!principal) {
        hub_.close(console, CloseCode::signed_out);
        return true;
    }
    auto viewer = to_viewer(*principal);
    const auto ticket_id = hub_.shown_ticket(console);
    if (ticket_id != 0 && !still_sees(ticket_id, viewer)) hub_.show_ticket(console, 0, false, now());
    hub_.release(console, std::move(viewer), holds);
    return true;
}

bool Live::still_sees(std::int64_t ticket_id, const Viewer& viewer) {
    const auto audience =
        database_.transaction([&](storage::Connection& db) { return storage::ticket_audience(db, ticket_id); });
    return audience && may_see_ticket(viewer, *audience);
}

void Live::end_invalid_sessions() {
    const auto consoles = hub_.consoles();
    std::vector<std::int64_t> sessions;
    std::vector<std::int64_t> tokens;
    for (const auto& console : consoles) {
        const auto viewer = console->viewer();
        if (viewer->session_id) sessions.push_back(*viewer->session_id);
        if (viewer->token_id) tokens.push_back(*viewer->token_id);
    }
    for (auto* ids : {&sessions, &tokens}) {
        std::ranges::sort(*ids);
        ids->erase(std::unique(ids->begin(), ids->end()), ids->end());
    }
    const auto [valid_sessions, valid_tokens] = database_.transaction([&](storage::Connection& db) {
        return std::pair{storage::valid_sessions(db, sessions, now()), storage::valid_tokens(db, tokens, now())};
    });
    for (const auto& console : consoles) {
        const auto viewer = console->viewer();
        const bool ended = (viewer->session_id && !valid_sessions.contains(*viewer->session_id)) ||
                           (viewer->token_id && !valid_tokens.contains(*viewer->token_id));
        if (ended) hub_.close(console, CloseCode::signed_out);
    }
}

}  // namespace callout::ws
