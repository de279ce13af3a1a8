#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <vector>

#include "tests/integration/http/raw_client.hpp"
#include "tests/integration/http/running_server.hpp"
#include "tests/support/comes_true.hpp"

namespace callout::http::test {
namespace {

using namespace std::chrono_literals;

struct Hostile {
    std::string what;
    std::string request;
    int status;
    std::string code;
};

std::vector<Hostile> hostile_requests() {
    const std::string line = "POST /api/echo HTTP/1.1\r\nHost: desk\r\n";
    std::vector<Hostile> list;
    const auto add = [&list](std::string what, std::string request, int status, std::string code) {
        list.push_back({std::move(what), std::move(request), status, std::move(code)});
    };
    add("TE and CL", line + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "invalid_framing");
    add("TE that does not end in chunked", line + "Transfer-Encoding: gzip\r\n\r\n", 400, "invalid_framing");
    add("TE with more before chunked", line + "Transfer-Encoding: gzip, chunked\r\n\r\n", 400, "invalid_framing");
    add("TE twice", line + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "invalid_framing");
    add("TE with a vertical tab", line + "Transfer-Encoding: \vchunked\r\n\r\n", 400, "malformed_header");
    add("TE on HTTP/1.0", "POST /api/echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "invalid_framing");
    add("two lengths", line + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd", 400, "invalid_framing");
    add("a list of lengths", line + "Content-Length: 4, 4\r\n\r\nabcd", 400, "invalid_framing");
    add("a signed length", line + "Content-Length: +4\r\n\r\nabcd", 400, "invalid_framing");
    add("a negative length", line + "Content-Length: -1\r\n\r\n", 400, "invalid_framing");
    add("a length beyond numbers", line + "Content-Length: 18446744073709551617\r\n\r\n", 400, "invalid_framing");
    add("a chunk size that is no number", line + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, "invalid_framing");
    add("a chunk size beyond numbers", line + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400,
        "invalid_framing");
    add("a chunk longer than it says", line + "Transfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n", 400,
        "invalid_framing");
    add("a folded header", line + "X-A: b\r\n c\r\n\r\n", 400, "malformed_header");
    add("a blank before the colon", line + "Content-Length : 4\r\n\r\nabcd", 400, "malformed_header");
    add("a header without colon", line + "nonsense\r\n\r\n", 400, "malformed_header");
    add("a header without name", line + ": x\r\n\r\n", 400, "malformed_header");
    add("NUL in a header", line + std::string("X-A: b\0c\r\n\r\n", 12), 400, "malformed_header");
    add("a bare CR", line + "X-A: b\rX-B: c\r\n\r\n", 400, "malformed_header");
    add("a bare LF", "GET /api/echo HTTP/1.1\nHost: desk\n\n", 400, "malformed_request");
    add("no Host", "GET /api/echo HTTP/1.1\r\n\r\n", 400, "invalid_host");
    add("two Hosts", "GET /api/echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "invalid_host");
    add("a Host with a path", "GET /api/echo HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "invalid_host");
    add("absolute form", "GET http://other/api/echo HTTP/1.1\r\nHost: desk\r\n\r\n", 400, "invalid_target");
    add("no target", "GET HTTP/1.1\r\nHost: desk\r\n\r\n", 400, "malformed_request");
    add("a blank in the target", "GET /a b HTTP/1.1\r\nHost: desk\r\n\r\n", 400, "invalid_target");
    add("a broken escape", "GET /api/%4 HTTP/1.1\r\nHost: desk\r\n\r\n", 400, "invalid_target");
    add("an escape of no number", "GET /api/%zz HTTP/1.1\r\nHost: desk\r\n\r\n", 400, "invalid_target");
    add("an overlong encoding", "GET /api/%c0%af HTTP/1.1\r\nHost: desk\r\n\r\n", 400, "invalid_target");
    add("a surrogate", "GET /api/echo?q=%ed%a0%80 HTTP/1.1\r\nHost: desk\r\n\r\n", 400, "invalid_target");
    add("an encoded NUL", "GET /api/echo?q=%00 HTTP/1.1\r\nHost: desk\r\n\r\n", 400, "invalid_target");
    add("an encoded slash", "GET /api%2fecho HTTP/1.1\r\nHost: desk\r\n\r\n", 400, "invalid_target");
    add("parent segments", "GET /api/../echo HTTP/1.1\r\nHost: desk\r\n\r\n", 400, "invalid_target");
    add("encoded parent segments", "GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: desk\r\n\r\n", 400, "invalid_target");
    add("an unknown method", "BREW /api/echo HTTP/1.1\r\nHost: desk\r\n\r\n", 501, "method_not_implemented");
    add("HTTP/2 in clear", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "invalid_target");
    add("another version", "GET / HTTP/3.0\r\nHost: desk\r\n\r\n", 505, "http_version_not_supported");
    add("another expectation", line + "Expect: tea\r\nContent-Length: 1\r\n\r\na", 417, "expectation_failed");
    add("a TLS greeting", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400, "malformed_request");
    return list;
}

TEST(HostileClients, AreRefusedWithAStableCodeAndTheConnectionCloses) {
    RunningServer running;
    for (const auto& hostile : hostile_requests()) {
        RawClient client{running.port()};
        const auto answer = client.ask(hostile.request);
        ASSERT_TRUE(answer) << hostile.what;
        EXPECT_EQ(answer->status, hostile.status) << hostile.what;
        EXPECT_EQ(answer->json_text("code"), hostile.code) << hostile.what;
        EXPECT_EQ(answer->header("content-type"), "application/problem+json") << hostile.what;
        EXPECT_EQ(answer->header("connection"), "close") << hostile.what;
        EXPECT_NE(answer->header("x-request-id"), "") << hostile.what;
        ::shutdown(client.descriptor(), SHUT_WR);
        EXPECT_TRUE(client.closed()) << hostile.what;
    }
}

TEST(HostileClients, GetNothingSmuggledBehindARefusedRequest) {
    RunningServer running;
    RawClient client{running.port()};
    client.send(
        "POST /api/echo HTTP/1.1\r\nHost: desk\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        "GET /api/echo HTTP/1.1\r\nHost: desk\r\n\r\n");
    EXPECT_EQ(client.read()->status, 400);
    ::shutdown(client.descriptor(), SHUT_WR);
    EXPECT_TRUE(client.closed()) << "there is no second answer";
}

TEST(HostileClients, SeeThe413OfATenMegabyteBodyTheyAreStillSending) {
    RunningServer running;
    const std::string body(std::size_t{10} * 1024 * 1024, 'x');
    RawClient sized{running.port()};
    EXPECT_TRUE(sized.send("POST /api/echo HTTP/1.1\r\nHost: desk\r\nContent-Length: " + std::to_string(body.size()) +
                           "\r\n\r\n" + body));
    const auto refused = sized.read();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 413);
    EXPECT_EQ(refused->json_text("code"), "body_too_large");

    RawClient chunked{running.port()};
    chunked.send("POST /api/echo HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\na00000\r\n" + body);
    EXPECT_EQ(chunked.read()->status, 413);
}

TEST(HostileClients, MayFillABodyToTheLimitExactly) {
    RunningServer running;
    const auto limit = Limits{}.body_bytes;
    for (const std::size_t more : {0, 1}) {
        RawClient client{running.port()};
        client.send("POST /api/echo HTTP/1.1\r\nHost: desk\r\nContent-Length: " + std::to_string(limit + more) +
                    "\r\n\r\n" + std::string(limit + more, 'x'));
        EXPECT_EQ(client.read()->status, more == 0 ? 200 : 413);
    }
}

TEST(HostileClients, MayNotSendHeadersOrTargetsWithoutEnd) {
    RunningServer running;
    const std::string line = "GET /api/echo HTTP/1.1\r\nHost: desk\r\n";
    EXPECT_EQ(RawClient{running.port()}.ask(line + "X-A: " + std::string(20000, 'a'))->status, 431);
    EXPECT_EQ(RawClient{running.port()}.ask(line + "X-A: " + std::string(20000, 'a') + "\r\n\r\n")->status, 431);
    EXPECT_EQ(RawClient{running.port()}.ask("GET /" + std::string(20000, 'a'))->status, 414);
    EXPECT_EQ(RawClient{running.port()}.ask("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n")->status,
              414);
    std::string many = line;
    for (int i = 0; i < 101; ++i) many += "X-" + std::to_string(i) + ": a\r\n";
    EXPECT_EQ(RawClient{running.port()}.ask(many + "\r\n")->status, 431);
}

TEST(HostileClients, MayNotSendChunkExtensionsOrTrailersWithoutEnd) {
    RunningServer running;
    const std::string line = "POST /api/echo HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\n";
    const auto extension = RawClient{running.port()}.ask(line + "4;" + std::string(200'000, 'x'));
    EXPECT_GE(extension->status, 400);
    const auto trailer = RawClient{running.port()}.ask(line + "0\r\nX-A: " + std::string(200'000, 'x'));
    EXPECT_GE(trailer->status, 400);
}

TEST(HostileClients, ThatAreSlowGet408) {
    ServerOptions options;
    options.limits.header_time = 150ms;
    options.limits.body_time = 150ms;
    RunningServer running{options};
    RawClient head{running.port()};
    head.send("GET /api/echo HTTP/1.1\r\nHost: ");
    const auto late_head = head.read();
    ASSERT_TRUE(late_head);
    EXPECT_EQ(late_head->status, 408);
    EXPECT_EQ(late_head->json_text("code"), "request_timeout");
    RawClient body{running.port()};
    body.send("POST /api/echo HTTP/1.1\r\nHost: desk\r\nContent-Length: 9\r\n\r\nabc");
    EXPECT_EQ(body.read()->status, 408);
}

TEST(HostileClients, CannotStretchTheHeaderTimeByDribbling) {
    ServerOptions options;
    options.limits.header_time = 200ms;
    RunningServer running{options};
    RawClient client{running.port()};
    client.send("GET /api/echo HTTP/1.1\r\nX-Long: ");
    // A byte every five milliseconds. If each began the time anew, the answer would be 431: too long a head.
    while (!client.answered(5ms) && client.send("X")) {
    }
    const auto answer = client.read();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 408);
}

TEST(HostileClients, ThatSayNothingAreClosedWithoutAWord) {
    ServerOptions options;
    options.limits.header_time = 100ms;
    options.limits.idle_time = 100ms;
    RunningServer running{options};
    RawClient silent{running.port()};
    EXPECT_TRUE(silent.closed());
    RawClient idle{running.port()};
    EXPECT_EQ(idle.ask("GET /api/echo HTTP/1.1\r\nHost: desk\r\n\r\n")->status, 200);
    EXPECT_TRUE(idle.closed());
}

TEST(HostileClients, ThatDoNotReadTheirAnswerLoseTheConnection) {
    ServerOptions options;
    options.limits.write_time = 100ms;
    RunningServer running{options};
    RawClient client{running.port()};
    client.send("GET /api/large?bytes=50000000 HTTP/1.1\r\nHost: desk\r\n\r\n");
    EXPECT_TRUE(callout::test::comes_true([&] { return running.server.connections() == 0; }));
}

TEST(HostileClients, BeyondTheLimitOfConnectionsAreTold503) {
    ServerOptions options;
    options.limits.connections = 2;
    RunningServer running{options};
    const std::string ask = "GET /api/echo HTTP/1.1\r\nHost: desk\r\n\r\n";
    auto first = std::make_unique<RawClient>(running.port());
    RawClient second{running.port()};
    EXPECT_EQ(first->ask(ask)->status, 200);
    EXPECT_EQ(second.ask(ask)->status, 200);
    const auto refused = RawClient{running.port()}.ask(ask);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503);
    EXPECT_EQ(refused->json_text("code"), "overloaded");
    EXPECT_NE(refused->header("retry-after"), "");
    first.reset();
    ASSERT_TRUE(callout::test::comes_true([&] { return running.server.connections() == 1; }));
    EXPECT_EQ(RawClient{running.port()}.ask(ask)->status, 200) << "a place that was given back serves again";
}

TEST(HostileClients, MayHaveOnlySoManyConnectionsFromOneAddress) {
    ServerOptions options;
    options.limits.connections_per_address = 1;
    RunningServer running{options};
    const std::string ask = "GET /api/echo HTTP/1.1\r\nHost: desk\r\n\r\n";
    RawClient first{running.port()};
    EXPECT_EQ(first.ask(ask)->status, 200);
    EXPECT_EQ(RawClient{running.port()}.ask(ask)->status, 503);
}

TEST(HostileClients, ShareABudgetOfBodies) {
    ServerOptions options;
    options.limits.total_body_bytes = 1000;
    RunningServer running{options};
    RawClient holder{running.port()};
    holder.send("POST /api/echo HTTP/1.1\r\nHost: desk\r\nContent-Length: 900\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(holder.read()->status, 100);
    const auto refused = RawClient{running.port()}.ask(
        "POST /api/echo HTTP/1.1\r\nHost: desk\r\nContent-Length: 200\r\n\r\n" + std::string(200, 'x'));
    EXPECT_EQ(refused->status, 503);
    holder.send(std::string(900, 'x'));
    EXPECT_EQ(holder.read()->status, 200);
}

}  // namespace
}  // namespace callout::http::test
