#include "server/storage/private_mariadb.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>
#include <vector>

#include "server/process/child.hpp"
#include "server/storage/migrations.hpp"

namespace callout::storage {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* schema_name = "callout";
constexpr auto shortest_pause = 100ms;
constexpr auto longest_pause = 10'000ms;
// A database that ran this long had nothing wrong with its start: the next pause is the shortest again.
constexpr auto steady_after = 60s;
// One left behind is given this long to end by itself before it is killed; InnoDB recovers from that.
constexpr auto orphan_patience = 30s;
constexpr std::uintmax_t error_log_limit = std::uintmax_t{10} * 1024 * 1024;

tl::unexpected<StartError> failure(std::string code, std::string message) {
    return tl::unexpected{StartError{std::move(code), std::move(message)}};
}

// ---- what is installed

std::optional<fs::path> find_program() {
    for (const char* candidate : {"/usr/sbin/mariadbd", "/usr/libexec/mariadbd", "/usr/local/sbin/mariadbd",
                                  "/usr/local/bin/mariadbd", "/usr/bin/mariadbd", "/usr/sbin/mysqld"})
        if (::access(candidate, X_OK) == 0) return candidate;
    return std::nullopt;
}

std::optional<fs::path> find_system_tables() {
    for (const char* candidate : {"/usr/share/mysql", "/usr/share/mariadb", "/usr/local/share/mysql"})
        if (fs::exists(fs::path{candidate} / "mysql_system_tables.sql")) return candidate;
    return std::nullopt;
}

// "10.11" of "10.11.6-MariaDB" as 1011, so that releases of one series compare equal.
int series_of(const std::string& version) {
    int major = 0;
    int minor = 0;
    if (std::sscanf(version.c_str(), "%d.%d", &major, &minor) != 2) return 0;
    return major * 100 + minor;
}

// ---- the layout of the data directory

struct Layout {
    fs::path data;

    explicit Layout(const fs::path& data_directory) : data{fs::absolute(data_directory).lexically_normal()} {
        if (!data.has_filename()) data = data.parent_path();  // "var/" and "var" are one directory
    }

    fs::path tables() const { return data / "mariadb"; }

    fs::path unfinished_tables() const { return data / "mariadb.new"; }

    fs::path error_log() const { return data / "mariadb.log"; }

    fs::path first_statements() const { return data / "mariadb.init.sql"; }

    fs::path stamp() const { return data / "written_by"; }
};

// Empty when the machine does not know the user that runs us.
std::string user_name() {
    const auto* entry = ::getpwuid(::geteuid());
    return entry != nullptr ? entry->pw_name : "";
}

// A socket's path has at most 107 bytes: a data directory too deep for that gets a folder of its own under /tmp.
tl::expected<fs::path, StartError> socket_path(const Layout& layout) {
    const auto in_place = layout.data / "mariadb.sock";
    if (in_place.string().size() <= 100) return in_place;
    const auto folder = fs::path{fmt::format("/tmp/callout-{}-{:016x}", ::geteuid(), fs::hash_value(layout.data))};
    ::mkdir(folder.c_str(), 0700);

    // Everybody may write to /tmp: what is there already must be ours and closed to others.
    struct stat found {};

    if (::lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != ::geteuid() ||
        (found.st_mode & 077) != 0)
        return failure("data_directory_unusable", fmt::format("{} must be a directory of this user with mode 0700: it "
                                                              "holds the database's socket, because the path of the "
                                                              "data directory is too long for one",
                                                              folder.string()));
    return folder / "mariadb.sock";
}

// ---- who wrote it

struct Stamp {
    std::string mariadb;
    int schema = 0;
};

Stamp read_stamp(const Layout& layout) {
    Stamp stamp;
    std::ifstream file{layout.stamp()};
    for (std::string word; file >> word;) {
        if (word == "mariadb") file >> stamp.mariadb;
        if (word == "schema") file >> stamp.schema;
    }
    return stamp;
}

void write_stamp(const Layout& layout, const Stamp& stamp) {
    auto beside = layout.stamp();
    beside += ".new";
    {
        std::ofstream file{beside};
        file << "mariadb " << stamp.mariadb << "\nschema " << stamp.schema << "\n";
    }
    fs::rename(beside, layout.stamp());
}

std::optional<StartError> refuse_newer(const Layout& layout, const std::string& installed) {
    const auto stamp = read_stamp(layout);
    if (stamp.schema > newest_migration())
        return StartError{"written_by_newer_version",
                          fmt::format("{} was written by a newer Callout (schema {}; this one knows {}): start the "
                                      "newer Callout, or restore a backup made by this one",
                                      layout.data.string(), stamp.schema, newest_migration())};
    if (series_of(stamp.mariadb) > series_of(installed))
        return StartError{"written_by_newer_version",
                          fmt::format("{} was written by MariaDB {}; installed is the older {}, which cannot read it: "
                                      "install MariaDB {} or newer",
                                      layout.tables().string(), stamp.mariadb, installed, stamp.mariadb)};
    if (!stamp.mariadb.empty() && series_of(stamp.mariadb) < series_of(installed))
        spdlog::warn("the database was written by MariaDB {}, now {} starts: run mariadb-upgrade on its socket",
                     stamp.mariadb, installed);
    return std::nullopt;
}

// ---- a database that an earlier Callout left behind

std::vector<std::string> command_line(pid_t pid) {
    std::ifstream file{fmt::format("/proc/{}/cmdline", pid)};
    std::vector<std::string> words;
    for (std::string word; std::getline(file, word, '\0');) words.push_back(word);
    return words;
}

// A process is ours when it runs on exactly our tables; process ids alone are used again by others.
bool runs_on(pid_t pid, const Layout& layout) {
    const auto words = command_line(pid);
    return std::find(words.begin(), words.end(), "--datadir=" + layout.tables().string()) != words.end();
}

std::vector<pid_t> find_orphans(const Layout& layout) {
    std::vector<pid_t> orphans;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator{"/proc", error}) {
        const auto pid = static_cast<pid_t>(std::atoi(entry.path().filename().c_str()));
        if (pid > 0 && pid != ::getpid() && runs_on(pid, layout)) orphans.push_back(pid);
    }
    return orphans;
}

