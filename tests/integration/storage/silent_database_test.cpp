// A database that neither answers nor refuses: its machine hangs, or the network swallows what is sent.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <stdexcept>

#include "server/process/file_descriptor.hpp"
#include "server/storage/database.hpp"

namespace callout::storage {
namespace {

using namespace std::chrono_literals;

class SilentDatabase : public testing::Test {
protected:
    // Takes connections, and says nothing on them.
    SilentDatabase() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
            ::listen(listener_.get(), 8) != 0 ||
            ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw std::runtime_error{"cannot listen"};
        endpoint_.host = "127.0.0.1";
        endpoint_.port = ntohs(address.sin_port);
    }

    process::FileDescriptor listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    Endpoint endpoint_;
};

TEST_F(SilentDatabase, IsWaitedForOnceAndThenGone) {
    Database database{endpoint_, {.connections = 1, .statement_timeout = 2s}};
    const auto began = std::chrono::steady_clock::now();
    EXPECT_THROW(database.transaction([](Connection&) {}), Unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 4s);
}

}  // namespace
}  // namespace callout::storage
