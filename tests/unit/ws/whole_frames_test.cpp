#include "server/ws/whole_frames.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "server/ws/event_frames.hpp"

namespace callout::ws {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;

// A server's and a client's end of one connection with little room between them, each on its own io_context.
class WholeFramesTest : public testing::Test {
protected:
    WholeFramesTest() {
        tcp::acceptor acceptor{client_io_, {asio::ip::address_v4::loopback(), 0}};
        auto& near_end = beast::get_lowest_layer(client_).socket();
        near_end.open(tcp::v4());
        near_end.set_option(asio::socket_base::receive_buffer_size{4096});
        near_end.connect(acceptor.local_endpoint());
        auto far_end = beast::tcp_stream{acceptor.accept(server_io_)};
        far_end.socket().set_option(asio::socket_base::send_buffer_size{4096});
        server_ = std::make_unique<Server>(WholeFrames<beast::tcp_stream>{std::move(far_end)});
        server_->async_accept([](beast::error_code error) { EXPECT_FALSE(error); });
        client_.async_handshake("localhost", "/", [](beast::error_code error) { EXPECT_FALSE(error); });
        run_until([this] { return server_->is_open() && client_.is_open(); });
        client_.control_callback([this](websocket::frame_type kind, beast::string_view text) {
            if (kind == websocket::frame_type::ping) heard_.push_back(fmt::format("ping {}", std::string_view{text}));
        });
    }

    // Messages of this many bytes go round Beast until the socket takes no more. Answers what was given to it.
    std::vector<std::string> fill(std::size_t bytes) {
        std::vector<std::string> sent;
        for (bool taken = true; taken;) {
            notifications::Announcement event;
            auto text = fmt::format("{:0{}}", sent.size(), bytes);
            sent.push_back(text);
            event.text = std::make_shared<const std::string>(std::move(text));
            EventFrames frames;
            frames.add(std::make_shared<const notifications::Announcement>(std::move(event)));
            taken = server_->next_layer().write_at_once(frames.buffers());
        }
        return sent;
    }

    // Both ends run until the client has heard so many things.
    void run_until_heard(std::size_t count) {
        read();
        run_until([&] { return heard_.size() >= count || failed_; });
    }

    void finish() {
        asio::co_spawn(server_io_, server_->next_layer().finish(),
                       [](const std::exception_ptr&, beast::error_code error) { EXPECT_FALSE(error); });
    }

    using Server = websocket::stream<WholeFrames<beast::tcp_stream>, false>;

    asio::io_context server_io_;
    asio::io_context client_io_;
    websocket::stream<beast::tcp_stream, false> client_{client_io_};
    std::unique_ptr<Server> server_;
    std::vector<std::string> heard_;
    bool failed_ = false;

private:
    template <class Condition>
    void run_until(Condition condition) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (!condition() && std::chrono::steady_clock::now() < give_up)
            for (auto* io : {&server_io_, &client_io_}) {
                io->restart();
                io->poll();
            }
        ASSERT_TRUE(condition());
    }

    void read() {
        client_.async_read(buffer_, [this](beast::error_code error, std::size_t) {
            failed_ = error.failed();
            EXPECT_FALSE(error) << error.message();
            if (failed_) return;
            heard_.push_back(beast::buffers_to_string(buffer_.data()));
            buffer_.clear();
            read();
        });
    }

    beast::flat_buffer buffer_;
};

TEST_F(WholeFramesTest, FinishesAFrameThatTheSocketTookInPart) {
    const auto sent = fill(30'000);
    EXPECT_FALSE(server_->next_layer().idle());
    finish();
    run_until_heard(sent.size());
    EXPECT_EQ(heard_, sent);
    EXPECT_TRUE(server_->next_layer().idle());
}

TEST_F(WholeFramesTest, LetsAPingWaitForTheFrameThatWasBegun) {
    const auto sent = fill(30'000);
    server_->async_ping("are you there", [](beast::error_code error) { EXPECT_FALSE(error); });
    finish();
    run_until_heard(sent.size() + 1);
    auto expected = sent;
    expected.emplace_back("ping are you there");
    EXPECT_EQ(heard_, expected);
    EXPECT_TRUE(server_->next_layer().idle());
}

TEST_F(WholeFramesTest, IsNotIdleWhileBeastWrites) {
    const std::string text(1'000'000, 'x');  // more than the socket takes
    server_->auto_fragment(false);
    server_->async_write(asio::buffer(text), [](beast::error_code error, std::size_t) { EXPECT_FALSE(error); });
    server_io_.restart();
    server_io_.poll();
    EXPECT_FALSE(server_->next_layer().idle());
    run_until_heard(1);
    EXPECT_EQ(heard_.at(0), text);
}

TEST_F(WholeFramesTest, LetsGoOfWhoWaitsWhenTheConnectionIsCutOff) {
    fill(30'000);
    bool ping_failed = false;
    bool finish_failed = false;
    server_->async_ping("are you there", [&](beast::error_code error) { ping_failed = error.failed(); });
    asio::co_spawn(server_io_, server_->next_layer().finish(),
                   [&](const std::exception_ptr&, beast::error_code error) { finish_failed = error.failed(); });
    server_io_.restart();
    server_io_.poll();
    beast::get_lowest_layer(*server_).close();
    server_io_.restart();
    server_io_.run();
    EXPECT_TRUE(ping_failed);
    EXPECT_TRUE(finish_failed);
}

}  // namespace
}  // namespace callout::ws
