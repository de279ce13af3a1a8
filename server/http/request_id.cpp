#include "server/http/request_id.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <random>

namespace callout::http {
namespace {

bool is_sane(std::string_view id) {
    return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    });
}

std::mt19937_64 seeded() {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64{seed};
}

}  // namespace

std::string request_id(std::string_view proposed) {
    if (is_sane(proposed)) return std::string{proposed};
    static thread_local auto generator = seeded();
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(generator()));
    return text;
}

}  // namespace callout::http
