#include "tests/load/http_client.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <stdexcept>

namespace callout::load {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using asio::use_awaitable;

// The value of a header in a raw head; empty when it is not there. Our server writes the names in this case.
std::string_view header(std::string_view head, std::string_view name) {
    const auto at = head.find(fmt::format("\r\n{}: ", name));
    if (at == std::string_view::npos) return {};
    const auto begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

std::size_t number(std::string_view text) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// Beside the coroutine: g++ 12 cannot build initialiser lists of literals inside one.
std::string credentials_body(std::string_view login, std::string_view password) {
    return json::serialize(json::object{{"login", login}, {"password", password}});
}

std::string token_body() {
    return json::serialize(json::object{{"name", "load"}});
}

std::string customer_body() {
    return json::serialize(json::object{{"kind", "company"}, {"name", "压力测试公司"}});
}

std::string with_cookie(std::uint16_t port, std::string_view cookie, std::string_view path, std::string_view body) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nCookie: {}\r\nContent-Type: application/json\r\n"
        "Content-Length: {}\r\n\r\n{}",
        path, port, cookie, body.size(), body);
}

struct SignedIn {
    std::string cookie;
    std::int64_t user_id = 0;
};

asio::awaitable<SignedIn> sign_in(HttpClient& client, std::uint16_t port, std::string_view login,
                                  std::string_view password) {
    const auto answer =
        co_await client.exchange(with_cookie(port, "", "/api/v1/session", credentials_body(login, password)));
    if (answer.status != 200) throw std::runtime_error{"sign-in refused: " + answer.body};
    const auto cookie = header(answer.head, "Set-Cookie");
    co_return SignedIn{std::string{cookie.substr(0, cookie.find(';'))},
                       json::parse(answer.body).at("user").at("id").as_int64()};
}

asio::awaitable<std::string> make_token(HttpClient& client, std::uint16_t port, std::string_view admin_cookie,
                                        std::int64_t user_id) {
    const auto token = co_await client.exchange(
        with_cookie(port, admin_cookie, fmt::format("/api/v1/users/{}/tokens", user_id), token_body()));
    if (token.status != 201) throw std::runtime_error{"no token: " + token.body};
    co_return std::string{json::parse(token.body).at("token").as_string()};
}

asio::awaitable<Prepared> prepare_on(std::uint16_t port, std::string_view password) {
    HttpClient client{co_await asio::this_coro::executor, port};
    co_await client.connect();
    const auto agent = co_await sign_in(client, port, "agent1", password);
    const auto admin = co_await sign_in(client, port, "admin", password);
    auto token = co_await make_token(client, port, admin.cookie, agent.user_id);
    const auto customer =
        co_await client.exchange(with_cookie(port, agent.cookie, "/api/v1/customers", customer_body()));
    if (customer.status != 201) throw std::runtime_error{"no customer: " + customer.body};
    co_return Prepared{std::move(token), json::parse(customer.body).at("id").as_int64()};
}

asio::awaitable<std::vector<std::string>> make_tokens_on(std::uint16_t port, std::string_view password,
                                                         std::vector<std::int64_t> user_ids) {
    HttpClient client{co_await asio::this_coro::executor, port};
    co_await client.connect();
    const auto admin = co_await sign_in(client, port, "admin", password);
    std::vector<std::string> tokens;
    for (const auto user_id : user_ids) tokens.push_back(co_await make_token(client, port, admin.cookie, user_id));
    co_return tokens;
}

// Runs what is to be done before the measuring begins.
template <class Result>
Result run_to_end(asio::awaitable<Result> work) {
    asio::io_context io{1};
    auto result = asio::co_spawn(io, std::move(work), asio::use_future);
    io.run();
    return result.get();
}

}  // namespace

asio::awaitable<void> HttpClient::connect() {
    co_await socket_.async_connect({asio::ip::address_v4::loopback(), port_}, use_awaitable);
    socket_.set_option(asio::ip::tcp::no_delay{true});
}

asio::awaitable<ClientResponse> HttpClient::post(std::string_view target, std::string_view token, std::string_view key,
                                                 std::string_view body) {
    auto request = fmt::format(
        "POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\nIdempotency-Key: {}\r\n"
        "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        target, port_, token, key, body.size(), body);
    co_return co_await exchange(std::move(request));
}

asio::awaitable<ClientResponse> HttpClient::exchange(std::string request) {
    co_await asio::async_write(socket_, asio::buffer(request), use_awaitable);
    const auto head_size =
        co_await asio::async_read_until(socket_, asio::dynamic_buffer(buffer_), "\r\n\r\n", use_awaitable);
    ClientResponse response{.head = buffer_.substr(0, head_size)};
    buffer_.erase(0, head_size);
    response.status = static_cast<int>(number(std::string_view{response.head}.substr(9, 3)));
    const auto body_size = number(header(response.head, "Content-Length"));
    if (buffer_.size() < body_size)
        co_await asio::async_read(socket_, asio::dynamic_buffer(buffer_),
                                  asio::transfer_exactly(body_size - buffer_.size()), use_awaitable);
    response.body = buffer_.substr(0, body_size);
    buffer_.erase(0, body_size);
    co_return response;
}

Prepared prepare(std::uint16_t port, std::string_view password) {
    return run_to_end(prepare_on(port, password));
}

std::vector<std::string> make_tokens(std::uint16_t port, std::string_view password,
                                     std::vector<std::int64_t> user_ids) {
    return run_to_end(make_tokens_on(port, password, std::move(user_ids)));
}

}  // namespace callout::load