// It got SIGTERM when its Callout died, so waiting is mostly all there is to do.
void end_orphans(const Layout& layout) {
    for (const pid_t pid : find_orphans(layout)) {
        spdlog::warn("a database left behind by an earlier Callout is still running (process {}): ending it", pid);
        ::kill(pid, SIGTERM);
        const auto deadline = Clock::now() + orphan_patience;
        bool killed = false;
        while (runs_on(pid, layout)) {
            if (!killed && Clock::now() > deadline) {
                spdlog::warn("process {} does not end: killing it", pid);
                ::kill(pid, SIGKILL);
                killed = true;
            }
            std::this_thread::sleep_for(10ms);
        }
    }
}

// ---- making it the first time

std::string read_file(const fs::path& path) {
    std::ifstream file{path};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The last lines of a log, for a message.
std::string tail(const fs::path& path, std::size_t lines = 8) {
    std::vector<std::string> all;
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);) all.push_back(line);
    std::string text;
    for (std::size_t i = all.size() > lines ? all.size() - lines : 0; i < all.size(); ++i) text += "\n  " + all[i];
    return text;
}

std::vector<std::string> common_arguments(const fs::path& tables, const PrivateMariadbOptions& options) {
    std::vector<std::string> arguments{
        "--no-defaults",  // first: the machine's own MariaDB configuration is not ours
        "--datadir=" + tables.string(),
        "--skip-networking",
        "--skip-log-bin",
        fmt::format("--innodb-log-file-size={}M", options.redo_log_mib),
    };
    // A starting MariaDB removes what it finds of others' temporary tables in its folder: it gets a folder of its own.
    const auto temporary = tables.parent_path() / "mariadb.tmp";
    fs::create_directories(temporary);
    arguments.push_back("--tmpdir=" + temporary.string());
    if (::geteuid() == 0) arguments.emplace_back("--user=root");
    return arguments;
}

