// A file descriptor that is closed exactly once.
#pragma once

#include <unistd.h>

#include <utility>

namespace callout::process {

class FileDescriptor {
public:
    FileDescriptor() = default;

    explicit FileDescriptor(int number) : number_{number} {}

    ~FileDescriptor() { reset(); }

    FileDescriptor(FileDescriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}

    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        if (this != &other) {
            reset();
            number_ = std::exchange(other.number_, -1);
        }
        return *this;
    }

    explicit operator bool() const { return number_ >= 0; }

    int get() const { return number_; }

    void reset() {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }

private:
    int number_ = -1;
};

}  // namespace callout::process
