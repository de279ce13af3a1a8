// Everything that consoles see after a commit: numbering, fan-out, streams, and watching over who sits at them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <tl/expected.hpp>
#include <unordered_map>
#include <vector>

#include "notifications/hub.hpp"
#include "server/api/problem.hpp"
#include "server/auth/principal.hpp"
#include "server/http/application.hpp"
#include "server/http/message.hpp"
#include "server/storage/database.hpp"
#include "server/ws/sequencer.hpp"
#include "server/ws/wake_queue.hpp"

namespace callout::ws {

struct LiveOptions {
    notifications::HubLimits hub = {};
    // A console that is silent is pinged after this time, and given up after twice as long.
    std::chrono::seconds ping_interval{20};
    // How soon a session that was ended on another node ends its consoles.
    std::chrono::seconds session_check{1};
};

struct LiveCallbacks {
    // Who opens a console, or why he may not. Blocks on the database; throws storage::Unavailable.
    std::function<api::Result<auth::Principal>(const http::Request&)> authenticate;
    // Whatever is remembered about this user, or about everybody, is out of date.
    std::function<void(std::optional<std::int64_t> user_id)> forget_people;
};

// Outlives every connection that was handed to it.
class Live {
public:
    Live(storage::Database& database, LiveOptions options, LiveCallbacks callbacks);
    // Closes what is still open (1012) without waiting for it.
    ~Live();
    Live(const Live&) = delete;
    Live& operator=(const Live&) = delete;

    // GET /api/v1/stream?after=SEQ, for http::Application::open_stream: refuses (400, 401, 403, 404, 503), or answers
    // what then runs the connection.
    boost::asio::awaitable<tl::expected<http::StreamHandler, http::Response>> open_stream(http::Request request);

    // A transaction with events was committed on this node. Any thread; cheap.
    void wake() { sequencer_.wake(); }

    // The session has ended: so do its consoles (4401). Any thread.
    void revoke_session(std::int64_t session_id);

    // The server stops: every console is closed with 1012, so that it comes back by itself, and none is taken any more.
    void close();

    const notifications::Hub& hub() const { return hub_; }

private:
    void announce(const std::vector<notifications::Event>& events);
    api::Result<auth::Principal> who(const http::Request& request);
    void watch(const std::stop_token& stop);
    void refresh_held();
    std::shared_ptr<const http::Request> credentials_for(const notifications::ConsolePtr& console);
    bool refresh(const notifications::ConsolePtr& console, const http::Request& credentials);
    bool still_sees(std::int64_t ticket_id, const notifications::Viewer& viewer);
    void end_invalid_sessions();

    storage::Database& database_;
    const LiveOptions options_;
    const LiveCallbacks callbacks_;
    notifications::Hub hub_;
    WakeQueue wakes_;

    // What each console was opened with, to ask again who sits there.
    std::mutex credentials_mutex_;
    std::unordered_map<const notifications::Console*, std::shared_ptr<const http::Request>> credentials_;

    // Of the watching thread alone.
    std::vector<notifications::ConsolePtr> held_;
    bool reported_unavailable_ = false;

    std::mutex watch_mutex_;
    std::condition_variable_any watch_woken_;
    bool watch_wake_ = false;

    Sequencer sequencer_;
    std::jthread watcher_;
};

}  // namespace callout::ws