// Made beside its place and renamed, so that a crash half way leaves nothing that looks finished.
std::optional<StartError> bootstrap(const Layout& layout, const fs::path& program,
                                    const PrivateMariadbOptions& options) {
    const auto tables = find_system_tables();
    if (!tables)
        return StartError{"mariadb_missing", "mysql_system_tables.sql is missing: install mariadb-server-core"};

    const auto started = Clock::now();
    fs::remove_all(layout.unfinished_tables());
    fs::create_directory(layout.unfinished_tables());
    const auto script = layout.data / "mariadb.bootstrap.sql";
    {
        // The bootstrap reads one statement a line, or up to a delimiter at a line's end.
        std::ofstream file{script};
        file << "CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket='root';\n";
        for (const char* part :
             {"mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql"})
            file << read_file(*tables / part) << '\n';
    }
    auto arguments = common_arguments(layout.unfinished_tables(), options);
    arguments.emplace_back("--bootstrap");
    // Nothing is lost if this is interrupted, and the server that follows flushes all of it.
    arguments.emplace_back("--innodb-flush-log-at-trx-commit=0");
    process::Child child{{.program = program,
                          .arguments = arguments,
                          .standard_input = script,
                          .output = layout.error_log(),
                          .signal_on_parent_death = SIGKILL}};
    const auto status = child.wait(120s);
    if (!status || !status->success())
        return StartError{
            "bootstrap_failed",
            fmt::format("A new database could not be made in {} ({}):{}", layout.data.string(),
                        status ? status->describe() : "it took more than 120 s", tail(layout.error_log()))};
    fs::remove(script);
    fs::rename(layout.unfinished_tables(), layout.tables());
    spdlog::info("made a new database in {} ({} ms)", layout.tables().string(),
                 std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started).count());
    return std::nullopt;
}

// ---- running it

// Run by the server at every start: whoever runs Callout, and root, sign in by who they are on this machine; there is
// no password to keep.
void write_first_statements(const Layout& layout) {
    std::ofstream file{layout.first_statements()};
    for (const auto& user : {std::string{"root"}, user_name()}) {
        file << fmt::format("CREATE USER IF NOT EXISTS `{}`@localhost IDENTIFIED VIA unix_socket;\n", user);
        file << fmt::format("GRANT ALL PRIVILEGES ON *.* TO `{}`@localhost WITH GRANT OPTION;\n", user);
    }
    file << fmt::format("CREATE DATABASE IF NOT EXISTS {} CHARACTER SET utf8mb4 COLLATE {};\n", schema_name,
                        schema_collation);
}

std::vector<std::string> server_arguments(const Layout& layout, const fs::path& socket,
                                          const PrivateMariadbOptions& options) {
    auto arguments = common_arguments(layout.tables(), options);
    for (const auto& more : {
             "--socket=" + socket.string(),
             "--pid-file=" + (layout.data / "mariadb.pid").string(),
             "--init-file=" + layout.first_statements().string(),
             fmt::format("--innodb-buffer-pool-size={}M", options.buffer_pool_mib),
             // What is acknowledged is on the disk.
             std::string{"--innodb-flush-log-at-trx-commit=1"},
             std::string{"--innodb-doublewrite=ON"},
             std::string{"--transaction-isolation=READ-COMMITTED"},
             std::string{"--innodb-lock-wait-timeout=10"},
             std::string{"--character-set-server=utf8mb4"},
             fmt::format("--collation-server={}", schema_collation),
             std::string{"--default-time-zone=+00:00"},
             std::string{"--skip-name-resolve"},
             std::string{"--performance-schema=OFF"},
             std::string{"--max-connections=500"},
             std::string{"--max-allowed-packet=64M"},
             // A connection that Callout closes without a farewell is no news.
             std::string{"--log-warnings=1"},
         })
        arguments.push_back(more);
    return arguments;
}

// A server that is ready greets whoever connects.
bool greets(const fs::path& socket, std::chrono::milliseconds at_most) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = socket.string();
    if (path.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.data(), path.size());
    const process::FileDescriptor connection{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
    pollfd watched{.fd = connection.get(), .events = POLLIN, .revents = 0};
    if (::poll(&watched, 1, static_cast<int>(at_most.count())) != 1) return false;
    char first = 0;
    return ::recv(connection.get(), &first, 1, MSG_PEEK) == 1;
}

Endpoint endpoint_at(const std::string& socket) {
    Endpoint endpoint;
    endpoint.unix_socket = socket;
    endpoint.user = user_name();
    endpoint.schema = schema_name;
    return endpoint;
}

}  // namespace

// Owns the child and the one thread that starts it: the kernel ends the child with that thread, so it lives as long.
struct PrivateMariadb::Supervisor {
    enum class State { starting, ready, failed, ended };

    Supervisor(Layout where, fs::path what, fs::path socket_file, DataDirectoryLock held,
               const PrivateMariadbOptions& configured)
        : layout{std::move(where)},
          program{std::move(what)},
          socket{std::move(socket_file)},
          lock{std::move(held)},
          options{configured},
          stop_requested{::eventfd(0, EFD_CLOEXEC)},
          thread{[this] { run(); }} {}

