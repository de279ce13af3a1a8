// callout demo --live: plays the demo's people through the public API of a running Callout.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <boost/system/system_error.hpp>
#include <fstream>
#include <memory>
#include <thread>

#include "server/cli/command.hpp"
#include "server/demo/live.hpp"
#include "server/process/stop_signal.hpp"

namespace callout::cli {
namespace {

struct Options {
    bool live = false;
    std::string credentials;
    demo::LiveOptions play;
};

// The password stands last in every line of the sign-ins that seed-demo wrote.
std::string password_in(const std::string& file) {
    std::ifstream in{file};
    std::string password;
    for (std::string line; std::getline(in, line);)
        if (line.find("administrator") != std::string::npos) password = line.substr(line.rfind(' ') + 1);
    return password;
}

int play(const Invocation& invocation, Options options) {
    process::StopSignal stop;  // before any other thread
    const auto loaded = configure(invocation);
    if (!loaded) return loaded.error();
    const auto& http = loaded->config.http;
    if (!http.tls_certificate.empty())
        return fail(usage, "demo --live speaks http: serve the demo without http.tls_certificate");
    options.play.host = http.address == "0.0.0.0" || http.address == "::" ? "127.0.0.1" : http.address;
    options.play.port = static_cast<std::uint16_t>(http.port);
    const auto file = options.credentials.empty() ? loaded->config.data_directory + "/demo.txt" : options.credentials;
    options.play.password = password_in(file);
    if (options.play.password.empty())
        return fail(failed, fmt::format("{} has no sign-ins: seed the demo first (callout seed-demo --credentials {})",
                                        file, file));

    fmt::print("Playing the demo at http://{}:{} (Ctrl-C ends it)\n", options.play.host, options.play.port);
    std::fflush(stdout);
    std::atomic<bool> stopping = false;
    std::string failure;
    std::jthread player{[&] {
        try {
            demo::play_live(options.play, stopping);
        } catch (const boost::system::system_error& error) {
            failure = error.code().message();  // what() names the line of Asio's source as well
            stop.request();
        } catch (const std::exception& error) {
            failure = error.what();
            stop.request();
        }
    }};
    stop.ready();
    stop.wait();
    stopping = true;
    player.join();
    if (!failure.empty())
        return fail(failed, fmt::format("cannot play at http://{}:{} (does Callout serve there? {})", options.play.host,
                                        options.play.port, failure));
    return ok;
}

}  // namespace

void add_demo(CLI::App& app, Invocation& invocation) {
    auto* command = app.add_subcommand("demo", "Play the demo's people on a running Callout");
    auto options = std::make_shared<Options>();
    command->add_flag("--live", options->live, "Play agents, dealers and technicians until Ctrl-C")->required();
    command->add_option("--tickets-per-minute", options->play.tickets_per_minute)
        ->check(CLI::Range(0.01, 600.0))
        ->capture_default_str();
    command->add_option("--speed", options->play.speed, "How much faster than in life")
        ->check(CLI::Range(1.0, 10'000.0))
        ->capture_default_str();
    command->add_option("--seed", options->play.seed)->capture_default_str();
    command
        ->add_option("--credentials", options->credentials,
                     "The sign-ins that seed-demo wrote; DATA/demo.txt by default")
        ->type_name("FILE");
    command->callback(
        [&invocation, options] { invocation.run = [&invocation, options] { return play(invocation, *options); }; });
}

}  // namespace callout::cli
