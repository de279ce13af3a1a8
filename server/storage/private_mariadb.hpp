// Callout's own database: a mariadbd on a Unix socket in the data directory, started, watched, restarted and stopped by
// us, and by nobody else.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "server/storage/data_directory.hpp"
#include "server/storage/endpoint.hpp"

namespace callout::storage {

struct PrivateMariadbOptions {
    // The database lies in <data_directory>/mariadb.
    std::filesystem::path data_directory;
    int buffer_pool_mib = 512;
    int redo_log_mib = 256;
    // Called from the watching thread each time the database died without being asked to; it is being restarted.
    std::function<void(const std::string& how)> on_death;
};

class PrivateMariadb {
public:
    explicit PrivateMariadb(PrivateMariadbOptions options);
    // Stops it.
    ~PrivateMariadb();
    PrivateMariadb(const PrivateMariadb&) = delete;
    PrivateMariadb& operator=(const PrivateMariadb&) = delete;

    // Locks the data directory, makes the database the first time, waits for one that an earlier Callout left behind,
    // starts it, and answers when it accepts connections. Blocks: not for a thread that serves. From then on a
    // database that dies is started again, after a pause that grows from 100 ms to 10 s.
    tl::expected<Endpoint, StartError> start();

    // Writes down which schema the database holds, so that an older Callout refuses it.
    void record_schema(int migration_number) const;

    // Asks it to end and waits until it has; kills it after the time. True when it ended by itself. Idempotent.
    bool stop(std::chrono::seconds at_most = std::chrono::seconds{60});

    // How often it was started again.
    int restarts() const;

    // The process id of the running mariadbd, 0 when there is none.
    int pid() const;

private:
    struct Supervisor;
    PrivateMariadbOptions options_;
    std::unique_ptr<Supervisor> supervisor_;
};

// Where a running Callout's private database listens, for a tool beside it. Waits for one that is just starting. Fails
// with not_running when nobody holds the data directory.
tl::expected<Endpoint, StartError> find_running_database(const std::filesystem::path& data_directory,
                                                         std::chrono::seconds at_most = std::chrono::seconds{30});

// The version of the mariadbd that would be started, e.g. "10.11.6"; empty when there is none.
std::string installed_mariadb_version();

}  // namespace callout::storage
