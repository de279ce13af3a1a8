#include "server/import/external_key.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "dispatch/text.hpp"

namespace callout::import {

std::string shortened(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return std::string{text};
    std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                       nullptr, 0);
    std::string tail = "#";
    for (std::size_t i = 0; i < 8; ++i) tail += fmt::format("{:02x}", hash[i]);
    const auto keep = max_bytes - tail.size();
    return std::string{cut_to_bytes(text, keep)} + tail;
}

}  // namespace callout::import
