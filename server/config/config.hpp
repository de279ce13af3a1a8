// Every value an installation may set, already checked: whoever is handed a Config may believe it.
//
// A member is named like its key: config.http.port is http.port in the file, CALLOUT_HTTP_PORT in the environment and
// --set http.port=… on the command line. server/config/keys.cpp describes and bounds each of them.
#pragma once

#include <string>
#include <vector>

namespace callout::config {

struct Http {
    std::string address = "127.0.0.1";
    int port = 8080;
    int threads = 0;
    std::string tls_certificate;
    std::string tls_key;
    std::vector<std::string> trusted_proxies;
    std::vector<std::string> public_origin;
    std::string web_root;
    int body_limit_bytes = 1024 * 1024;
    int header_limit_bytes = 16 * 1024;
    int connections = 12'000;
    int connections_per_address = 2'000;
    int idle_timeout_s = 75;
    int request_timeout_s = 30;
    int shutdown_timeout_s = 10;
};

struct Stream {
    int queue_events = 512;
    int queue_bytes = 512 * 1024;
    int resume_events = 5'000;
    int ping_interval_s = 20;
};

struct Database {
    std::string url;
    int connections = 16;
    int queue_limit = 2'000;
    int statement_timeout_s = 30;
    int private_buffer_pool_mib = 512;
    int private_redo_log_mib = 256;
};

struct Log {
    std::string level = "info";
    std::string file;
    bool json = false;
    int rotate_mib = 64;
    int rotate_files = 5;
};

struct Dispatch {
    int confirm_within_min = 15;
    int confirm_urgent_within_min = 5;
    int technician_named_within_min = 15;
    int failures_to_office = 2;
    int failures_to_headquarters = 3;
    int callback_due_h = 24;
    int callback_attempts = 3;
    int callback_retry_after_h = 4;
    int answered_closes_after_h = 72;
};

struct Planning {
    bool background = true;
    int cpu_budget_pct = 10;
    int search_ms = 700;
    int interval_s = 60;
};

struct Telephony {
    std::string token;
    int ring_timeout_s = 60;
};

struct Security {
    int session_idle_min = 12 * 60;
    int session_lifetime_h = 7 * 24;
    int free_failures_of_account = 5;
    int free_failures_of_address = 30;
    int longest_wait_s = 300;
    int argon2_passes = 2;
    int argon2_memory_kib = 65'536;
    int password_threads = 2;
    int password_queue_limit = 64;
};

struct Region {
    std::string phone = "CN";
    std::string timezone = "Asia/Shanghai";
};

struct Config {
    std::string data_directory = "var";
    Http http;
    Stream stream;
    Database database;
    Log log;
    Dispatch dispatch;
    Planning planning;
    Telephony telephony;
    Security security;
    Region region;
};

}  // namespace callout::config
