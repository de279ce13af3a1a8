// What the transport finds behind the door: the API through the gateway, and nothing else.
#pragma once

#include "server/api/gateway.hpp"
#include "server/http/application.hpp"

namespace callout::cli {

class Application final : public http::Application {
public:
    // The gateway outlives it.
    explicit Application(api::Gateway& gateway) : gateway_{gateway} {}

    boost::asio::awaitable<http::Response> handle(http::Request request) override;
    boost::asio::awaitable<tl::expected<http::StreamHandler, http::Response>> open_stream(
        http::Request request) override;
    void close_streams() override;

private:
    api::Gateway& gateway_;
};

}  // namespace callout::cli
