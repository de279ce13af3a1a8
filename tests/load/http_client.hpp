// A load program's HTTP client: one connection kept alive, one request under way, next to no work of its own.
#pragma once

#include <boost/asio.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callout::load {

struct ClientResponse {
    int status = 0;
    std::string head;
    std::string body;
};

class HttpClient {
public:
    HttpClient(boost::asio::any_io_executor executor, std::uint16_t port) : socket_{executor}, port_{port} {}

    boost::asio::awaitable<void> connect();

    // POST of JSON with a bearer token and an idempotency key. Throws on a broken connection.
    boost::asio::awaitable<ClientResponse> post(std::string_view target, std::string_view token, std::string_view key,
                                                std::string_view body);

    // Sends a whole request as it stands and reads the answer.
    boost::asio::awaitable<ClientResponse> exchange(std::string request);

private:
    boost::asio::ip::tcp::socket socket_;
    const std::uint16_t port_;
    std::string buffer_;
};

struct Prepared {
    std::string token;
    std::int64_t customer_id = 0;
};

// Makes a bearer token for agent1 of the demo and one customer to open tickets for; all accounts of the demo share the
// password. Throws when the server refuses.
Prepared prepare(std::uint16_t port, std::string_view password);

// A bearer token for each of these users of the demo, made by its administrator. Throws when the server refuses.
std::vector<std::string> make_tokens(std::uint16_t port, std::string_view password, std::vector<std::int64_t> user_ids);

}  // namespace callout::load
