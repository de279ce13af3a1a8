// callout serve: puts the parts together, in an order in which each finds what it needs, and takes them apart in the
// reverse order.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <optional>

#include "server/api/documents.hpp"
#include "server/api/gateway.hpp"
#include "server/api/ticket_deadlines.hpp"
#include "server/auth/authenticator.hpp"
#include "server/calls/ring_watch.hpp"
#include "server/cli/application.hpp"
#include "server/cli/command.hpp"
#include "server/cli/database_access.hpp"
#include "server/cli/settings.hpp"
#include "server/deadlines/deadline_worker.hpp"
#include "server/housekeeping/housekeeping.hpp"
#include "server/http/server.hpp"
#include "server/http/web_root.hpp"
#include "server/plans/background_planner.hpp"
#include "server/process/stop_signal.hpp"
#include "server/storage/places.hpp"
#include "server/storage/tickets.hpp"
#include "server/ws/live.hpp"

namespace callout::cli {
namespace {

// A console is a descriptor: as many as the system lets us have.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

// The built pages, and the contract with the page to read it.
http::StaticFiles static_files(const config::Config& config) {
    const auto folder = http::find_web_root(config.http.web_root);
    if (!folder) spdlog::warn("the web pages are not built (scripts/build web): only the API is served");
    auto files = folder ? http::StaticFiles{*folder} : http::StaticFiles{};
    files.add("/api/openapi.yaml", "application/yaml", std::string{api::openapi_yaml()});
    files.add("/api/events.schema.json", "application/schema+json", std::string{api::events_schema()});
    files.add_alias("/api/docs", "/api-docs.html");
    return files;
}

std::string address_of(const config::Config& config, std::uint16_t port) {
    // Listening everywhere, this machine is the one place we know it can be reached at.
    auto host = config.http.address == "0.0.0.0" || config.http.address == "::" ? "127.0.0.1" : config.http.address;
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    return fmt::format("{}://{}:{}", config.http.tls_certificate.empty() ? "http" : "https", host, port);
}

// Everything that runs while Callout serves. Members are made from top to bottom and taken apart from bottom to top:
// the gateway's threads end before the server whose coroutines they resume, and its last coroutines before what
// consoles are registered with.
class Desk {
public:
    Desk(const config::Config& config, storage::Database& database)
        : config_{config},
          database_{database},
          life_cycle_{life_cycle_settings(config.dispatch)},
          authenticator_{auth_settings(config.security)},
          ticket_ids_{database},
          live_{database, live_options(config.stream), live_callbacks()},
          deadlines_{database, fire(), [this] { live_.wake(); }},
          rings_{database, std::chrono::seconds{config.telephony.ring_timeout_s}, [this] { live_.wake(); }},
          housekeeping_{database, authenticator_.settings()},
          services_{make_services()},
          server_{server_options(config), static_files(config)},
          gateway_{services_, gateway_options(config)},
          application_{gateway_, live_} {
        if (config.planning.background)
            planner_.emplace(database, background_options(config), [this] { live_.wake(); });
        server_.start(application_);
    }

    std::string address() const { return address_of(config_, server_.port()); }

    // Lets what runs finish.
    void stop() {
        server_.stop(std::chrono::seconds{config_.http.shutdown_timeout_s});
        database_.finish_jobs();
    }

private:
    // Nobody is asked for before a console was opened, that is, before the server was started.
    ws::LiveCallbacks live_callbacks() {
        return {.authenticate = [this](const http::Request& request) { return gateway_.authenticate_console(request); },
                .forget_people =
                    [this](std::optional<std::int64_t> user_id) {
                        if (user_id)
                            authenticator_.forget_user(*user_id);
                        else
                            authenticator_.forget_all();
                    }};
    }

    deadlines::Fire fire() {
        return [this](storage::Connection& db, std::int64_t ticket_id, dispatch::DeadlineKind kind, Instant at) {
            return api::fire_deadline(db, {.life_cycle = life_cycle_, .timezone = config_.region.timezone}, ticket_id,
                                      kind, at);
        };
    }

    api::Services make_services() {
        return {.config = config_,
                .database = database_,
                .authenticator = authenticator_,
                .ticket_ids = ticket_ids_,
                .offices = offices_,
                .life_cycle = life_cycle_,
                .phone_region = config_.region.phone,
                .events_committed = [this] { live_.wake(); },
                .deadlines_changed = [this] { deadlines_.wake(); },
                .session_revoked = [this](std::int64_t session_id) { live_.revoke_session(session_id); }};
    }

    const config::Config& config_;
    storage::Database& database_;
    const dispatch::LifeCycleSettings life_cycle_;
    auth::Authenticator authenticator_;
    storage::TicketIds ticket_ids_;
    storage::Offices offices_;
    ws::Live live_;
    deadlines::DeadlineWorker deadlines_;
    calls::RingWatch rings_;
    housekeeping::Housekeeping housekeeping_;
    api::Services services_;
    http::Server server_;
    api::Gateway gateway_;
    Application application_;
    std::optional<plans::BackgroundPlanner> planner_;
};

int serve(const Invocation& invocation) {
    const auto began = std::chrono::steady_clock::now();
    process::StopSignal stop;  // before any other thread
    const auto loaded = configure(invocation);
    if (!loaded) return loaded.error();
    // Before the database is touched, and not to be tried again.
    if (const auto mistake = mistake_of_tls(loaded->config)) return fail(usage, *mistake);
    raise_descriptor_limit();

    auto access = DatabaseAccess::open(loaded->config, DatabaseAccess::Beside::refused);
    if (!access) return access.error();
    Desk desk{loaded->config, access->database()};

    stop.ready();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    fmt::print("Callout is ready at {} ({:.1f} s)\n", desk.address(), took.count());
    std::fflush(stdout);

    const int signal = stop.wait();
    spdlog::info("stopping (signal {}): finishing what runs", signal);
    desk.stop();
    return ok;
}

}  // namespace

void add_serve(CLI::App& app, Invocation& invocation) {
    app.add_subcommand("serve", "Run Callout until it is told to stop (Ctrl-C, SIGTERM)")->callback([&] {
        invocation.run = [&] { return serve(invocation); };
    });
}

}  // namespace callout::cli
