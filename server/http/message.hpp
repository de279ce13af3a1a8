// A request and a response as handlers see them: plain data, already within every bound of the transport, no Beast.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callout::http {

enum class Verb { get, head, post, put, patch, del, options };

std::string_view to_string(Verb verb);

struct Header {
    std::string name;
    std::string value;
};

bool same_header_name(std::string_view a, std::string_view b);

// Without the optional white space around it (RFC 9110, 5.6.3).
std::string_view without_blanks(std::string_view text);

// Whether a Content-Type names this media type, parameters left aside; without regard to case (RFC 9110, 8.3.1).
bool is_media_type(std::string_view content_type, std::string_view media_type);

// The value of the first header of that name, compared without regard to case; empty when there is none.
std::string_view find_header(const std::vector<Header>& headers, std::string_view name);

struct Request {
    Verb verb = Verb::get;
    // The path without the query, percent-decoded and valid UTF-8; begins with '/'.
    std::string path;
    // Query parameters in their order, percent-decoded.
    std::vector<std::pair<std::string, std::string>> query;
    std::vector<Header> headers;
    std::string body;
    // Identifies this request in answers (X-Request-Id) and logs: the caller's if it sent a sane one, else made here.
    std::string request_id;
    // Address of the peer without port; the forwarded one only when the peer is a trusted proxy of the configuration.
    std::string peer_address;
    bool over_tls = false;

    std::string_view header(std::string_view name) const { return find_header(headers, name); }

    // The value of a query parameter; empty when it is absent.
    std::string_view parameter(std::string_view name) const;
};

struct Response {
    int status = 200;
    std::vector<Header> headers;
    std::string body;
    // The pattern of the route that answered ("/api/v1/tickets/{id}"), for the access log: paths may hold tokens and
    // phone tails, so without a pattern the log gets only the path's first three segments. Not sent.
    std::string route;

    std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

}  // namespace callout::http
