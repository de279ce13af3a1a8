// The callout program itself, run as its users run it: another process, its output read, ended by its own pid.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temporary_directory.hpp"

namespace callout::test {

struct Outcome {
    int code = -1;       // -1 when a signal ended it
    std::string output;  // standard output
    std::string errors;  // standard error
};

// Runs `callout ARGUMENTS` to its end in a directory of its own (given, or a temporary one), with no CALLOUT_ variable
// of the caller's but those given as "NAME=value".
Outcome run_callout(const std::vector<std::string>& arguments, const std::filesystem::path& directory = {},
                    const std::vector<std::string>& environment = {});

// Of the private database of that data directory; 0 when there is none.
pid_t database_pid(const std::filesystem::path& data_directory);

// `callout ARGUMENTS` beside the test, in a directory of its own, until it ends or is stopped, killed or destroyed.
class RunningCommand {
public:
    explicit RunningCommand(const std::vector<std::string>& arguments);
    // Kills it.
    ~RunningCommand();
    RunningCommand(const RunningCommand&) = delete;
    RunningCommand& operator=(const RunningCommand&) = delete;

    pid_t pid() const { return pid_; }

    // Whether it ended by itself.
    bool ended();

    // Sends the signal and waits; answers the exit code, -1 when a signal ended it. One that does not end within a
    // minute is killed.
    int stop(int signal);

    // kill -9.
    void kill();

    // What it wrote so far, standard output and error together.
    std::string output() const;

private:
    TemporaryDirectory directory_;
    pid_t pid_ = -1;
};

// A `callout serve` on a free port of 127.0.0.1 that lives until it is stopped, killed or destroyed.
class RunningCallout {
public:
    // Waits until it says that it is ready. Throws std::runtime_error with its output when it ends before.
    explicit RunningCallout(const std::filesystem::path& data_directory,
                            const std::vector<std::string>& arguments = {});
    // Stops it.
    ~RunningCallout();
    RunningCallout(const RunningCallout&) = delete;
    RunningCallout& operator=(const RunningCallout&) = delete;

    pid_t pid() const { return command_.pid(); }

    // Where it listens.
    int port() const { return port_; }

    // "http://127.0.0.1:40123"
    std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }

    // SIGTERM; answers the exit code, -1 when a signal ended it.
    int stop();

    // kill -9.
    void kill() { command_.kill(); }

    // What it wrote so far, standard output and error together.
    std::string output() const { return command_.output(); }

private:
    RunningCommand command_;
    int port_ = 0;
};

}  // namespace callout::test
