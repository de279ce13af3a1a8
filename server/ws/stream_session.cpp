#include "server/ws/stream_session.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <optional>
#include <utility>

#include "server/http/upgrade.hpp"
#include "server/storage/events.hpp"
#include "server/ws/database_job.hpp"
#include "server/ws/event_frames.hpp"
#include "server/ws/messages.hpp"
#include "server/ws/whole_frames.hpp"

namespace callout::ws {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

using notifications::AnnouncementPtr;
using notifications::CloseCode;
using notifications::Console;
using notifications::ConsolePtr;
using notifications::ConsoleQueue;
using notifications::Hub;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t max_message_bytes = std::size_t{64} * 1024;
// What a console says fits into this; a buffer that grew beyond it is given back.
constexpr std::size_t kept_read_bytes = 2048;
constexpr std::chrono::seconds handshake_timeout{10};
// A console that is to be closed but does not take what is being written is cut off after this time.
constexpr std::chrono::seconds last_write_timeout{5};
// Another node numbered what this one has not read yet; it will have after this time.
constexpr std::chrono::milliseconds behind_pause{50};

// A console may say this much in this time.
constexpr int messages_allowed = 60;
constexpr std::chrono::seconds messages_period{10};

const char* reason_of(CloseCode code) {
    switch (code) {
        case CloseCode::policy:
            return "message refused";
        case CloseCode::database_gone:
            return "database unavailable";
        case CloseCode::restart:
            return "restart";
        case CloseCode::overloaded:
            return "too slow";
        case CloseCode::signed_out:
            return "signed out";
        case CloseCode::none:
            break;
    }
    return "";
}

template <class Stream>
class Session : public WakeQueue::Sleeper, public std::enable_shared_from_this<Session<Stream>> {
public:
    Session(std::shared_ptr<StreamOpening> opening, Stream stream)
        : opening_{std::move(opening)},
          stream_{WholeFrames<Stream>{std::move(stream)}},
          signal_{stream_.get_executor()} {
        beast::get_lowest_layer(stream_).expires_never();
        stream_.set_option(websocket::stream_base::timeout{
            .handshake_timeout = handshake_timeout,
            .idle_timeout = 2 * opening_->ping_interval,
            .keep_alive_pings = true,
        });
        stream_.auto_fragment(false);
        stream_.read_message_max(max_message_bytes);
    }

    // Cut off in the midst, run() has not come to its end.
    ~Session() override {
        if (console_ && !left_) hub().leave(console_);
    }

    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    asio::awaitable<bool> accept(beast::http::request<beast::http::empty_body> handshake) {
        const auto [error] = co_await stream_.async_accept(handshake, as_result);
        co_return !error;
    }

    asio::awaitable<void> run() {
        auto self = this->shared_from_this();
        const auto head = hub().head();
        auto wake = [weak = std::weak_ptr<Sleeper>{self}, &wakes = opening_->wakes] { wakes.wake(weak); };
        console_ = hub().open(std::move(opening_->viewer), opening_->after.value_or(head), opening_->seen_head,
                              std::move(wake));
        opening_->opened(console_);
        asio::co_spawn(stream_.get_executor(), read(self), asio::detached);
        try {
            if (co_await write(hello_message(hub().head()))) co_await write_all();
        } catch (const std::exception& error) {
            spdlog::error("stream: {}", error.what());
        }
        ended_ = true;
        hub().leave(console_);
        left_ = true;
        opening_->left(console_);
        beast::get_lowest_layer(stream_).close();
        // The reader may still wait for the database, which will resume it: until then this connection is not over, and
        // the server does not go.
        co_await wait_for_reader();
    }

    const asio::any_io_executor& executor() const override { return executor_; }

    // There is something for the writer.
    void woken() override {
        if (waiting_) {
            if constexpr (WholeFrames<Stream>::writes_at_once)
                if (send_at_once()) return;
            waiting_ = false;
            signal_.cancel();
        } else if (console_ && console_->closing() != CloseCode::none && !ended_) {
            signal_.expires_after(last_write_timeout);
            signal_.async_wait([weak = this->weak_from_this()](beast::error_code error) {
                const auto session = weak.lock();
                if (session && !error && !session->ended_) beast::get_lowest_layer(session->stream_).close();
            });
        }
    }

private:
    Hub& hub() { return opening_->hub; }

    // The writer's own next step, or the one that send_at_once() came to and left to him.
    ConsoleQueue::Next next_step() {
        return left_to_writer_ ? *std::exchange(left_to_writer_, std::nullopt) : console_->next();
    }

