#include "tests/support/program.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace callout::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::string read_all(const std::filesystem::path& path) {
    std::ifstream file{path};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

pid_t start(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
            const std::vector<std::string>& environment, const std::filesystem::path& output,
            const std::filesystem::path& errors) {
    std::vector<std::string> words{CALLOUT_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables = environment;
    for (char** variable = environ; *variable != nullptr; ++variable)
        if (!std::string_view{*variable}.starts_with("CALLOUT_")) variables.emplace_back(*variable);
    auto argv = pointers(words);
    auto envp = pointers(variables);
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    if (::chdir(directory.c_str()) != 0) ::_exit(126);
    const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const int err = ::open(errors.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
}

int exit_code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The port in "Callout is ready at http://127.0.0.1:40123 (0.4 s)"; 0 while that is not said.
int port_in(const std::string& output) {
    const auto said = output.find("Callout is ready at http");
    const auto end = output.find('\n', said);
    if (said == std::string::npos || end == std::string::npos) return 0;
    const auto colon = output.rfind(':', output.rfind(" (", end));
    return std::atoi(output.c_str() + colon + 1);
}

std::vector<std::string> serve_arguments(const std::filesystem::path& data_directory,
                                         const std::vector<std::string>& more) {
    std::vector<std::string> all{"serve",
                                 "--data",
                                 data_directory.string(),
                                 "--listen",
                                 "127.0.0.1:0",
                                 "--set",
                                 "database.private_buffer_pool_mib=64",
                                 "--set",
                                 "database.private_redo_log_mib=32"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

}  // namespace

Outcome run_callout(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
                    const std::vector<std::string>& environment) {
    const TemporaryDirectory own;
    const auto output = own.path() / "output";
    const auto errors = own.path() / "errors";
    const pid_t pid = start(arguments, directory.empty() ? own.path() : directory, environment, output, errors);
    int status = 0;
    ::waitpid(pid, &status, 0);
    return {exit_code(status), read_all(output), read_all(errors)};
}

pid_t database_pid(const std::filesystem::path& data_directory) {
    pid_t pid = 0;
    std::ifstream{data_directory / "mariadb.pid"} >> pid;
    return pid;
}

RunningCommand::RunningCommand(const std::vector<std::string>& arguments) {
    const auto log = directory_.path() / "output";
    pid_ = start(arguments, directory_.path(), {}, log, log);
}

RunningCommand::~RunningCommand() {
    kill();
}

bool RunningCommand::ended() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) != 0) pid_ = -1;
    return pid_ < 0;
}

int RunningCommand::stop(int signal) {
    if (pid_ < 0) return 0;
    ::kill(pid_, signal);
    int status = 0;
    for (const auto give_up = Clock::now() + 60s; ::waitpid(pid_, &status, WNOHANG) == 0;
         std::this_thread::sleep_for(5ms))
        if (Clock::now() > give_up) ::kill(pid_, SIGKILL);
    pid_ = -1;
    return exit_code(status);
}

void RunningCommand::kill() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
}

std::string RunningCommand::output() const {
    return read_all(directory_.path() / "output");
}

RunningCallout::RunningCallout(const std::filesystem::path& data_directory, const std::vector<std::string>& arguments)
    : command_{serve_arguments(data_directory, arguments)} {
    const auto give_up = Clock::now() + 120s;
    while ((port_ = port_in(output())) == 0) {
        if (command_.ended() || Clock::now() > give_up)
            throw std::runtime_error{"callout serve did not become ready:\n" + output()};
        std::this_thread::sleep_for(5ms);
    }
}

RunningCallout::~RunningCallout() {
    stop();
}

int RunningCallout::stop() {
    return command_.stop(SIGTERM);
}

}  // namespace callout::test
