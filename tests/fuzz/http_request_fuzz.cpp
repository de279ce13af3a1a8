// Whatever the bytes and however they are cut: a head that passes our checks means the same to the parser behind them,
// bodies stay within the limit, and a target that is taken is UTF-8 and has one spelling.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <cstdlib>

#include "dispatch/text.hpp"
#include "server/http/request_head.hpp"
#include "server/http/request_parser.hpp"
#include "server/http/target.hpp"

namespace {

using namespace callout::http;

void require(bool condition) {
    if (!condition) std::abort();
}

// The length of the head if all of it is there and well formed, the input arriving in pieces.
std::size_t passed_head(std::string_view input, std::size_t piece, const Limits& limits) {
    HeadScanner scanner;
    for (std::size_t arrived = 0; arrived < input.size();) {
        arrived = std::min(arrived + piece, input.size());
        const auto end = scanner.scan(input.substr(0, arrived));
        if (!end) return 0;
        if (*end) return check_head(input.substr(0, **end), limits) ? 0 : **end;
    }
    return 0;
}

void parse_body(RequestParser& parser, std::string_view rest, std::size_t piece) {
    parser.eager(true);
    std::size_t begin = 0;
    for (std::size_t arrived = 0; !parser.is_done() && arrived < rest.size();) {
        arrived = std::min(arrived + piece, rest.size());
        boost::beast::error_code error;
        begin += parser.put(boost::asio::buffer(rest.data() + begin, arrived - begin), error);
        if (error && error != boost::beast::http::error::need_more) return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::string_view input{reinterpret_cast<const char*>(data) + 1, size - 1};
    const std::size_t piece = 1 + data[0] % 64;
    const Limits limits{.body_bytes = 100};
    const auto head = passed_head(input, piece, limits);
    if (head == 0) return 0;
    RequestParser parser{limits};
    boost::beast::error_code error;
    const auto used = parser.put(boost::asio::buffer(input.data(), head), error);
    if (error == boost::beast::http::error::body_limit) return 0;
    require(!error && used == head && parser.is_header_done());
    require(!(parser.chunked() && parser.content_length()));
    const auto headers = parser.request().headers.size();
    parse_body(parser, input.substr(head), piece);
    require(parser.request().body.size() <= limits.body_bytes);
    require(parser.request().headers.size() == headers);
    if (const auto target = parse_target(parser.target())) {
        require(callout::is_utf8(target->path) && target->path.starts_with('/'));
        require((target->path + "/").find("/../") == std::string::npos);
        for (const auto& [name, value] : target->query) require(callout::is_utf8(name) && callout::is_utf8(value));
    }
    return 0;
}
