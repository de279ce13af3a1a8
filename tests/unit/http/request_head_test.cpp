#include "server/http/request_head.hpp"

#include <gtest/gtest.h>

#include <string>

namespace callout::http {
namespace {

std::optional<Refusal> check(std::string_view headers) {
    return check_head("POST /api/x HTTP/1.1\r\nHost: desk\r\n" + std::string{headers} + "\r\n", Limits{});
}

TEST(RequestHead, EndsAtItsEmptyLineHoweverItArrives) {
    const std::string head = "GET / HTTP/1.1\r\nHost: desk\r\n\r\n";
    const auto input = head + "the body\n";
    for (std::size_t cut = 0; cut < head.size(); ++cut) {
        HeadScanner scanner;
        const auto part = scanner.scan(std::string_view{input}.substr(0, cut));
        ASSERT_TRUE(part) << cut;
        EXPECT_EQ(*part, std::nullopt) << cut;
        const auto whole = scanner.scan(input);
        ASSERT_TRUE(whole) << cut;
        EXPECT_EQ(*whole, head.size()) << cut;
    }
}

TEST(RequestHead, IsRefusedAtTheFirstByteThatCannotBelongToIt) {
    for (const auto& input : {std::string{"GET / HTTP/1.1\n"}, std::string{"GET /\rx"}, std::string{"GET /\0", 6},
                              std::string{"GET /\x7F"}, std::string{"\n"}}) {
        HeadScanner scanner;
        EXPECT_FALSE(scanner.scan(input)) << input;
    }
}

TEST(RequestHead, PassesWhatBrowsersSend) {
    EXPECT_EQ(check(""), std::nullopt);
    EXPECT_EQ(check("Content-Length: 12\r\nContent-Type: application/json\r\nCookie: a=b; c=d\r\n"), std::nullopt);
    EXPECT_EQ(check("transfer-encoding:chunked \r\n"), std::nullopt);
    EXPECT_EQ(check("X-Empty:\r\n"), std::nullopt);
    EXPECT_EQ(check_head("GET / HTTP/1.0\r\n\r\n", Limits{}), std::nullopt);
    EXPECT_EQ(check_head("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", Limits{}), std::nullopt);
}

TEST(RequestHead, RefusesEveryFramingThatCanBeReadInTwoWays) {
    const Refusal framing{400, "invalid_framing"};
    for (const auto* headers :
         {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 0x1\r\n", "Content-Length: 1 1\r\n",
          "Content-Length:\r\n", "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding: identity\r\n",
          "Transfer-Encoding:\r\n", "Transfer-Encoding: \"chunked\"\r\n", "Transfer-Encoding: xchunked\r\n",
          "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"})
        EXPECT_EQ(check(headers), framing) << headers;
}

TEST(RequestHead, RefusesAConnectionHeaderThatIsNoListOfNames) {
    EXPECT_EQ(check("Connection: keep-alive, Upgrade\r\n"), std::nullopt);
    EXPECT_EQ(check("Connection: keep alive\r\n"), (Refusal{400, "malformed_header"}));
    EXPECT_EQ(check("Connection: k\xD7\r\n"), (Refusal{400, "malformed_header"}));
}

TEST(RequestHead, CountsHeaders) {
    Limits limits;
    limits.header_count = 2;
    EXPECT_EQ(check_head("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n", limits), std::nullopt);
    EXPECT_EQ(check_head("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\n\r\n", limits),
              (Refusal{431, "headers_too_large"}));
}

}  // namespace
}  // namespace callout::http
