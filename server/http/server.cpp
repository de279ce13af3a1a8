#include "server/http/server.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <thread>

#include "server/http/listener.hpp"
#include "server/http/session.hpp"
#include "server/http/tls.hpp"

namespace callout::http {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

// A handler that throws is a mistake of ours; it must cost its connection, not the server.
void run_thread(asio::io_context& context) {
    for (;;) {
        try {
            context.run();
            return;
        } catch (const std::exception& error) {
            spdlog::critical("an exception left a handler: {}", error.what());
        }
    }
}

}  // namespace

struct Server::Parts {
    Parts(ServerOptions with_options, StaticFiles files)
        : options(std::move(with_options)),
          surroundings(options.limits, options.trusted_proxies, std::move(files), options.application_paths),
          context(static_cast<int>(options.io_threads)),
          work(context.get_executor()) {
        if (options.tls) surroundings.tls = make_tls_context(*options.tls);
    }

    const ServerOptions options;
    Surroundings surroundings;
    asio::io_context context;
    asio::executor_work_guard<asio::io_context::executor_type> work;
    std::optional<Listener> listener;
    std::vector<std::jthread> threads;
};

Server::Server(ServerOptions options, StaticFiles files)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(files))) {}

Server::~Server() {
    if (!parts_->threads.empty()) stop(std::chrono::milliseconds{0});
}

asio::io_context& Server::context() {
    return parts_->context;
}

void Server::start(Application& application) {
    auto& parts = *parts_;
    parts.surroundings.application = &application;
    parts.listener.emplace(parts.context, parts.surroundings, parts.options.address, parts.options.port);
    parts.listener->start();
    for (std::size_t i = 0; i < parts.options.io_threads; ++i)
        parts.threads.emplace_back([&parts] { run_thread(parts.context); });
}

std::uint16_t Server::port() const {
    return parts_->listener->port();
}

std::size_t Server::connections() const {
    return parts_->surroundings.connections.count();
}

bool Server::stop(std::chrono::milliseconds deadline) {
    auto& parts = *parts_;
    auto& connections = parts.surroundings.connections;
    const auto until = Clock::now() + deadline;
    parts.listener->stop();
    connections.finish_all();
    parts.surroundings.application->close_streams();
    const bool finished = connections.wait_until_none(until);
    if (!finished) {
        spdlog::warn("{} connections are cut off at the deadline of the stop", connections.count());
        connections.abort_all();
        connections.wait_until_none(Clock::now() + std::chrono::seconds{1});
    }
    parts.work.reset();
    parts.context.stop();
    parts.threads.clear();
    return finished;
}

}  // namespace callout::http
