#include "server/process/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

namespace callout::process {
namespace {

// Between fork and exec only async-signal-safe calls are allowed: everything they need is prepared before.
[[noreturn]] void become(char* const* arguments, const char* input, const char* output, int death_signal,
                         pid_t parent) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, death_signal);
    if (::getppid() != parent) ::_exit(126);  // the parent died before the line above

    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_DFL);

    const int reading = ::open(input, O_RDONLY);
    const int writing = ::open(output, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (reading < 0 || writing < 0) ::_exit(126);
    ::dup2(reading, STDIN_FILENO);
    ::dup2(writing, STDOUT_FILENO);
    ::dup2(writing, STDERR_FILENO);
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    ::execv(arguments[0], arguments);
    ::_exit(127);
}

ExitStatus decode(int status) {
    if (WIFSIGNALED(status)) return {.code = 0, .signal = WTERMSIG(status)};
    return {.code = WEXITSTATUS(status), .signal = 0};
}

}  // namespace

std::string ExitStatus::describe() const {
    if (signal != 0) return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
    return "exit code " + std::to_string(code);
}

Child::Child(const Command& command) {
    std::vector<std::string> words{command.program.string()};
    words.insert(words.end(), command.arguments.begin(), command.arguments.end());
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const std::string input = command.standard_input.empty() ? "/dev/null" : command.standard_input.string();
    const std::string output = command.output.empty() ? "/dev/null" : command.output.string();

    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::system_error{errno, std::generic_category(), "fork"};
    if (pid_ == 0) become(arguments.data(), input.c_str(), output.c_str(), command.signal_on_parent_death, parent);

    pid_descriptor_ = FileDescriptor{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))};
    if (!pid_descriptor_) {
        const int error = errno;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        throw std::system_error{error, std::generic_category(), "pidfd_open"};
    }
}

Child::~Child() {
    if (ended_) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

std::optional<ExitStatus> Child::wait(std::chrono::milliseconds at_most, int or_readable) {
    if (ended_) return ended_;
    pollfd watched[2] = {{.fd = pid_descriptor_.get(), .events = POLLIN, .revents = 0},
                         {.fd = or_readable, .events = POLLIN, .revents = 0}};
    ::poll(watched, 2, static_cast<int>(at_most.count()));
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) ended_ = decode(status);
    return ended_;
}

void Child::send_signal(int signal) const {
    if (!ended_) ::kill(pid_, signal);
}

}  // namespace callout::process
