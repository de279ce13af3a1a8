#include "server/cli/application.hpp"

#include "server/http/upgrade.hpp"

namespace callout::cli {

boost::asio::awaitable<http::Response> Application::handle(http::Request request) {
    return gateway_.handle(std::move(request));
}

boost::asio::awaitable<tl::expected<http::StreamHandler, http::Response>> Application::open_stream(
    http::Request request) {
    // What is no stream is answered as if nobody had asked for an upgrade.
    auto response = co_await gateway_.handle(std::move(request));
    co_return tl::unexpected{std::move(response)};
}

void Application::close_streams() {}

}  // namespace callout::cli
