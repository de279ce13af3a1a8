#include "server/storage/data_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace callout::storage {
namespace {

std::filesystem::path lock_file(const std::filesystem::path& directory) {
    return directory / "callout.lock";
}

// A lock of the open file, not of the process: it goes when the last descriptor of it is closed.
struct flock whole_file(short type) {
    struct flock lock {};

    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}

// "pid\nsocket\n", written in one call by the holder alone.
void write_holder(int file, const std::string& socket) {
    const auto text = fmt::format("{}\n{}\n", ::getpid(), socket);
    if (::pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()))
        (void)!::ftruncate(file, static_cast<off_t>(text.size()));
}

Holder read_holder(int file) {
    char buffer[512] = {};
    const auto length = ::pread(file, buffer, sizeof buffer, 0);
    const std::string_view text{buffer, length > 0 ? static_cast<std::size_t>(length) : 0};
    const auto end_of_pid = text.find('\n');
    Holder holder;
    if (end_of_pid == std::string_view::npos) return holder;
    std::from_chars(text.data(), text.data() + end_of_pid, holder.pid);
    const auto end_of_socket = text.find('\n', end_of_pid + 1);
    if (end_of_socket != std::string_view::npos)
        holder.socket = text.substr(end_of_pid + 1, end_of_socket - end_of_pid - 1);
    return holder;
}

}  // namespace

tl::expected<DataDirectoryLock, StartError> DataDirectoryLock::take(const std::filesystem::path& directory) {
    const auto unusable = [&](const std::string& reason) {
        return tl::unexpected{
            StartError{"data_directory_unusable",
                       fmt::format("The data directory {} cannot be used: {}", directory.string(), reason)}};
    };
    std::error_code error;
    const bool created = std::filesystem::create_directories(directory, error);
    if (error) return unusable(error.message());
    if (created) std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);

    process::FileDescriptor file{::open(lock_file(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!file) return unusable(std::strerror(errno));
    auto lock = whole_file(F_WRLCK);
    if (::fcntl(file.get(), F_OFD_SETLK, &lock) != 0) {
        if (errno != EAGAIN && errno != EACCES) return unusable(std::strerror(errno));
        return tl::unexpected{StartError{
            "data_directory_locked", fmt::format("The data directory {} is in use by process {}: stop that one first, "
                                                 "or give this one another --data",
                                                 directory.string(), read_holder(file.get()).pid)}};
    }
    write_holder(file.get(), "");
    return DataDirectoryLock{std::move(file)};
}

void DataDirectoryLock::publish(const std::string& socket) const {
    write_holder(file_.get(), socket);
}

std::optional<Holder> find_holder(const std::filesystem::path& directory) {
    const process::FileDescriptor file{::open(lock_file(directory).c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file) return std::nullopt;
    // Asks without locking, so that asking never stands in the way of somebody who takes the lock.
    auto lock = whole_file(F_RDLCK);
    if (::fcntl(file.get(), F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return std::nullopt;
    return read_holder(file.get());
}

}  // namespace callout::storage
