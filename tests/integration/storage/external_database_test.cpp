// A database that somebody else runs, reached over TCP with TLS, as database.url describes it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <thread>

#include "server/process/child.hpp"
#include "server/storage/connection.hpp"
#include "server/storage/private_mariadb.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"

namespace callout {
namespace {

using namespace std::chrono_literals;
using test::run_callout;
using ::testing::HasSubstr;

int free_port() {
    const process::FileDescriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error{"no free port"};
    return ntohs(address.sin_port);
}

// An authority and a certificate of it for localhost, and a second authority that has nothing to do with them.
void make_certificates(const std::filesystem::path& directory) {
    const auto commands = fmt::format(
        "cd '{}' && exec >/dev/null 2>&1 && "
        "for ca in ca other; do openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=$ca -keyout $ca.key -out "
        "$ca.pem; done && "
        "openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr && "
        "printf 'subjectAltName=DNS:localhost' > names && "
        "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out "
        "server.pem",
        directory.string());
    if (std::system(commands.c_str()) != 0) throw std::runtime_error{"openssl made no certificates"};
}

class ExternalDatabase : public ::testing::Test {
protected:
    // Tables made by the private database's own bootstrap, then served over TCP by a mariadbd of the test's.
    ExternalDatabase() {
        make_certificates(directory.path());
        {
            storage::PrivateMariadb maker{
                {.data_directory = directory.path(), .buffer_pool_mib = 32, .redo_log_mib = 16}};
            const auto endpoint = maker.start();
            if (!endpoint) throw std::runtime_error{endpoint.error().message};
            storage::Connection connection{*endpoint};
            connection.execute_text("CREATE DATABASE desk");
            connection.execute_text("CREATE USER desk@'%' IDENTIFIED BY 'p@ss/word' REQUIRE SSL");
            connection.execute_text("GRANT ALL PRIVILEGES ON desk.* TO desk@'%'");
        }
        std::vector<std::string> arguments{"--no-defaults",
                                           "--skip-name-resolve",
                                           "--bind-address=127.0.0.1",
                                           "--innodb-log-file-size=16M",
                                           "--innodb-buffer-pool-size=32M",
                                           fmt::format("--port={}", port),
                                           "--datadir=" + (directory.path() / "mariadb").string(),
                                           "--socket=" + (directory.path() / "external.sock").string(),
                                           "--pid-file=" + (directory.path() / "external.pid").string(),
                                           "--ssl-cert=" + (directory.path() / "server.pem").string(),
                                           "--ssl-key=" + (directory.path() / "server.key").string()};
        if (::geteuid() == 0) arguments.emplace_back("--user=root");
        database.emplace(process::Command{.program = "/usr/sbin/mariadbd",
                                          .arguments = arguments,
                                          .output = directory.path() / "external.log",
                                          .signal_on_parent_death = 9});
    }

    ~ExternalDatabase() override {
        database->send_signal(SIGTERM);
        database->wait(30s);
    }

    std::string url(const std::string& authority) const {
        return fmt::format("database.url=mysql://desk:p%40ss%2Fword@localhost:{}/desk?tls_ca={}", port,
                           (directory.path() / authority).string());
    }

    test::TemporaryDirectory directory;
    const int port = free_port();
    std::optional<process::Child> database;
};

TEST_F(ExternalDatabase, IsUsedOverTlsAndGivenTheRightCollation) {
    const auto migrated = run_callout({"migrate", "--set", url("ca.pem")});
    EXPECT_EQ(migrated.code, 0) << migrated.errors;
    const auto doctor = run_callout({"doctor", "--set", url("ca.pem")});
    EXPECT_EQ(doctor.code, 0) << doctor.output;
    EXPECT_THAT(doctor.output, HasSubstr("ok    encryption       TLS_"));
    EXPECT_THAT(doctor.output, HasSubstr("ok    character set    utf8mb4_unicode_520_ci"));
}

TEST_F(ExternalDatabase, IsNotBelievedWithACertificateOfAnotherAuthority) {
    ASSERT_EQ(run_callout({"migrate", "--set", url("ca.pem")}).code, 0);  // it is up
    const auto doctor = run_callout({"doctor", "--set", url("other.pem")});
    EXPECT_EQ(doctor.code, 1);
    EXPECT_THAT(doctor.output, HasSubstr("FAIL  database"));
    EXPECT_THAT(doctor.output, ::testing::Not(HasSubstr("p@ss")));
}

}  // namespace
}  // namespace callout
