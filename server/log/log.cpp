#include "server/log/log.hpp"

#include <fmt/chrono.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

namespace callout::log {
namespace {

// {"at":"2026-11-23T08:00:00.123Z","level":"info","message":"…"}
class JsonFormatter : public spdlog::formatter {
public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& output) override {
        const auto at = std::chrono::floor<std::chrono::milliseconds>(message.time);
        const auto milliseconds = at.time_since_epoch().count() % 1000;
        boost::json::object line;
        line["at"] = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                                 fmt::gmtime(std::chrono::system_clock::to_time_t(message.time)), milliseconds);
        const auto level = spdlog::level::to_string_view(message.level);
        line["level"] = boost::json::string_view{level.data(), level.size()};
        line["message"] = boost::json::string_view{message.payload.data(), message.payload.size()};
        const auto text = boost::json::serialize(line);
        output.append(text.data(), text.data() + text.size());
        output.push_back('\n');
    }

    std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonFormatter>(); }
};

spdlog::sink_ptr make_sink(const config::Log& settings) {
    if (!settings.file.empty()) {
        const auto bytes = static_cast<std::size_t>(settings.rotate_mib) * 1024 * 1024;
        return std::make_shared<spdlog::sinks::rotating_file_sink_mt>(settings.file, bytes,
                                                                      static_cast<std::size_t>(settings.rotate_files));
    }
    if (settings.json) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    return std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
}

}  // namespace

void configure(const config::Log& settings) {
    try {
        auto logger = std::make_shared<spdlog::logger>("callout", make_sink(settings));
        logger->set_level(spdlog::level::from_str(settings.level));
        logger->flush_on(spdlog::level::info);
        if (settings.json)
            logger->set_formatter(std::make_unique<JsonFormatter>());
        else
            logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%-5l%$ %v");
        spdlog::set_default_logger(std::move(logger));
    } catch (const spdlog::spdlog_ex& error) {
        throw std::runtime_error{error.what()};
    }
}

}  // namespace callout::log
