#include "tests/load/console_socket.hpp"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace callout::load {
namespace {

namespace asio = boost::asio;

struct Frame {
    int opcode = 0;
    std::string_view payload;
    std::size_t size = 0;  // of all of it; 0 when it is not all there
};

// A server's frame: never masked, never fragmented.
Frame first_frame(std::string_view bytes) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    if (bytes.size() < 2) return {};
    std::size_t header = 2;
    std::size_t length = byte(1) & 0x7FU;
    if (length == 126) {
        if (bytes.size() < 4) return {};
        length = static_cast<std::size_t>(byte(2)) << 8U | byte(3);
        header = 4;
    } else if (length == 127) {
        throw std::runtime_error{"a frame beyond 64 KiB"};
    }
    if (bytes.size() < header + length) return {};
    return {byte(0) & 0x0F, bytes.substr(header, length), header + length};
}

}  // namespace

asio::awaitable<void> ConsoleSocket::open(std::uint16_t port, std::string target, std::string token) {
    co_await socket_.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
    socket_.set_option(asio::ip::tcp::no_delay{true});
    // Acknowledgements may wait for each other, as those of a console that also talks do.
    socket_.set_option(asio::detail::socket_option::boolean<IPPROTO_TCP, TCP_QUICKACK>{false});
    const auto request = fmt::format(
        "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        target, port, token);
    co_await asio::async_write(socket_, asio::buffer(request), asio::use_awaitable);
    const auto head =
        co_await asio::async_read_until(socket_, asio::dynamic_buffer(pending_), "\r\n\r\n", asio::use_awaitable);
    if (!pending_.starts_with("HTTP/1.1 101")) throw std::runtime_error{"console refused: " + pending_};
    pending_.erase(0, head);
}

ConsoleSocket::~ConsoleSocket() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool ConsoleSocket::read(const Listener& listener) {
    static thread_local std::array<char, 65'536> buffer;
    const auto received = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (received <= 0) return received < 0 && (errno == EAGAIN || errno == EINTR);
    take({buffer.data(), static_cast<std::size_t>(received)}, listener);
    return true;
}

void ConsoleSocket::take(std::string_view bytes, const Listener& listener) {
    if (!pending_.empty()) {
        pending_.append(bytes);
        bytes = pending_;
    }
    while (true) {
        const auto frame = first_frame(bytes);
        if (frame.size == 0) break;
        if (frame.opcode == 1) listener(frame.payload);
        if (frame.opcode == 9) pong(frame.payload);
        bytes.remove_prefix(frame.size);
    }
    pending_ = std::string{bytes};
}

// A client's frame is masked; a mask of zeros changes nothing.
void ConsoleSocket::pong(std::string_view payload) const {
    std::string frame{"\x8A"};
    frame += static_cast<char>(0x80U | payload.size());
    frame.append(4, '\0');
    frame.append(payload);
    if (::send(descriptor_, frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        throw std::runtime_error{"a pong could not be sent"};
}

}  // namespace callout::load
