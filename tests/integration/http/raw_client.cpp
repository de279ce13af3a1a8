#include "tests/integration/http/raw_client.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

namespace callout::http::test {
namespace {

constexpr int patience_ms = 10'000;

bool wait_for(int descriptor, short events, int at_most_ms = patience_ms) {
    pollfd entry{descriptor, events, 0};
    return ::poll(&entry, 1, at_most_ms) == 1;
}

std::string lower(std::string_view text) {
    std::string lowered{text};
    std::ranges::transform(lowered, lowered.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lowered;
}

}  // namespace

std::string RawResponse::json_text(std::string_view name) const {
    const auto key = '"' + std::string{name} + "\":\"";
    const auto at = body.find(key);
    if (at == std::string::npos) return "";
    const auto begin = at + key.size();
    return body.substr(begin, body.find('"', begin) - begin);
}

RawClient::RawClient(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("nobody listens");
}

RawClient::~RawClient() {
    ::close(descriptor_);
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        if (!wait_for(descriptor_, POLLOUT)) return false;
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RawClient::fill() {
    std::array<char, 65536> piece;
    if (!wait_for(descriptor_, POLLIN)) return false;
    const auto count = ::recv(descriptor_, piece.data(), piece.size(), 0);
    if (count <= 0) return false;
    buffer_.append(piece.data(), static_cast<std::size_t>(count));
    return true;
}

std::optional<RawResponse> RawClient::read(bool to_head) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
        if (!fill()) return std::nullopt;
    RawResponse response;
    std::string_view head{buffer_.data(), end + 2};
    response.status = std::stoi(std::string{head.substr(9, 3)});
    for (auto at = head.find("\r\n") + 2; at < head.size(); at = head.find("\r\n", at) + 2) {
        const auto line = head.substr(at, head.find("\r\n", at) - at);
        const auto colon = line.find(": ");
        response.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
    }
    buffer_.erase(0, end + 4);
    const auto length = response.header("content-length");
    const std::size_t wanted = to_head || length.empty() ? 0 : std::stoul(length);
    while (buffer_.size() < wanted)
        if (!fill()) return std::nullopt;
    response.body = buffer_.substr(0, wanted);
    buffer_.erase(0, wanted);
    return response;
}

bool RawClient::answered(std::chrono::milliseconds within) {
    return !buffer_.empty() || wait_for(descriptor_, POLLIN, static_cast<int>(within.count()));
}

bool RawClient::closed() {
    char byte = 0;
    return buffer_.empty() && wait_for(descriptor_, POLLIN) && ::recv(descriptor_, &byte, 1, 0) == 0;
}

}  // namespace callout::http::test
