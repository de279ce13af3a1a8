// Answers are compressed only for clients that say they take it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace callout::http {

// Whether an Accept-Encoding header takes the coding ("br", "gzip"): named, or by "*", and not with q=0.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

// The content as one gzip member at the fastest level; nothing when that is no shorter.
std::optional<std::string> gzip(std::string_view content);

}  // namespace callout::http
