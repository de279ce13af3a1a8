#include "server/cli/settings.hpp"

#include <algorithm>
#include <thread>

namespace callout::cli {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

dispatch::LifeCycleSettings life_cycle_settings(const config::Dispatch& settings) {
    dispatch::LifeCycleSettings result;
    result.confirm_within = minutes{settings.confirm_within_min};
    result.confirm_urgent_within = minutes{settings.confirm_urgent_within_min};
    result.name_technician_within = minutes{settings.technician_named_within_min};
    result.callback_within = hours{settings.callback_due_h};
    result.callback_retry_after = hours{settings.callback_retry_after_h};
    result.callback_attempts = settings.callback_attempts;
    result.office_after_failures = settings.failures_to_office;
    result.headquarters_after_failures = settings.failures_to_headquarters;
    result.answered_closes_after = hours{settings.answered_closes_after_h};
    return result;
}

auth::Settings auth_settings(const config::Security& settings) {
    const auto count = [](int value) { return static_cast<std::uint32_t>(value); };
    return {.password_cost = {.passes = count(settings.argon2_passes), .memory_kib = count(settings.argon2_memory_kib)},
            .throttle = {.free_failures_of_account = count(settings.free_failures_of_account),
                         .free_failures_of_address = count(settings.free_failures_of_address),
                         .longest_wait = seconds{settings.longest_wait_s}},
            .session_idle = minutes{settings.session_idle_min},
            .session_lifetime = hours{settings.session_lifetime_h}};
}

api::GatewayOptions gateway_options(const config::Config& config) {
    return {.public_origins = config.http.public_origin,
            .password_threads = static_cast<std::size_t>(config.security.password_threads),
            .password_queue_limit = static_cast<std::size_t>(config.security.password_queue_limit)};
}

plans::BackgroundOptions background_options(const config::Config& config) {
    return {.timezone = config.region.timezone,
            .search_time = std::chrono::milliseconds{config.planning.search_ms},
            .cpu_budget_pct = static_cast<double>(config.planning.cpu_budget_pct),
            .interval = std::chrono::seconds{config.planning.interval_s}};
}

ws::LiveOptions live_options(const config::Stream& settings) {
    return {.hub = {.queue = {.count = static_cast<std::size_t>(settings.queue_events),
                              .bytes = static_cast<std::size_t>(settings.queue_bytes)},
                    .resume_events = settings.resume_events},
            .ping_interval = seconds{settings.ping_interval_s}};
}

http::ServerOptions server_options(const config::Config& config) {
    const auto& from = config.http;
    const auto count = [](int value) { return static_cast<std::size_t>(value); };
    const auto cores = std::max(1U, std::thread::hardware_concurrency());
    http::ServerOptions options;
    options.address = from.address;
    options.port = static_cast<std::uint16_t>(from.port);
    options.io_threads = from.threads > 0 ? count(from.threads) : cores;
    options.limits.header_bytes = count(from.header_limit_bytes);
    options.limits.body_bytes = count(from.body_limit_bytes);
    options.limits.total_body_bytes = std::max(options.limits.total_body_bytes, options.limits.body_bytes);
    options.limits.body_time = seconds{from.request_timeout_s};
    options.limits.write_time = seconds{from.request_timeout_s};
    options.limits.idle_time = seconds{from.idle_timeout_s};
    options.limits.connections = count(from.connections);
    options.limits.connections_per_address = count(from.connections_per_address);
    if (!from.tls_certificate.empty()) options.tls = http::TlsFiles{from.tls_certificate, from.tls_key};
    options.trusted_proxies = from.trusted_proxies;
    options.application_paths = {"/api/v1"};
    return options;
}

}  // namespace callout::cli
