// The parts' own settings, out of the one configuration.
#pragma once

#include "dispatch/tickets/settings.hpp"
#include "server/api/gateway.hpp"
#include "server/auth/settings.hpp"
#include "server/config/config.hpp"
#include "server/http/server.hpp"
#include "server/plans/background_planner.hpp"
#include "server/ws/live.hpp"

namespace callout::cli {

dispatch::LifeCycleSettings life_cycle_settings(const config::Dispatch& settings);
auth::Settings auth_settings(const config::Security& settings);
api::GatewayOptions gateway_options(const config::Config& config);
http::ServerOptions server_options(const config::Config& config);
plans::BackgroundOptions background_options(const config::Config& config);
ws::LiveOptions live_options(const config::Stream& settings);

}  // namespace callout::cli