    const Layout layout;
    const fs::path program;
    const fs::path socket;
    const DataDirectoryLock lock;
    const PrivateMariadbOptions& options;
    process::FileDescriptor stop_requested;

    mutable std::mutex mutex;
    std::condition_variable changed;
    State state = State::starting;
    std::string failure_message;
    int restarts = 0;
    pid_t pid = 0;
    bool stopping = false;
    bool ended_by_itself = true;  // of the thread, and after it was joined of stop()
    std::chrono::seconds stop_patience{60};

    std::thread thread;  // last: it uses everything above

    void set_state(State next) {
        const std::lock_guard guard{mutex};
        state = next;
        changed.notify_all();
    }

    bool is_stopping() const {
        const std::lock_guard guard{mutex};
        return stopping;
    }

    // Waits; true when asked to stop.
    bool pause(std::chrono::milliseconds time) {
        pollfd watched{.fd = stop_requested.get(), .events = POLLIN, .revents = 0};
        return ::poll(&watched, 1, static_cast<int>(time.count())) == 1;
    }

    void run() {
        ::pthread_setname_np(::pthread_self(), "mariadb-watch");
        auto next_pause = std::chrono::milliseconds{shortest_pause};
        while (!is_stopping()) {
            const auto started = Clock::now();
            std::string how;
            try {
                how = run_once();
            } catch (const std::exception& error) {
                how = error.what();
            }
            if (is_stopping()) break;
            if (first_start_failed(how)) return;
            if (Clock::now() - started > steady_after) next_pause = shortest_pause;
            spdlog::error("the database ended by {}: starting it again in {} ms; its log is {}", how,
                          next_pause.count(), layout.error_log().string());
            if (options.on_death) options.on_death(how);
            if (pause(next_pause)) break;
            next_pause = std::min<std::chrono::milliseconds>(next_pause * 2, longest_pause);
            const std::lock_guard guard{mutex};
            ++restarts;
        }
        set_state(State::ended);
    }

    // A database that never came up is the caller's to hear of, not ours to try for ever.
    bool first_start_failed(const std::string& how) {
        const std::lock_guard guard{mutex};
        if (state != State::starting) return false;
        state = State::failed;
        failure_message = how;
        changed.notify_all();
        return true;
    }

    // One life of the database, from start to death. Answers how it ended.
    std::string run_once() {
        ::unlink(socket.c_str());
        process::Child child{{.program = program,
                              .arguments = server_arguments(layout, socket, options),
                              .standard_input = {},
                              .output = layout.error_log(),
                              .signal_on_parent_death = SIGTERM}};
        set_pid(child.pid());
        auto status = wait_until_ready(child);
        while (!status && !is_stopping()) status = child.wait(60s, stop_requested.get());
        if (!status) status = end(child);
        set_pid(0);
        return status->describe();
    }

    void set_pid(pid_t next) {
        const std::lock_guard guard{mutex};
        pid = next;
    }

    // Recovery after a crash may take long: as long as the process lives, it is starting. The status when it ended.
    std::optional<process::ExitStatus> wait_until_ready(process::Child& child) {
        auto next_word = Clock::now() + 10s;
        while (!is_stopping()) {
            if (greets(socket, 1s)) {
                lock.publish(socket.string());
                set_state(State::ready);
                return std::nullopt;
            }
            if (auto status = child.wait(5ms, stop_requested.get())) return status;
            if (Clock::now() > next_word) {
                spdlog::info("the database is still starting (recovering, perhaps)");
                next_word += 10s;
            }
        }
        return std::nullopt;
    }

    process::ExitStatus end(process::Child& child) {
        child.send_signal(SIGTERM);
        const auto deadline = Clock::now() + stop_patience;
        while (Clock::now() < deadline)
            if (auto status = child.wait(1s)) return *status;
        spdlog::error("the database did not end within {} s: killing it", stop_patience.count());
        child.send_signal(SIGKILL);
        ended_by_itself = false;
        return child.wait(60s).value_or(process::ExitStatus{.code = 0, .signal = SIGKILL});
    }

    bool stop(std::chrono::seconds at_most) {
        {
            const std::lock_guard guard{mutex};
            stopping = true;
            stop_patience = at_most;
        }
        const std::uint64_t one = 1;
        (void)!::write(stop_requested.get(), &one, sizeof one);
        if (thread.joinable()) thread.join();
        return ended_by_itself;
    }
};

