#include "server/http/response_head.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <ctime>

namespace callout::http {
namespace {

// Element Plus and ECharts set style attributes from scripts; scripts themselves come from our own files alone.
constexpr std::string_view page_headers =
    "Content-Security-Policy: default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Permissions-Policy: geolocation=(self), camera=(self), microphone=()\r\n"
    "Referrer-Policy: same-origin\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n";
constexpr std::string_view api_headers =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n";
constexpr std::string_view tls_headers = "Strict-Transport-Security: max-age=31536000\r\n";

// RFC 9110 §5.6.7, made anew once a second.
std::string_view date_line() {
    static thread_local std::time_t made_at = 0;
    static thread_local std::string line;
    const auto at = std::time(nullptr);
    if (at != made_at) {
        std::tm utc{};
        gmtime_r(&at, &utc);
        char text[64];
        const auto length = std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
        line.assign(text, length);
        made_at = at;
    }
    return line;
}

void append_number(std::string& out, std::size_t number) {
    char digits[20];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

bool breaks_line(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool is_ours(std::string_view name) {
    return same_header_name(name, "Content-Length") || same_header_name(name, "Transfer-Encoding") ||
           same_header_name(name, "Connection") || same_header_name(name, "X-Request-Id");
}

void append_header(std::string& out, const Header& header) {
    if (is_ours(header.name)) return;
    if (header.name.empty() || breaks_line(header.name) || breaks_line(header.value)) {
        spdlog::error("a header with a line break is not sent: {}", header.name.substr(0, header.name.find('\r')));
        return;
    }
    out.append(header.name).append(": ").append(header.value).append("\r\n");
}

}  // namespace

bool may_have_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

void write_head(const ResponseHead& head, std::string& out) {
    namespace beast_http = boost::beast::http;
    const auto reason = beast_http::obsolete_reason(beast_http::int_to_status(static_cast<unsigned>(head.status)));
    out.assign("HTTP/1.1 ");
    append_number(out, static_cast<std::size_t>(head.status));
    out.append(" ").append(reason.data(), reason.size()).append("\r\n").append(date_line());
    for (const auto& header : head.headers) append_header(out, header);
    if (may_have_body(head.status)) {
        out.append("Content-Length: ");
        append_number(out, head.body_bytes);
        out.append("\r\n");
    }
    out.append("X-Request-Id: ").append(head.request_id).append("\r\n");
    if (find_header(head.headers, "Cache-Control").empty()) out.append("Cache-Control: no-store\r\n");
    out.append(head.is_page ? page_headers : api_headers);
    if (head.over_tls) out.append(tls_headers);
    if (head.close)
        out.append("Connection: close\r\n");
    else if (head.http_1_0)
        out.append("Connection: keep-alive\r\n");
    out.append("\r\n");
}

}  // namespace callout::http
