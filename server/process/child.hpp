// A child process that dies with us: it gets a signal when the thread that started it ends, however that happens.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "server/process/file_descriptor.hpp"

namespace callout::process {

struct Command {
    std::filesystem::path program;
    std::vector<std::string> arguments;
    // What the child reads and where it writes; /dev/null when empty. Output is appended.
    std::filesystem::path standard_input;
    std::filesystem::path output;
    // The signal the child gets when the thread that started it ends, also by kill -9 of the whole program.
    int signal_on_parent_death = 15;
};

struct ExitStatus {
    int code = 0;    // valid when signal is 0
    int signal = 0;  // the signal that ended it

    bool success() const { return code == 0 && signal == 0; }

    // "exit code 1", "signal 9 (Killed)"
    std::string describe() const;
};

// Owned by the thread that started it, which must live until the child has ended (the kernel ties the two together).
class Child {
public:
    // Starts the program in a process group of its own, so that Ctrl-C at the terminal reaches only us. Throws
    // std::system_error when the system refuses a process; a program that cannot be executed ends with code 127.
    explicit Child(const Command& command);
    // A child still running is killed and waited for.
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const { return pid_; }

    // Waits until the child has ended, the other descriptor (-1: none) is readable, or the time is over. The status
    // when it has ended.
    std::optional<ExitStatus> wait(std::chrono::milliseconds at_most, int or_readable = -1);

    // Nothing when it has ended already.
    void send_signal(int signal) const;

private:
    pid_t pid_ = -1;
    FileDescriptor pid_descriptor_;
    std::optional<ExitStatus> ended_;
};

}  // namespace callout::process
