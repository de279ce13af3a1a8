#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/integration/http/raw_client.hpp"
#include "tests/integration/http/running_server.hpp"

namespace callout::http::test {
namespace {

std::string get(std::string_view target, std::string_view headers = "") {
    return "GET " + std::string{target} + " HTTP/1.1\r\nHost: desk\r\n" + std::string{headers} + "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view headers = "") {
    return "POST " + std::string{target} + " HTTP/1.1\r\nHost: desk\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + std::string{headers} + "\r\n" + std::string{body};
}

TEST(Requests, ReachTheApplicationDecoded) {
    RunningServer running;
    RawClient client{running.port()};
    const auto answer = client.ask(post("/api/echo/%E5%B7%A5%E5%8D%95?q=%E6%9F%B4+%E6%B2%B9&empty", "{\"a\":1}"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->json_text("verb"), "POST");
    EXPECT_EQ(answer->json_text("path"), "/api/echo/工单");
    EXPECT_EQ(answer->json_text("q"), "柴 油");
    EXPECT_EQ(answer->json_text("peer"), "127.0.0.1");
    EXPECT_NE(answer->body.find("\"body_bytes\":7"), std::string::npos);
}

TEST(Requests, KeepTheirSaneIdAndLoseAnotherOne) {
    RunningServer running;
    RawClient client{running.port()};
    EXPECT_EQ(client.ask(get("/api/echo", "X-Request-Id: desk-7_A\r\n"))->header("x-request-id"), "desk-7_A");
    const auto made = client.ask(get("/api/echo", "X-Request-Id: a b<script>\r\n"));
    EXPECT_EQ(made->header("x-request-id").size(), 16U);
    EXPECT_EQ(made->header("x-request-id"), made->json_text("request_id"));
}

TEST(Requests, ShareAConnectionAndMayBePipelined) {
    RunningServer running;
    RawClient client{running.port()};
    std::string many;
    for (int i = 0; i < 200; ++i) many += get("/api/echo?n=" + std::to_string(i));
    client.send(many);
    for (int i = 0; i < 200; ++i) {
        const auto answer = client.read();
        ASSERT_TRUE(answer) << i;
        EXPECT_EQ(answer->json_text("n"), std::to_string(i));
    }
}

TEST(Requests, MayArriveByteByByte) {
    RunningServer running;
    RawClient client{running.port()};
    for (const char c : post("/api/echo", "slowly", "X-Trail: \r\n")) client.send({&c, 1});
    EXPECT_EQ(client.read()->json_text("body"), "slowly");
}

TEST(Requests, MayBeChunkedAndTheirTrailersAreDropped) {
    RunningServer running;
    RawClient client{running.port()};
    const auto answer = client.ask(
        "POST /api/echo HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: Chunked\r\n\r\n"
        "4;x=y\r\nab\r\n\r\n3\r\ncde\r\n0\r\nX-Trail: late\r\n\r\n");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->json_text("body"), "ab\\r\\ncde");
    EXPECT_EQ(answer->json_text("trailer"), "");
    EXPECT_EQ(client.ask(get("/api/echo"))->status, 200);
}

TEST(Requests, AreToldToGoOnBeforeALargeBody) {
    RunningServer running;
    RawClient client{running.port()};
    client.send("POST /api/echo HTTP/1.1\r\nHost: desk\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read()->status, 100);
    client.send("hello");
    EXPECT_EQ(client.read()->json_text("body"), "hello");
    client.send("POST /api/echo HTTP/1.1\r\nHost: desk\r\nContent-Length: 10485760\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read()->status, 413);
}

TEST(Requests, OfHttp10CloseUnlessTheyAskToStay) {
    RunningServer running;
    RawClient first{running.port()};
    EXPECT_EQ(first.ask("GET /api/echo HTTP/1.0\r\n\r\n")->header("connection"), "close");
    EXPECT_TRUE(first.closed());
    RawClient second{running.port()};
    const auto stays = second.ask("GET /api/echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(stays->header("connection"), "keep-alive");
    EXPECT_EQ(second.ask("GET /api/echo HTTP/1.0\r\n\r\n")->status, 200);
}

TEST(Requests, WithHeadGetTheHeadOfGet) {
    RunningServer running;
    RawClient client{running.port()};
    client.send("HEAD /api/echo HTTP/1.1\r\nHost: desk\r\n\r\n" + get("/api/echo"));
    const auto head = client.read(true);
    EXPECT_GT(std::stoi(head->header("content-length")), 10);
    EXPECT_EQ(client.read()->json_text("verb"), "GET");
}

TEST(Requests, ThatMakeTheApplicationThrowGetAnOpaque500) {
    RunningServer running;
    RawClient client{running.port()};
    const auto answer = client.ask(get("/api/throw", "X-Request-Id: r1\r\nAccept-Language: zh-CN,zh\r\n"));
    EXPECT_EQ(answer->status, 500);
    EXPECT_EQ(answer->header("content-type"), "application/problem+json");
    EXPECT_EQ(answer->json_text("code"), "internal_error");
    EXPECT_EQ(answer->json_text("request_id"), "r1");
    EXPECT_EQ(answer->body.find("secret"), std::string::npos);
    EXPECT_EQ(client.ask(get("/api/echo"))->status, 200) << "the connection goes on";
}

TEST(Requests, GetAnswersThatProtectTheBrowser) {
    RunningServer running;
    RawClient client{running.port()};
    const auto answer = client.ask(get("/api/split"));
    EXPECT_EQ(answer->header("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer->header("cache-control"), "no-store");
    EXPECT_NE(answer->header("content-security-policy").find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(answer->header("strict-transport-security"), "") << "only under TLS";
    EXPECT_EQ(answer->header("x-injected"), "") << "a header with a line break is not sent";
    EXPECT_NE(answer->header("date"), "");
}

TEST(Requests, GetLargeAnswersCompressedWhenTheyTakeIt) {
    RunningServer running;
    RawClient client{running.port()};
    const auto plain = client.ask(get("/api/large?bytes=5000"));
    EXPECT_EQ(plain->body.size(), 5002U);
    const auto compressed = client.ask(get("/api/large?bytes=5000", "Accept-Encoding: deflate, gzip;q=0.5\r\n"));
    EXPECT_EQ(compressed->header("content-encoding"), "gzip");
    EXPECT_EQ(compressed->header("vary"), "Accept-Encoding");
    EXPECT_LT(compressed->body.size(), 200U);
    EXPECT_EQ(client.ask(get("/api/large?bytes=100", "Accept-Encoding: gzip\r\n"))->header("content-encoding"), "");
}

TEST(Requests, GetAnswersOfManyMegabytesWhole) {
    RunningServer running;
    RawClient client{running.port()};
    EXPECT_EQ(client.ask(get("/api/large?bytes=20000000"))->body.size(), 20000002U);
}

TEST(Requests, TellTheClientBehindATrustedProxyAndNoOther) {
    ServerOptions options;
    options.trusted_proxies = {"127.0.0.0/8"};
    RunningServer trusting{options};
    const std::string forwarded = "X-Forwarded-For: 1.1.1.1, 203.0.113.9, 127.0.0.2\r\nX-Forwarded-Proto: https\r\n";
    const auto seen = RawClient{trusting.port()}.ask(get("/api/echo", forwarded));
    EXPECT_EQ(seen->json_text("peer"), "203.0.113.9");
    EXPECT_NE(seen->body.find("\"over_tls\":true"), std::string::npos);
    RunningServer wary;
    EXPECT_EQ(RawClient{wary.port()}.ask(get("/api/echo", forwarded))->json_text("peer"), "127.0.0.1");
}

}  // namespace
}  // namespace callout::http::test
