#include "server/config/keys.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>

#include "server/config/database_url.hpp"

namespace callout::config {
namespace {

// ---- what a text must be

bool is_address(const std::string& text) {
    in_addr v4{};
    in6_addr v6{};
    return ::inet_pton(AF_INET, text.c_str(), &v4) == 1 || ::inet_pton(AF_INET6, text.c_str(), &v6) == 1;
}

std::string address_complaint(const std::string& text) {
    return is_address(text) ? "" : "is not an IPv4 or IPv6 address";
}

std::string network_complaint(const std::string& text) {
    const auto slash = text.find('/');
    const auto address = text.substr(0, slash);
    if (!is_address(address)) return "is not an address or a network like 10.0.0.0/8";
    if (slash == std::string::npos) return "";
    int bits = -1;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + slash + 1, end, bits);
    const int widest = address.find(':') == std::string::npos ? 32 : 128;
    const bool good = parsed.ec == std::errc{} && parsed.ptr == end && bits >= 0 && bits <= widest;
    return good ? "" : fmt::format("needs a prefix length from 0 to {}", widest);
}

std::string origin_complaint(const std::string& text) {
    const bool https = text.starts_with("https://");
    const auto host = text.substr(std::min(text.size(), https ? std::size_t{8} : std::size_t{7}));
    if ((!https && !text.starts_with("http://")) || host.empty() || host.find_first_of("/?#@ ") != std::string::npos)
        return "is not an origin like https://desk.example.com (no path, no '/' at the end)";
    return "";
}

std::string readable_file_complaint(const std::string& text) {
    if (text.empty() || ::access(text.c_str(), R_OK) == 0) return "";
    return "is not a file that can be read";
}

std::string directory_complaint(const std::string& text) {
    return text.empty() || std::filesystem::is_directory(text) ? "" : "is not a directory";
}

std::string not_empty_complaint(const std::string& text) {
    return text.empty() ? "must not be empty" : "";
}

std::string timezone_complaint(const std::string& text) {
    const bool sane = !text.empty() && text.front() != '/' && text.find("..") == std::string::npos;
    if (sane && std::filesystem::is_regular_file("/usr/share/zoneinfo/" + text)) return "";
    return "is not a time zone like Asia/Shanghai";
}

std::string region_complaint(const std::string& text) {
    const bool good =
        text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return good ? "" : "is not a country in two capital letters";
}

std::string token_complaint(const std::string& text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    });
    if (!plain) return "may hold letters, digits, '-' and '_' only: it is part of a path";
    return text.empty() || text.size() >= 16 ? "" : "is too short for a secret: at least 16 characters";
}

std::string url_complaint(const std::string& text) {
    if (text.empty()) return "";
    const auto parsed = parse_database_url(text);
    return parsed ? "" : parsed.error();
}

// ---- the list