PrivateMariadb::PrivateMariadb(PrivateMariadbOptions options) : options_{std::move(options)} {}

PrivateMariadb::~PrivateMariadb() {
    stop();
}

tl::expected<Endpoint, StartError> PrivateMariadb::start() {
    const Layout layout{options_.data_directory};
    const auto program = find_program();
    const auto installed = installed_mariadb_version();
    if (!program || installed.empty())
        return failure("mariadb_missing",
                       "mariadbd is not installed: install mariadb-server-core, or set database.url "
                       "to use a database elsewhere");
    if (user_name().empty())
        return failure("start_failed", fmt::format("User {} has no name on this machine, and the private database lets "
                                                   "its users in by name: add one (useradd), or set database.url",
                                                   ::geteuid()));
    auto lock = DataDirectoryLock::take(layout.data);
    if (!lock) return tl::unexpected{lock.error()};
    const auto socket = socket_path(layout);
    if (!socket) return tl::unexpected{socket.error()};
    if (auto refused = refuse_newer(layout, installed)) return tl::unexpected{*refused};

    end_orphans(layout);
    std::error_code none_yet;
    if (fs::file_size(layout.error_log(), none_yet) > error_log_limit && !none_yet)
        fs::rename(layout.error_log(), layout.data / "mariadb.log.1");
    if (!fs::exists(layout.tables()))
        if (auto failed = bootstrap(layout, *program, options_)) return tl::unexpected{*failed};
    write_first_statements(layout);

    supervisor_ = std::make_unique<Supervisor>(layout, *program, *socket, std::move(*lock), options_);
    std::unique_lock guard{supervisor_->mutex};
    supervisor_->changed.wait(guard, [&] { return supervisor_->state != Supervisor::State::starting; });
    if (supervisor_->state != Supervisor::State::ready) {
        auto message = fmt::format("The database could not be started ({}); its log {} ends with:{}",
                                   supervisor_->failure_message, layout.error_log().string(), tail(layout.error_log()));
        guard.unlock();
        stop();
        return failure("start_failed", std::move(message));
    }
    write_stamp(layout, {installed, read_stamp(layout).schema});
    return endpoint_at(socket->string());
}

void PrivateMariadb::record_schema(int migration_number) const {
    const Layout layout{options_.data_directory};
    write_stamp(layout, {read_stamp(layout).mariadb, migration_number});
}

bool PrivateMariadb::stop(std::chrono::seconds at_most) {
    if (!supervisor_) return true;
    const bool by_itself = supervisor_->stop(at_most);
    supervisor_.reset();
    return by_itself;
}

int PrivateMariadb::restarts() const {
    if (!supervisor_) return 0;
    const std::lock_guard guard{supervisor_->mutex};
    return supervisor_->restarts;
}

int PrivateMariadb::pid() const {
    if (!supervisor_) return 0;
    const std::lock_guard guard{supervisor_->mutex};
    return supervisor_->pid;
}

tl::expected<Endpoint, StartError> find_running_database(const fs::path& data_directory, std::chrono::seconds at_most) {
    const Layout layout{data_directory};
    const auto deadline = Clock::now() + at_most;
    for (;;) {
        const auto holder = find_holder(layout.data);
        if (!holder) return failure("not_running", fmt::format("No Callout runs on {}", layout.data.string()));
        if (!holder->socket.empty() && greets(holder->socket, 1s)) return endpoint_at(holder->socket);
        if (Clock::now() > deadline)
            return failure("start_failed", fmt::format("Process {} holds {}, but its database does not answer",
                                                       holder->pid, layout.data.string()));
        std::this_thread::sleep_for(20ms);
    }
}

std::string installed_mariadb_version() {
    const auto program = find_program();
    if (!program) return {};
    // "/usr/sbin/mariadbd  Ver 10.11.6-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)"
    std::array<char, 256> line{};
    FILE* output = ::popen((program->string() + " --no-defaults --version 2>/dev/null").c_str(), "r");
    if (output == nullptr) return {};
    const bool read = std::fgets(line.data(), line.size(), output) != nullptr;
    ::pclose(output);
    std::istringstream words{read ? line.data() : ""};
    for (std::string word; words >> word;)
        if (word == "Ver" && words >> word) return word.substr(0, word.find('-'));
    return {};
}

}  // namespace callout::storage
