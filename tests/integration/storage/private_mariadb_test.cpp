#include "server/storage/private_mariadb.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include "server/storage/connection.hpp"
#include "server/storage/data_directory.hpp"
#include "tests/support/comes_true.hpp"
#include "tests/support/temporary_directory.hpp"

namespace callout::storage {
namespace {

PrivateMariadbOptions small(const std::filesystem::path& directory) {
    return {.data_directory = directory, .buffer_pool_mib = 32, .redo_log_mib = 16, .on_death = {}};
}

std::string setting(Connection& connection, const std::string& name) {
    return connection.query("SELECT CAST(@@" + name + " AS CHAR)").front().get<std::string>(0);
}

TEST(PrivateMariadb, KeepsWhatIsCommitted) {
    const test::TemporaryDirectory directory;
    PrivateMariadb database{small(directory.path())};
    const auto endpoint = database.start();
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    {
        Connection connection{*endpoint};
        EXPECT_EQ(setting(connection, "innodb_flush_log_at_trx_commit"), "1");
        EXPECT_EQ(setting(connection, "skip_networking"), "ON");
        EXPECT_EQ(setting(connection, "log_bin"), "OFF");
        EXPECT_EQ(setting(connection, "collation_database"), "utf8mb4_unicode_520_ci");
        connection.execute_text("CREATE TABLE kept (word VARCHAR(20))");
        connection.execute("INSERT INTO kept VALUES (?)", "柴油机🔧𠮷");
        connection.commit();
    }
    EXPECT_TRUE(database.stop());

    const auto second = database.start();
    ASSERT_TRUE(second) << second.error().message;
    Connection connection{*second};
    EXPECT_EQ(connection.query("SELECT word FROM kept").front().get<std::string>(0), "柴油机🔧𠮷");
}

TEST(PrivateMariadb, RefusesASecondServerAndNamesTheFirst) {
    const test::TemporaryDirectory directory;
    PrivateMariadb first{small(directory.path())};
    ASSERT_TRUE(first.start());
    PrivateMariadb second{small(directory.path())};
    const auto refused = second.start();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "data_directory_locked");
    EXPECT_NE(refused.error().message.find("process " + std::to_string(::getpid())), std::string::npos)
        << refused.error().message;
    EXPECT_TRUE(find_running_database(directory.path()));
    first.stop();
    EXPECT_EQ(find_running_database(directory.path()).error().code, "not_running");
}

TEST(PrivateMariadb, StartsAgainWhenKilled) {
    const test::TemporaryDirectory directory;
    std::atomic<int> deaths = 0;
    auto options = small(directory.path());
    options.on_death = [&](const std::string&) { ++deaths; };
    PrivateMariadb database{options};
    const auto endpoint = database.start();
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    const int killed = database.pid();
    ASSERT_EQ(::kill(killed, SIGKILL), 0);
    ASSERT_TRUE(test::comes_true([&] { return deaths == 1; }));
    ASSERT_TRUE(test::comes_true([&] {
        try {
            return !Connection{*endpoint}.query("SELECT 1").empty();
        } catch (const ConnectionLost&) {
            return false;
        }
    }));
    EXPECT_NE(database.pid(), killed);
    EXPECT_EQ(database.restarts(), 1);
    EXPECT_TRUE(database.stop());
}

// A process of its own that starts the database, tells its pid and waits to be killed.
pid_t start_in_child(const std::filesystem::path& directory) {
    const pid_t child = ::fork();
    if (child == 0) {
        PrivateMariadb database{small(directory)};
        if (!database.start()) ::_exit(1);
        std::ofstream{directory / "pid.new"} << database.pid();
        std::filesystem::rename(directory / "pid.new", directory / "pid");
        for (;;) ::pause();
    }
    return child;
}

int pid_told(const std::filesystem::path& directory) {
    int pid = 0;
    std::ifstream{directory / "pid"} >> pid;
    return pid;
}

// A process that has ended but was not yet waited for by its new parent has no command line any more.
bool runs(int pid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/cmdline"};
    return file.peek() != std::ifstream::traits_type::eof();
}

TEST(PrivateMariadb, EndsWithItsCalloutAlsoWhenThatIsKilled) {
    const test::TemporaryDirectory directory;
    const pid_t callout = start_in_child(directory.path());
    ASSERT_TRUE(test::comes_true([&] { return pid_told(directory.path()) > 0; }));
    const int database = pid_told(directory.path());
    ::kill(callout, SIGKILL);
    ::waitpid(callout, nullptr, 0);
    EXPECT_TRUE(test::comes_true([&] { return !runs(database); }));
}

TEST(PrivateMariadb, EndsAnOrphanBeforeItStarts) {
    const test::TemporaryDirectory directory;
    const pid_t callout = start_in_child(directory.path());
    ASSERT_TRUE(test::comes_true([&] { return pid_told(directory.path()) > 0; }));
    const int orphan = pid_told(directory.path());
    ::kill(orphan, SIGSTOP);  // so that it cannot follow the SIGTERM it gets
    ::kill(callout, SIGKILL);
    ::waitpid(callout, nullptr, 0);
    // It goes on, and so ends, once start() has the directory for itself and looks for what was left behind.
    std::jthread later{[&] {
        test::comes_true([&] {
            const auto holder = find_holder(directory.path());
            return holder && holder->pid == ::getpid();
        });
        ::kill(orphan, SIGCONT);
    }};
    PrivateMariadb database{small(directory.path())};
    const auto endpoint = database.start();
    later.join();
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_NE(database.pid(), orphan);
    EXPECT_FALSE(runs(orphan));
}

TEST(PrivateMariadb, RefusesWhatANewerVersionWrote) {
    const test::TemporaryDirectory directory;
    std::ofstream{directory.path() / "written_by"} << "mariadb 10.11.6\nschema 9999\n";
    PrivateMariadb database{small(directory.path())};
    auto refused = database.start();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "written_by_newer_version");
    EXPECT_NE(refused.error().message.find("schema 9999"), std::string::npos) << refused.error().message;

    std::ofstream{directory.path() / "written_by"} << "mariadb 99.1.0\nschema 0\n";
    refused = database.start();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "written_by_newer_version");
    EXPECT_NE(refused.error().message.find("99.1.0"), std::string::npos) << refused.error().message;
}

TEST(PrivateMariadb, PutsTheSocketElsewhereWhenThePathIsTooLongForOne) {
    const test::TemporaryDirectory directory;
    const auto deep = directory.path() / std::string(90, 'd') / std::string(90, 'e');
    PrivateMariadb database{small(deep)};
    const auto endpoint = database.start();
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_LT(endpoint->unix_socket.size(), 108U);
    EXPECT_FALSE(Connection{*endpoint}.query("SELECT 1").empty());
    database.stop();
    std::filesystem::remove_all(std::filesystem::path{endpoint->unix_socket}.parent_path());
}

TEST(PrivateMariadb, SaysWhyItCannotStart) {
    const test::TemporaryDirectory directory;
    std::filesystem::create_directory(directory.path() / "mariadb");
    std::ofstream{directory.path() / "mariadb" / "ibdata1"} << "not a tablespace";
    PrivateMariadb database{small(directory.path())};
    const auto failed = database.start();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, "start_failed");
    EXPECT_NE(failed.error().message.find("mariadb.log"), std::string::npos);
    EXPECT_EQ(find_running_database(directory.path()).error().code, "not_running");
}

}  // namespace
}  // namespace callout::storage
