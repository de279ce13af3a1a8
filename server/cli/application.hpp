// What the transport finds behind the door: requests go to the gateway, consoles to the live stream.
#pragma once

#include "server/api/gateway.hpp"
#include "server/http/application.hpp"
#include "server/ws/live.hpp"

namespace callout::cli {

class Application final : public http::Application {
public:
    // Both outlive it.
    Application(api::Gateway& gateway, ws::Live& live) : gateway_{gateway}, live_{live} {}

    boost::asio::awaitable<http::Response> handle(http::Request request) override;
    boost::asio::awaitable<tl::expected<http::StreamHandler, http::Response>> open_stream(
        http::Request request) override;
    void close_streams() override;

private:
    api::Gateway& gateway_;
    ws::Live& live_;
};

}  // namespace callout::cli
