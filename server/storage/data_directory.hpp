// The data directory belongs to one process at a time: who holds it has the lock, and everybody else can read who.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "server/process/file_descriptor.hpp"

namespace callout::storage {

struct StartError {
    // data_directory_unusable, data_directory_locked, written_by_newer_version, mariadb_missing, bootstrap_failed,
    // start_failed
    std::string code;
    std::string message;
};

// Who holds a data directory.
struct Holder {
    pid_t pid = 0;
    // Where its database listens; empty while it is still starting.
    std::string socket;
};

class DataDirectoryLock {
public:
    // Creates the directory (mode 0700) where it is missing and locks it. The lock ends with the process, also when it
    // is killed. Fails with data_directory_unusable or data_directory_locked (the message names the holder's pid).
    static tl::expected<DataDirectoryLock, StartError> take(const std::filesystem::path& directory);

    // Tells others where the database listens.
    void publish(const std::string& socket) const;

private:
    explicit DataDirectoryLock(process::FileDescriptor file) : file_{std::move(file)} {}

    process::FileDescriptor file_;
};

// The live holder of a data directory; nothing when nobody holds it. Changes nothing.
std::optional<Holder> find_holder(const std::filesystem::path& directory);

}  // namespace callout::storage