std::vector<Key> make_keys() {
    constexpr int kib = 1024;
    return {
        {.name = "data_directory",
         .place = [](Config& c) -> Place { return &c.data_directory; },
         .description = "Where Callout keeps what is its own: the private database, the search index. One running "
                        "Callout a directory.",
         .complaint = not_empty_complaint},

        {.name = "http.address",
         .place = [](Config& c) -> Place { return &c.http.address; },
         .description = "Address to listen on; 0.0.0.0 or :: for all of the machine's.",
         .complaint = address_complaint},
        {.name = "http.port",
         .place = [](Config& c) -> Place { return &c.http.port; },
         .description = "Port to listen on; 0 takes a free one.",
         .maximum = 65535},
        {.name = "http.threads",
         .place = [](Config& c) -> Place { return &c.http.threads; },
         .description = "Threads that serve connections; 0 means one a core.",
         .maximum = 256},
        {.name = "http.tls_certificate",
         .place = [](Config& c) -> Place { return &c.http.tls_certificate; },
         .description = "PEM file with the certificate and its chain; with http.tls_key turns on https.",
         .complaint = readable_file_complaint},
        {.name = "http.tls_key",
         .place = [](Config& c) -> Place { return &c.http.tls_key; },
         .description = "PEM file with the certificate's private key.",
         .complaint = readable_file_complaint},
        {.name = "http.trusted_proxies",
         .place = [](Config& c) -> Place { return &c.http.trusted_proxies; },
         .description = "Addresses or networks of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are "
                        "believed.",
         .complaint = network_complaint},
        {.name = "http.public_origin",
         .place = [](Config& c) -> Place { return &c.http.public_origin; },
         .description = "Origins under which browsers reach this Callout, when a proxy changes the host.",
         .complaint = origin_complaint},
        {.name = "http.web_root",
         .place = [](Config& c) -> Place { return &c.http.web_root; },
         .description = "Directory of the built web pages; empty finds them beside the program.",
         .complaint = directory_complaint},
        {.name = "http.body_limit_bytes",
         .place = [](Config& c) -> Place { return &c.http.body_limit_bytes; },
         .description = "Largest body of a request; a larger one is answered with 413.",
         .minimum = kib,
         .maximum = 256 * kib* kib},
        {.name = "http.header_limit_bytes",
         .place = [](Config& c) -> Place { return &c.http.header_limit_bytes; },
         .description = "Largest head of a request; a larger one is answered with 431.",
         .minimum = kib,
         .maximum = kib* kib},
        {.name = "http.connections",
         .place = [](Config& c) -> Place { return &c.http.connections; },
         .description = "Most connections at a time, consoles included.",
         .minimum = 1,
         .maximum = 1'000'000},
        {.name = "http.connections_per_address",
         .place = [](Config& c) -> Place { return &c.http.connections_per_address; },
         .description = "Most connections at a time from one address; an office may share one.",
         .minimum = 1,
         .maximum = 1'000'000},
        {.name = "http.idle_timeout_s",
         .place = [](Config& c) -> Place { return &c.http.idle_timeout_s; },
         .description = "A connection without a request is closed after this.",
         .minimum = 1,
         .maximum = 3600},
        {.name = "http.request_timeout_s",
         .place = [](Config& c) -> Place { return &c.http.request_timeout_s; },
         .description = "A request must have arrived, and an answer been taken, within this.",
         .minimum = 1,
         .maximum = 3600},
        {.name = "http.shutdown_timeout_s",
         .place = [](Config& c) -> Place { return &c.http.shutdown_timeout_s; },
         .description = "What runs when Callout is told to stop has this long to finish.",
         .minimum = 1,
         .maximum = 600},

        {.name = "stream.queue_events",
         .place = [](Config& c) -> Place { return &c.stream.queue_events; },
         .description = "Events that may wait for a slow console; past it the console is told to resync.",
         .minimum = 16,
         .maximum = 1'000'000},
        {.name = "stream.queue_bytes",
         .place = [](Config& c) -> Place { return &c.stream.queue_bytes; },
         .description = "The same in bytes.",
         .minimum = 16 * kib,
         .maximum = 64 * kib* kib},
        {.name = "stream.resume_events",
         .place = [](Config& c) -> Place { return &c.stream.resume_events; },
         .description = "Events a console that comes back is sent at most; one that missed more is told to resync.",
         .maximum = 1'000'000},
        {.name = "stream.ping_interval_s",
         .place = [](Config& c) -> Place { return &c.stream.ping_interval_s; },
         .description = "A silent console is asked whether it is still there after this.",
         .minimum = 1,
         .maximum = 3600},

        {.name = "database.url",
         .place = [](Config& c) -> Place { return &c.database.url; },
         .description = "MariaDB or MySQL to use: mysql://user:password@host:3306/schema?tls_ca=/path/ca.pem, or "
                        "mysql://user@localhost/schema?socket=/run/mysqld/mysqld.sock. Empty: Callout runs its own in "
                        "the data directory.",
         .secret = true,
         .complaint = url_complaint},
        {.name = "database.connections",
         .place = [](Config& c) -> Place { return &c.database.connections; },
         .description = "Connections to the database, and threads that work on them.",
         .minimum = 1,
         .maximum = 256},
        {.name = "database.queue_limit",
         .place = [](Config& c) -> Place { return &c.database.queue_limit; },
         .description = "Requests that may wait for a connection; one more is answered with 503.",
         .minimum = 1,
         .maximum = 1'000'000},
        {.name = "database.statement_timeout_s",
         .place = [](Config& c) -> Place { return &c.database.statement_timeout_s; },
         .description = "A connect or one statement that takes longer has failed.",
         .minimum = 1,
         .maximum = 3600},
        {.name = "database.private_buffer_pool_mib",
         .place = [](Config& c) -> Place { return &c.database.private_buffer_pool_mib; },
         .description = "Memory of the private database for pages; half of the machine's is not too much.",
         .minimum = 16,
         .maximum = 1024 * 1024},
        {.name = "database.private_redo_log_mib",
         .place = [](Config& c) -> Place { return &c.database.private_redo_log_mib; },
         .description = "Redo log of the private database; a larger one makes writing steadier and recovery longer.",
         .minimum = 8,
         .maximum = 64 * 1024},

        {.name = "log.level",
         .place = [](Config& c) -> Place { return &c.log.level; },
         .description = "The least that is logged.",
         .choices = {"trace", "debug", "info", "warn", "error"}},
        {.name = "log.file",
         .place = [](Config& c) -> Place { return &c.log.file; },
         .description = "File to log to; empty: standard error."},
        {.name = "log.json",
         .place = [](Config& c) -> Place { return &c.log.json; },
         .description = "One JSON object a line instead of text."},
        {.name = "log.rotate_mib",
         .place = [](Config& c) -> Place { return &c.log.rotate_mib; },
         .description = "A log file that has grown to this is put aside.",
         .minimum = 1,
         .maximum = 2047},
        {.name = "log.rotate_files",
         .place = [](Config& c) -> Place { return &c.log.rotate_files; },
         .description = "How many put aside are kept.",
         .maximum = 1000},

        {.name = "dispatch.confirm_within_min",
         .place = [](Config& c) -> Place { return &c.dispatch.confirm_within_min; },
         .description = "A dealer confirms an offer within this, or it goes back; half of it reminds him.",
         .minimum = 1,
         .maximum = 10'080},
        {.name = "dispatch.confirm_urgent_within_min",
         .place = [](Config& c) -> Place { return &c.dispatch.confirm_urgent_within_min; },
         .description = "The same for an urgent ticket.",
         .minimum = 1,
         .maximum = 10'080},
        {.name = "dispatch.technician_named_within_min",
         .place = [](Config& c) -> Place { return &c.dispatch.technician_named_within_min; },
         .description = "A dealer who confirmed names the technician within this.",
         .minimum = 1,
         .maximum = 10'080},
        {.name = "dispatch.failures_to_office",
         .place = [](Config& c) -> Place { return &c.dispatch.failures_to_office; },
         .description = "After so many offers that failed the regional office is told.",
         .minimum = 1,
         .maximum = 100},
        {.name = "dispatch.failures_to_headquarters",
         .place = [](Config& c) -> Place { return &c.dispatch.failures_to_headquarters; },
         .description = "After so many headquarters is told.",
         .minimum = 1,
         .maximum = 100},
        {.name = "dispatch.callback_due_h",
         .place = [](Config& c) -> Place { return &c.dispatch.callback_due_h; },
         .description = "Hours after the repair within which the customer is called back.",
         .minimum = 1,
         .maximum = 8'760},
        {.name = "dispatch.callback_attempts",
         .place = [](Config& c) -> Place { return &c.dispatch.callback_attempts; },
         .description = "After so many calls that reached nobody the customer counts as unreached.",
         .minimum = 1,
         .maximum = 100},
        {.name = "dispatch.callback_retry_after_h",
         .place = [](Config& c) -> Place { return &c.dispatch.callback_retry_after_h; },
         .description = "Hours from a call that reached nobody to the next one.",
         .minimum = 1,
         .maximum = 8'760},
        {.name = "dispatch.answered_closes_after_h",
         .place = [](Config& c) -> Place { return &c.dispatch.answered_closes_after_h; },
         .description = "Hours after which an enquiry that was answered closes by itself.",
         .minimum = 1,
         .maximum = 8'760},

        {.name = "planning.background",
         .place = [](Config& c) -> Place { return &c.planning.background; },
         .description = "Plan an office's day anew when something has happened there, and propose it."},
        {.name = "planning.cpu_budget_pct",
         .place = [](Config& c) -> Place { return &c.planning.cpu_budget_pct; },
         .description = "What the planner in the background may use of one core, over time, in percent.",
         .minimum = 1,
         .maximum = 100},
        {.name = "planning.search_ms",
         .place = [](Config& c) -> Place { return &c.planning.search_ms; },
         .description = "How long a plan of one office's day is searched for, in milliseconds.",
         .minimum = 10,
         .maximum = 10'000},
        {.name = "planning.interval_s",
         .place = [](Config& c) -> Place { return &c.planning.interval_s; },
         .description = "An office's day is planned anew in the background no more often than this, in seconds.",
         .minimum = 1,
         .maximum = 3'600},

        {.name = "telephony.token",
         .place = [](Config& c) -> Place { return &c.telephony.token; },
         .description = "The secret in the path to which the telephone system reports: "
                        "/api/v1/calls/events/TOKEN. Empty: its reports are refused.",
         .secret = true,
         .complaint = token_complaint},
        {.name = "telephony.ring_timeout_s",
         .place = [](Config& c) -> Place { return &c.telephony.ring_timeout_s; },
         .description = "A ring whose end is never reported counts as over after this.",
         .minimum = 5,
         .maximum = 3600},

        {.name = "security.session_idle_min",
         .place = [](Config& c) -> Place { return &c.security.session_idle_min; },
         .description = "A session that is not used ends after this.",
         .minimum = 1,
         .maximum = 527'040},
        {.name = "security.session_lifetime_h",
         .place = [](Config& c) -> Place { return &c.security.session_lifetime_h; },
         .description = "A session ends this long after the sign-in, used or not.",
         .minimum = 1,
         .maximum = 8'784},
        {.name = "security.free_failures_of_account",
         .place = [](Config& c) -> Place { return &c.security.free_failures_of_account; },
         .description = "Wrong passwords of one account before each next try has to wait, twice as long each time.",
         .minimum = 1,
         .maximum = 1000},
        {.name = "security.free_failures_of_address",
         .place = [](Config& c) -> Place { return &c.security.free_failures_of_address; },
         .description = "The same of one address; an office may share one.",
         .minimum = 1,
         .maximum = 100'000},
        {.name = "security.longest_wait_s",
         .place = [](Config& c) -> Place { return &c.security.longest_wait_s; },
         .description = "The wait grows no longer than this.",
         .minimum = 1,
         .maximum = 86'400},
        {.name = "security.argon2_passes",
         .place = [](Config& c) -> Place { return &c.security.argon2_passes; },
         .description = "Passes of argon2id over its memory for one password.",
         .minimum = 1,
         .maximum = 64},
        {.name = "security.argon2_memory_kib",
         .place = [](Config& c) -> Place { return &c.security.argon2_memory_kib; },
         .description = "Memory of argon2id for one password.",
         .minimum = 8,
         .maximum = 4'194'304},
        {.name = "security.password_threads",
         .place = [](Config& c) -> Place { return &c.security.password_threads; },
         .description = "Passwords checked at a time; each takes argon2_memory_kib.",
         .minimum = 1,
         .maximum = 64},
        {.name = "security.password_queue_limit",
         .place = [](Config& c) -> Place { return &c.security.password_queue_limit; },
         .description = "Sign-ins that may wait; one more is answered with 503.",
         .minimum = 1,
         .maximum = 100'000},

        {.name = "region.phone",
         .place = [](Config& c) -> Place { return &c.region.phone; },
         .description = "Country of telephone numbers written without a country code.",
         .complaint = region_complaint},
        {.name = "region.timezone",
         .place = [](Config& c) -> Place { return &c.region.timezone; },
         .description = "Time zone of the desk: of calendars and reports without one of their own.",
         .complaint = timezone_complaint},
    };
}

// Letters to insert, delete, replace, or swap with their neighbour to get from one text to the other.
std::size_t edit_distance(std::string_view from, std::string_view to) {
    std::vector<std::vector<std::size_t>> cost(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
    for (std::size_t i = 0; i <= from.size(); ++i) cost[i][0] = i;
    for (std::size_t j = 0; j <= to.size(); ++j) cost[0][j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i)
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t replace = cost[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            cost[i][j] = std::min({replace, cost[i - 1][j] + 1, cost[i][j - 1] + 1});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    return cost[from.size()][to.size()];
}

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

struct ValueText {
    std::string operator()(const std::string* text) const { return quoted(*text); }

    std::string operator()(const int* number) const { return std::to_string(*number); }

    std::string operator()(const bool* truth) const { return *truth ? "true" : "false"; }

    std::string operator()(const std::vector<std::string>* texts) const {
        std::string result;
        for (const auto& text : *texts) result += (result.empty() ? "" : ", ") + quoted(text);
        return "[" + result + "]";
    }
};

std::string_view section_of(const Key& key) {
    const auto dot = key.name.find('.');
    return dot == std::string_view::npos ? std::string_view{} : key.name.substr(0, dot);
}

std::string allowed(const Key& key) {
    if (!key.choices.empty()) return fmt::format("{}", fmt::join(key.choices, ", "));
    Config defaults;
    if (!std::holds_alternative<int*>(key.place(defaults))) return std::string{type_name(key)};
    if (key.maximum == std::numeric_limits<int>::max()) return fmt::format("from {}", key.minimum);
    return fmt::format("{} to {}", key.minimum, key.maximum);
}

}  // namespace

const std::vector<Key>& keys() {
    static const std::vector<Key> all = make_keys();
    return all;
}

const Key* find_key(std::string_view name) {
    const auto found = std::find_if(keys().begin(), keys().end(), [&](const Key& key) { return key.name == name; });
    return found != keys().end() ? &*found : nullptr;
}

std::string_view nearest_key(std::string_view mistyped) {
    const auto without_section = [](std::string_view name) { return name.substr(name.find('.') + 1); };
    const auto distance = [&](std::string_view name) -> std::size_t {
        // In another section or none, "port" means http.port; cut short, "data" means data_directory.
        if (without_section(name) == without_section(mistyped)) return 1;
        if (name.starts_with(mistyped) || without_section(name).starts_with(mistyped)) return 2;
        return edit_distance(mistyped, name);
    };
    return std::ranges::min_element(keys(), {}, [&](const Key& key) { return distance(key.name); })->name;
}

std::string environment_name(const Key& key) {
    std::string name = "CALLOUT_";
    for (const char c : key.name)
        name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

std::string_view type_name(const Key& key) {
    struct Name {
        std::string_view operator()(const std::string*) const { return "text"; }

        std::string_view operator()(const int*) const { return "number"; }

        std::string_view operator()(const bool*) const { return "true or false"; }

        std::string_view operator()(const std::vector<std::string>*) const { return "list of texts"; }
    };

    Config defaults;
    return std::visit(Name{}, key.place(defaults));
}

std::string value_text(const Key& key, const Config& config) {
    Config copy = config;
    return std::visit(ValueText{}, key.place(copy));
}

std::string masked_text(const Key& key, const Config& config) {
    Config copy = config;
    const Place place = key.place(copy);
    auto* const* text = std::get_if<std::string*>(&place);
    if (key.secret && text != nullptr && !(*text)->empty())
        **text = key.name == "database.url" ? mask_password(**text) : "***";
    return value_text(key, copy);
}

std::string reference() {
    std::string text;
    std::string_view section = "none yet";
    const Config defaults;
    for (const auto& key : keys()) {
        if (section_of(key) != section) {
            section = section_of(key);
            text += section.empty() ? "### (no section)\n\n" : fmt::format("\n### `[{}]`\n\n", section);
            text += "| Key | Default | Allowed | What it is |\n|---|---|---|---|\n";
        }
        text += fmt::format("| `{}` | `{}` | {} | {} |\n", key.name, value_text(key, defaults), allowed(key),
                            key.description);
    }
    return text;
}

}  // namespace callout::config
