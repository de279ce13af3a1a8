// The layer under Beast's WebSocket that lets a second writer go round Beast straight to the socket
// (docs/decisions/0006). Whoever writes: a frame goes out whole, never one within another. Beast hands over a frame at
// a time: control frames, and messages while nobody goes round it.
//
// Everything happens on the stream's strand.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace callout::ws {

template <class Stream>
class WholeFrames {
public:
    using executor_type = typename Stream::executor_type;
    using Error = boost::beast::error_code;

    // Only plain TCP takes what it can now and says how much that was; TLS must finish the record it began.
    static constexpr bool writes_at_once = std::is_same_v<Stream, boost::beast::tcp_stream>;

    explicit WholeFrames(Stream stream) : stream_{std::move(stream)} {
        Error ignored;  // A socket that cannot be switched is broken, and the next operation says so.
        if constexpr (writes_at_once) stream_.socket().non_blocking(true, ignored);
    }

    executor_type get_executor() noexcept { return stream_.get_executor(); }

    Stream& next_layer() noexcept { return stream_; }

    const Stream& next_layer() const noexcept { return stream_; }

    // For Beast.

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return stream_.async_read_some(buffers, std::forward<Token>(token));
    }

    // Writes all of it, once the frame that was begun round Beast is finished.
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_compose<Token, void(Error, std::size_t)>(
            [this, buffers, begun = false](auto& self, Error error = {}, std::size_t bytes = 0) mutable {
                if (begun) {
                    beast_writes_ = false;
                    return self.complete(error, bytes);
                }
                if (!unfinished_.empty()) {
                    auto operation = std::make_shared<std::decay_t<decltype(self)>>(std::move(self));
                    waiting_ = [operation] { (*operation)(); };
                    return;
                }
                begun = true;
                beast_writes_ = true;
                boost::asio::async_write(stream_, buffers, std::move(self));
            },
            token, stream_);
    }

    // For the one who goes round Beast.

    // Nobody is writing.
    bool idle() const { return !beast_writes_ && unfinished_.empty(); }

    // Writes whole frames, when idle(). False: the socket did not take all of it, or has failed; then finish().
    template <class Buffers>
    bool write_at_once(const Buffers& frames) {
        Error error;
        const auto total = boost::asio::buffer_size(frames);
        const auto written = stream_.socket().write_some(frames, error);
        if (written == total) return true;
        unfinished_.resize(total);
        boost::asio::buffer_copy(boost::asio::buffer(unfinished_), frames);
        unfinished_.erase(0, written);
        return false;
    }

    // Writes what is left of them as soon as the socket takes it. Nothing left: nothing happens.
    boost::asio::awaitable<Error> finish() {
        if (unfinished_.empty()) co_return Error{};
        // Whoever waits holds the session, which holds him: he must go when this is cut off.
        const LetGo when_cut_off{waiting_};
        const auto [error, bytes] = co_await boost::asio::async_write(
            stream_, boost::asio::buffer(unfinished_), boost::asio::as_tuple(boost::asio::use_awaitable));
        unfinished_ = {};
        if (waiting_) boost::asio::post(stream_.get_executor(), std::exchange(waiting_, nullptr));
        co_return error;
    }

private:
    struct LetGo {
        std::function<void()>& waiting;

        ~LetGo() { waiting = nullptr; }
    };

    Stream stream_;
    // Of Beast's, a control frame that came while `unfinished_` is on its way.
    std::function<void()> waiting_;
    std::string unfinished_;
    bool beast_writes_ = false;
};

template <class Stream, class Handler>
void async_teardown(boost::beast::role_type role, WholeFrames<Stream>& frames, Handler&& handler) {
    using boost::beast::websocket::async_teardown;
    async_teardown(role, frames.next_layer(), std::forward<Handler>(handler));
}

}  // namespace callout::ws
