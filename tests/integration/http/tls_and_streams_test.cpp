#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <cstdlib>
#include <stdexcept>

#include "tests/integration/http/raw_client.hpp"
#include "tests/integration/http/running_server.hpp"
#include "tests/support/comes_true.hpp"
#include "tests/support/temporary_directory.hpp"

namespace callout::http::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using callout::test::TemporaryDirectory;

// A certificate for localhost that signed itself.
TlsFiles make_certificate(const TemporaryDirectory& directory) {
    const auto certificate = directory.path() / "certificate.pem";
    const auto key = directory.path() / "key.pem";
    const auto command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
        "/CN=localhost -keyout " +
        key.string() + " -out " + certificate.string() + " 2>/dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl made no certificate");
    return {certificate, key};
}

tcp::endpoint local(std::uint16_t port) {
    return {asio::ip::address_v4::loopback(), port};
}

class OverTls : public testing::Test {
protected:
    OverTls() : files_(make_certificate(directory_)), trust_(asio::ssl::context::tls_client) {
        trust_.load_verify_file(files_.certificate.string());
        trust_.set_verify_mode(asio::ssl::verify_peer);
        ServerOptions options;
        options.tls = files_;
        running_.emplace(options);
    }

    asio::ssl::stream<tcp::socket> connect() {
        asio::ssl::stream<tcp::socket> stream{context_, trust_};
        stream.lowest_layer().connect(local(running_->port()));
        stream.handshake(asio::ssl::stream_base::client);
        return stream;
    }

    TemporaryDirectory directory_;
    TlsFiles files_;
    asio::io_context context_;
    asio::ssl::context trust_;
    std::optional<RunningServer> running_;
};

TEST_F(OverTls, RequestsAreAnsweredAndBrowsersToldToStay) {
    auto stream = connect();
    beast::flat_buffer buffer;
    for (int i = 0; i < 2; ++i) {
        beast::http::request<beast::http::empty_body> request{beast::http::verb::get, "/api/echo", 11};
        request.set("Host", "desk");
        beast::http::write(stream, request);
        beast::http::response<beast::http::string_body> response;
        beast::http::read(stream, buffer, response);
        EXPECT_EQ(response.result_int(), 200U);
        EXPECT_NE(response.body().find("\"over_tls\":true"), std::string::npos);
        EXPECT_NE(response["Strict-Transport-Security"], "");
    }
    boost::system::error_code error;
    stream.shutdown(error);
    EXPECT_FALSE(error) << "the server says goodbye as well: " << error.message();
}

TEST_F(OverTls, AnswersOfManyMegabytesArriveWhole) {
    auto stream = connect();
    beast::http::request<beast::http::empty_body> request{beast::http::verb::get, "/api/large?bytes=3000000", 11};
    request.set("Host", "desk");
    beast::http::write(stream, request);
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> parser;
    beast::http::read(stream, buffer, parser);
    EXPECT_EQ(parser.get().body().size(), 3000002U);
}

TEST_F(OverTls, ClientsThatSpeakPlainHttpAreDropped) {
    RawClient client{running_->port()};
    client.send("GET /api/echo HTTP/1.1\r\nHost: desk\r\n\r\n");
    EXPECT_FALSE(client.read());
    EXPECT_EQ(connect().lowest_layer().is_open(), true) << "and others are served";
}

TEST_F(OverTls, OldVersionsAreRefused) {
    asio::ssl::context old{asio::ssl::context::tls_client};
    SSL_CTX_set_min_proto_version(old.native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(old.native_handle(), TLS1_1_VERSION);
    asio::ssl::stream<tcp::socket> stream{context_, old};
    stream.lowest_layer().connect(local(running_->port()));
    boost::system::error_code error;
    stream.handshake(asio::ssl::stream_base::client, error);
    EXPECT_TRUE(error);
}

TEST_F(OverTls, StreamsAreHandedOver) {
    websocket::stream<asio::ssl::stream<tcp::socket>> socket{connect()};
    socket.handshake("desk", "/api/v1/stream");
    socket.write(asio::buffer(std::string{"hello"}));
    beast::flat_buffer buffer;
    socket.read(buffer);
    EXPECT_EQ(beast::buffers_to_string(buffer.data()), "hello");
    socket.close(websocket::close_code::normal);
}

TEST_F(OverTls, WrongFilesAreNamed) {
    ServerOptions options;
    options.tls = TlsFiles{directory_.path() / "missing.pem", files_.key};
    try {
        Server server{options, StaticFiles{}};
        FAIL() << "a missing certificate went unnoticed";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string{error.what()}.find("missing.pem"), std::string::npos);
    }
}

websocket::stream<tcp::socket> connect_plain(asio::io_context& context, std::uint16_t port) {
    tcp::socket socket{context};
    socket.connect(local(port));
    return websocket::stream<tcp::socket>{std::move(socket)};
}

TEST(Streams, AreHandedOverAndCountedUntilTheyEnd) {
    RunningServer running;
    asio::io_context context;
    auto socket = connect_plain(context, running.port());
    socket.handshake("desk", "/api/v1/stream");
    for (int i = 0; i < 100; ++i) {
        const auto text = std::to_string(i);
        socket.write(asio::buffer(text));
        beast::flat_buffer buffer;
        socket.read(buffer);
        EXPECT_EQ(beast::buffers_to_string(buffer.data()), text);
    }
    EXPECT_EQ(running.server.connections(), 1U);
    socket.close(websocket::close_code::normal);
    EXPECT_TRUE(callout::test::comes_true([&] { return running.server.connections() == 0; }));
}

TEST(Streams, MayBeRefusedWithAnAnswer) {
    RunningServer running;
    const std::string handshake =
        " HTTP/1.1\r\nHost: desk\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    RawClient refused{running.port()};
    EXPECT_EQ(refused.ask("GET /api/v1/stream?refuse=1" + handshake)->status, 401);
    EXPECT_TRUE(refused.closed());
    const auto failed = RawClient{running.port()}.ask("GET /api/v1/stream?throw=1" + handshake);
    EXPECT_EQ(failed->status, 500);
    EXPECT_EQ(failed->json_text("code"), "internal_error");
    RawClient accepted{running.port()};
    EXPECT_EQ(accepted.ask("GET /api/v1/stream" + handshake)->status, 101);
}

TEST(Streams, OfAnotherWebSocketVersionOrWithoutAKeyAreRefusedAsAProblem) {
    RunningServer running;
    const std::string upgrade =
        "GET /api/v1/stream HTTP/1.1\r\nHost: desk\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
    const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const auto old = RawClient{running.port()}.ask(upgrade + key + "Sec-WebSocket-Version: 12\r\n\r\n");
    EXPECT_EQ(old->status, 426);
    EXPECT_EQ(old->json_text("code"), "websocket_version");
    EXPECT_EQ(old->header("sec-websocket-version"), "13");
    const auto keyless = RawClient{running.port()}.ask(upgrade + "Sec-WebSocket-Version: 13\r\n\r\n");
    EXPECT_EQ(keyless->status, 400);
    EXPECT_EQ(keyless->json_text("code"), "malformed_header");
}

TEST(Streams, ThatAreStillOpenAtTheDeadlineAreCutOff) {
    RunningServer running;
    asio::io_context context;
    auto socket = connect_plain(context, running.port());
    socket.handshake("desk", "/api/v1/stream");
    EXPECT_FALSE(running.stop(std::chrono::milliseconds{50}));
    EXPECT_EQ(running.server.connections(), 0U) << "cancellation ended the stream's coroutine";
    EXPECT_TRUE(running.application.streams_closed);
}

}  // namespace
}  // namespace callout::http::test