    // Until there is something that send_at_once() cannot do, or not to its end.
    asio::awaitable<bool> wait() {
        waiting_ = true;
        signal_.expires_at(std::chrono::steady_clock::time_point::max());
        co_await signal_.async_wait(as_result);
        waiting_ = false;
        co_return !co_await stream_.next_layer().finish();
    }

    // In the writer's place while he waits: events go round Beast, straight to the socket. False: he must go on
    // himself.
    bool send_at_once() {
        auto& socket = stream_.next_layer();
        EventFrames frames;
        ConsoleQueue::Next next;
        do {
            if (ended_ || !stream_.is_open() || !socket.idle()) return false;
            frames.clear();
            do {
                next = console_->next();
                if (next.step == ConsoleQueue::Step::send) frames.add(std::move(next.announcement));
            } while (next.step == ConsoleQueue::Step::send && !frames.full());
            const bool all_written = frames.empty() || socket.write_at_once(frames.buffers());
            const bool goes_on = next.step == ConsoleQueue::Step::send || next.step == ConsoleQueue::Step::wait;
            if (!goes_on) {
                left_to_writer_ = std::move(next);
                return false;
            }
            if (!all_written) return false;
        } while (next.step == ConsoleQueue::Step::send);
        return true;
    }

    asio::awaitable<bool> write(std::string text) {
        const auto [error, bytes] = co_await stream_.async_write(asio::buffer(text), as_result);
        co_return !error && !ended_;
    }

    asio::awaitable<bool> write(AnnouncementPtr announcement) {
        const auto [error, bytes] = co_await stream_.async_write(asio::buffer(*announcement->text), as_result);
        co_return !error && !ended_;
    }

    asio::awaitable<void> write_all() {
        using Step = ConsoleQueue::Step;
        bool going_on = true;
        while (going_on && !ended_) {
            auto next = next_step();
            switch (next.step) {
                case Step::send:
                    going_on = co_await write(std::move(next.announcement));
                    break;
                case Step::wait:
                    going_on = co_await wait();
                    break;
                case Step::presence:
                    going_on = co_await write_presence();
                    break;
                case Step::catch_up:
                    going_on = co_await catch_up();
                    break;
                case Step::resync:
                    going_on = co_await write(
                        resync_message(console_->closing() == CloseCode::none ? console_->position() : hub().head()));
                    break;
                case Step::close:
                    co_await close(next.code);
                    going_on = false;
                    break;
            }
        }
    }

    asio::awaitable<bool> write_presence() {
        const auto presence = hub().presence_for(console_);
        if (presence.ticket_id == 0) co_return true;
        co_return co_await write(presence_message(presence));
    }

    asio::awaitable<void> close(CloseCode code) {
        const websocket::close_reason reason{static_cast<websocket::close_code>(code), reason_of(code)};
        co_await stream_.async_close(reason, as_result);
    }

    asio::awaitable<bool> catch_up() {
        using Kind = Hub::CatchUp::Kind;
        auto missed = hub().catch_up(console_);
        switch (missed.kind) {
            case Kind::live:
            case Kind::resync:
                break;
            case Kind::events:
                co_return co_await write_missed(std::move(missed.events));
            case Kind::in_database:
                co_return co_await catch_up_from_database(missed.after, missed.until);
            case Kind::ahead:
                co_return co_await compare_with_database(missed.after);
        }
        co_return true;
    }

    asio::awaitable<bool> write_missed(std::vector<AnnouncementPtr> events) {
        for (auto& event : events) {
            const auto decision = console_->decide(*event);
            if (decision == Console::Decision::break_off) break;
            if (decision == Console::Decision::pass_over) continue;
            if (!co_await write(std::move(event))) co_return false;
        }
        co_return true;
    }

    asio::awaitable<bool> catch_up_from_database(std::int64_t after, std::int64_t until) {
        std::function<std::vector<AnnouncementPtr>()> read_events = [&database = opening_->database, after, until] {
            const auto events = database.transaction(
                [&](storage::Connection& db) { return storage::events_after(db, after, until, until - after); });
            std::vector<AnnouncementPtr> announcements;
            for (const auto& event : events) announcements.push_back(announce(event));
            return announcements;
        };
        std::vector<AnnouncementPtr> events;
        try {
            events = co_await on_database(opening_->database, std::move(read_events));
        } catch (const std::exception& error) {
            spdlog::warn("stream: missed events cannot be read: {}", error.what());
            hub().close(console_, CloseCode::database_gone);
            co_return true;
        }
        // The numbers have no gap: if one is missing here, the database is not the one the console knows.
        if (events.size() != static_cast<std::size_t>(until - after)) hub().resync(console_);
        co_return co_await write_missed(std::move(events));
    }

