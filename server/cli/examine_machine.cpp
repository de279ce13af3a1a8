#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "server/cli/command.hpp"
#include "server/cli/findings.hpp"
#include "server/http/web_root.hpp"
#include "server/storage/data_directory.hpp"
#include "server/storage/private_mariadb.hpp"

namespace callout::cli {
namespace {

namespace fs = std::filesystem;
constexpr double gib = 1024.0 * 1024 * 1024;

// The memory a new program could have, by the kernel's own estimate.
double available_memory() {
    std::ifstream file{"/proc/meminfo"};
    for (std::string name; file >> name;) {
        double kib = 0;
        if (name == "MemAvailable:" && file >> kib) return kib * 1024;
        std::getline(file, name);
    }
    return 0;
}

Finding memory(const config::Config& config) {
    const double available = available_memory();
    const auto text = fmt::format("{:.1f} GiB available", available / gib);
    const double wanted =
        0.5 * gib + (config.database.url.empty() ? config.database.private_buffer_pool_mib : 0) * 1048576.0;
    if (available >= wanted) return {Grade::ok, "memory", text, ""};
    return {
        Grade::warn, "memory", text,
        fmt::format("Callout with this configuration wants {:.1f} GiB: lower database.private_buffer_pool_mib or give "
                    "the machine more",
                    wanted / gib)};
}

// The directory, or the nearest one above that exists already.
fs::path existing(fs::path path) {
    path = fs::absolute(path).lexically_normal();
    while (!fs::exists(path) && path.has_parent_path() && path != path.parent_path()) path = path.parent_path();
    return path;
}

Finding disk(const config::Config& config) {
    struct statvfs found {};

    if (::statvfs(existing(config.data_directory).c_str(), &found) != 0)
        return {Grade::fail, "disk", "its free space cannot be told", "check data_directory"};
    const double available = static_cast<double>(found.f_bavail) * static_cast<double>(found.f_frsize);
    const auto text = fmt::format("{:.1f} GiB free for {}", available / gib, config.data_directory);
    if (available < 0.5 * gib) return {Grade::fail, "disk", text, "make room: a database that cannot write stops"};
    if (available < 5 * gib)
        return {Grade::warn, "disk", text, "a million tickets take about 5 GiB: make room in time"};
    return {Grade::ok, "disk", text, ""};
}

Finding descriptors(const config::Config& config) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const auto wanted =
        static_cast<rlim_t>(config.http.connections) + 4 * static_cast<rlim_t>(config.database.connections) + 100;
    const auto text = fmt::format("{} descriptors allowed", limit.rlim_max);
    if (limit.rlim_max >= wanted) return {Grade::ok, "descriptors", text, ""};
    return {Grade::warn, "descriptors", text,
            fmt::format("http.connections = {} needs {}: raise LimitNOFILE of the service, or ulimit -n",
                        config.http.connections, wanted)};
}

Finding clock() {
    timex state{};
    const int answer = ::adjtimex(&state);
    if (answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0)
        return {Grade::ok, "machine's clock", "kept by a time service", ""};
    return {Grade::warn, "machine's clock", "no time service keeps it",
            "deadlines and evidence are only as right as the clock: install systemd-timesyncd or chrony"};
}

Finding web_pages(const config::Config& config) {
    const auto root = http::find_web_root(config.http.web_root);
    if (!root) return {Grade::warn, "web pages", "not built", "scripts/build web, or set http.web_root"};
    return {Grade::ok, "web pages", root->string(), ""};
}

Finding mariadb() {
    const auto version = storage::installed_mariadb_version();
    if (version.empty())
        return {Grade::fail, "mariadbd", "not installed", "apt install mariadb-server-core, or set database.url"};
    return {Grade::ok, "mariadbd", version, ""};
}

Finding tls(const config::Config& config) {
    if (const auto mistake = mistake_of_tls(config))
        return {Grade::fail, "https", *mistake, "set http.tls_certificate and http.tls_key to a pair"};
    if (!config.http.tls_certificate.empty()) return {Grade::ok, "https", config.http.tls_certificate, ""};
    const bool local = config.http.address == "127.0.0.1" || config.http.address == "::1";
    if (local || !config.http.trusted_proxies.empty()) return {Grade::ok, "https", "off", ""};
    return {Grade::warn, "https", fmt::format("off, and {} can be reached from elsewhere", config.http.address),
            "set http.tls_certificate and http.tls_key, or put a proxy in front and name it in http.trusted_proxies"};
}

}  // namespace

void examine_machine(const config::Config& config, Findings& findings) {
    const auto cores = std::thread::hardware_concurrency();
    findings.push_back({cores >= 2 ? Grade::ok : Grade::warn, "processors", fmt::format("{}", cores),
                        cores >= 2 ? "" : "one core serves a small desk only"});
    findings.push_back(memory(config));
    findings.push_back(disk(config));
    findings.push_back(descriptors(config));
    findings.push_back(clock());
    findings.push_back(tls(config));
    findings.push_back(web_pages(config));
    if (config.database.url.empty()) findings.push_back(mariadb());
}

void examine_data_directory(const config::Config& config, Findings& findings) {
    const fs::path directory = config.data_directory;
    const auto add = [&](Grade grade, std::string text, std::string advice) {
        findings.push_back({grade, "data directory", std::move(text), std::move(advice)});
    };

    struct stat found {};

    if (::stat(directory.c_str(), &found) != 0) {
        const auto parent = existing(directory);
        const bool can_make = ::access(parent.c_str(), W_OK) == 0;
        return add(can_make ? Grade::ok : Grade::fail, fmt::format("{} is not there yet", directory.string()),
                   can_make ? "" : fmt::format("{} cannot be written by this user", parent.string()));
    }
    if (!S_ISDIR(found.st_mode)) return add(Grade::fail, directory.string() + " is no directory", "set data_directory");
    if (::access(directory.c_str(), W_OK | X_OK) != 0)
        return add(Grade::fail, directory.string() + " cannot be written by this user",
                   "chown it, or run as its owner");
    if ((found.st_mode & 077) != 0)
        add(Grade::warn, directory.string() + " can be entered by others", "chmod 700 " + directory.string());
    const auto holder = storage::find_holder(directory);
    add(Grade::ok,
        holder ? fmt::format("{}, in use by Callout (process {})", directory.string(), holder->pid)
               : fmt::format("{}, in use by nobody", directory.string()),
        "");
}

}  // namespace callout::cli
