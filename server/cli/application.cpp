#include "server/cli/application.hpp"

namespace callout::cli {

boost::asio::awaitable<http::Response> Application::handle(http::Request request) {
    return gateway_.handle(std::move(request));
}

boost::asio::awaitable<tl::expected<http::StreamHandler, http::Response>> Application::open_stream(
    http::Request request) {
    return live_.open_stream(std::move(request));
}

void Application::close_streams() {
    live_.close();
}

}  // namespace callout::cli