    // It has seen an event that this node has not: another node was faster, or the database was set back.
    asio::awaitable<bool> compare_with_database(std::int64_t position) {
        std::function<std::int64_t()> read_head = [&database = opening_->database] {
            return database.transaction([](storage::Connection& db) { return storage::event_head(db); });
        };
        std::int64_t head = 0;
        try {
            head = co_await on_database(opening_->database, std::move(read_head));
        } catch (const std::exception&) {
            hub().close(console_, CloseCode::database_gone);
            co_return true;
        }
        if (position > head) {
            hub().resync(console_);
            co_return true;
        }
        asio::steady_timer pause{stream_.get_executor(), behind_pause};
        co_await pause.async_wait(as_result);
        co_return true;
    }

    // Owns the session, so that it is there until the last read has ended.
    static asio::awaitable<void> read(std::shared_ptr<Session> self) {
        try {
            co_await self->read_all();
        } catch (const std::exception& error) {
            spdlog::error("stream: {}", error.what());
        }
        self->ended_ = true;
        self->read_ended_ = true;
        self->signal_.cancel();
    }

    asio::awaitable<void> wait_for_reader() {
        while (!read_ended_) {
            signal_.expires_at(std::chrono::steady_clock::time_point::max());
            co_await signal_.async_wait(as_result);
        }
    }

    asio::awaitable<void> read_all() {
        beast::flat_buffer buffer{max_message_bytes};
        while (true) {
            const auto [error, bytes] = co_await stream_.async_read(buffer, as_result);
            if (error) co_return;
            const std::string_view text{static_cast<const char*>(buffer.cdata().data()), buffer.size()};
            const auto said = stream_.got_text() && within_rate() ? parse_own_presence(text) : std::nullopt;
            buffer.consume(buffer.size());
            if (buffer.capacity() > kept_read_bytes) buffer.shrink_to_fit();
            if (said) {
                co_await take(*said);
            } else {
                // Reading goes on, for the closing handshake.
                hub().close(console_, CloseCode::policy);
            }
        }
    }

    bool within_rate() {
        const auto now = std::chrono::steady_clock::now();
        if (now - period_began_ > messages_period) {
            period_began_ = now;
            messages_ = 0;
        }
        return ++messages_ <= messages_allowed;
    }

    asio::awaitable<void> take(OwnPresence said) {
        const bool asks_for_another = said.ticket_id != 0 && said.ticket_id != hub().shown_ticket(console_);
        if (asks_for_another && !co_await may_see(said.ticket_id)) said = {};
        if (!ended_) hub().show_ticket(console_, said.ticket_id, said.typing, now());
    }

    asio::awaitable<bool> may_see(std::int64_t ticket_id) {
        std::function<std::optional<dispatch::Audience>()> read_audience = [&database = opening_->database, ticket_id] {
            return database.transaction(
                [&](storage::Connection& db) { return storage::ticket_audience(db, ticket_id); });
        };
        try {
            const auto audience = co_await on_database(opening_->database, std::move(read_audience));
            co_return audience&& may_see_ticket(*console_->viewer(), *audience);
        } catch (const std::exception&) {
            // Presence is a courtesy: without the database there is none.
            co_return false;
        }
    }

    const std::shared_ptr<StreamOpening> opening_;
    websocket::stream<WholeFrames<Stream>, false> stream_;
    const asio::any_io_executor executor_ = stream_.get_executor();
    // Never expires while the writer waits: woken() cancels it. While the writer writes, it limits the last write.
    asio::steady_timer signal_;
    ConsolePtr console_;
    std::optional<ConsoleQueue::Next> left_to_writer_;
    bool waiting_ = false;
    bool ended_ = false;
    bool read_ended_ = false;
    bool left_ = false;
    int messages_ = 0;
    std::chrono::steady_clock::time_point period_began_{};
};

template <class Stream>
asio::awaitable<void> run_over(std::shared_ptr<StreamOpening> opening, Stream stream,
                               beast::http::request<beast::http::empty_body> handshake) {
    auto session = std::make_shared<Session<Stream>>(std::move(opening), std::move(stream));
    // NOLINTNEXTLINE(bugprone-use-after-move): clang 14 takes the co_await for a loop, in which it would move twice.
    if (!co_await session->accept(std::move(handshake))) co_return;
    co_await session->run();
}

}  // namespace

asio::awaitable<void> run_stream(std::shared_ptr<StreamOpening> opening, http::Upgrade upgrade) {
    if (auto* tcp = std::get_if<http::TcpStream>(&upgrade.stream))
        return run_over(std::move(opening), std::move(*tcp), std::move(upgrade.handshake));
    return run_over(std::move(opening), std::get<http::TlsStream>(std::move(upgrade.stream)),
                    std::move(upgrade.handshake));
}

}  // namespace callout::ws
