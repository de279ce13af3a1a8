// The head of an answer as bytes: always framed by Content-Length, always with its request id and the headers that
// protect a browser; a header with a line break in it is never sent.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.hpp"

namespace callout::http {

struct ResponseHead {
    int status = 200;
    const std::vector<Header>& headers;
    std::size_t body_bytes = 0;
    std::string_view request_id;
    // Pages get the content security policy of the console, answers of the API one that allows nothing.
    bool is_page = false;
    bool over_tls = false;
    bool close = false;
    bool http_1_0 = false;
};

// Replaces what `out` holds, keeping its memory.
void write_head(const ResponseHead& head, std::string& out);

// Whether answers of that status have a body.
bool may_have_body(int status);

}  // namespace callout::http
