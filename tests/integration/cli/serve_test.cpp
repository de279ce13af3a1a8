// callout serve as a whole: what it promises about starting, stopping, its database dying, and coming back from a
// backup.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tests/support/comes_true.hpp"
#include "tests/support/program.hpp"

namespace callout {
namespace {

using test::comes_true;
using test::database_pid;
using test::run_callout;
using test::RunningCallout;
using test::TemporaryDirectory;
using ::testing::HasSubstr;

// What a shell command prints.
std::string shell(const std::string& command) {
    std::string output;
    FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> part{};
    while (std::fgets(part.data(), part.size(), pipe) != nullptr) output += part.data();
    ::pclose(pipe);
    return output;
}

// The status of a GET, 0 when nobody answers.
int status_of(const RunningCallout& callout, const std::string& path) {
    return std::atoi(
        shell(fmt::format("curl -s -o /dev/null -m 20 -w '%{{http_code}}' {}{}", callout.address(), path)).c_str());
}

std::string sql(const std::filesystem::path& data, const std::string& statement) {
    return shell(
        fmt::format("mariadb --no-defaults --default-character-set=utf8mb4 --batch --skip-column-names "
                    "--socket='{}/mariadb.sock' callout -e \"{}\"",
                    data.string(), statement));
}

TEST(Serve, StartsStopsRefusesASecondAndLetsToolsWorkBesideIt) {
    const TemporaryDirectory directory;
    const auto data = (directory.path() / "var").string();
    {
        RunningCallout callout{data};
        EXPECT_EQ(run_callout({"migrate", "--status", "--data", data}).code, 0);
        const auto second = run_callout({"serve", "--data", data, "--listen", "0"});
        EXPECT_EQ(second.code, 3);
        EXPECT_THAT(second.errors, HasSubstr("process " + std::to_string(callout.pid())));
        const auto doctor = run_callout({"doctor", "--data", data});
        EXPECT_EQ(doctor.code, 0) << doctor.output;
        EXPECT_THAT(doctor.output, HasSubstr("in use by Callout (process " + std::to_string(callout.pid())));
        EXPECT_EQ(status_of(callout, "/api/v1/health"), 200);
        EXPECT_THAT(shell(fmt::format("curl -s -m 20 {}/api/v1/health", callout.address())),
                    HasSubstr(R"("status":"ready")"));
        EXPECT_EQ(callout.stop(), 0);
    }
    RunningCallout again{data};
    again.kill();
    RunningCallout after_kill{data};
    EXPECT_EQ(status_of(after_kill, "/api/v1/health"), 200);
    EXPECT_EQ(after_kill.stop(), 0);
}

TEST(Serve, ServesTheContract) {
    const TemporaryDirectory directory;
    RunningCallout callout{directory.path()};
    EXPECT_EQ(status_of(callout, "/api/openapi.yaml"), 200);
    EXPECT_EQ(status_of(callout, "/api/events.schema.json"), 200);
    EXPECT_EQ(status_of(callout, "/api/v1/no/such/thing"), 404);
}

TEST(Serve, SaysThatAnAddressIsTaken) {
    const TemporaryDirectory directory;
    const RunningCallout first{directory.path() / "first"};
    const auto second = run_callout(
        {"serve", "--data", (directory.path() / "second").string(), "--listen", std::to_string(first.port())});
    EXPECT_EQ(second.code, 1);
    EXPECT_THAT(second.errors, HasSubstr(std::to_string(first.port())));
}

TEST(Serve, AnswersAgainByItselfAfterItsDatabaseWasKilled) {
    const TemporaryDirectory directory;
    RunningCallout callout{directory.path()};
    ASSERT_EQ(status_of(callout, "/api/v1/health"), 200);
    for (int round = 0; round < 3; ++round) {
        ASSERT_EQ(::kill(database_pid(directory.path()), SIGKILL), 0);
        EXPECT_TRUE(comes_true([&] {
            const int status = status_of(callout, "/api/v1/health");
            EXPECT_TRUE(status == 200 || status == 503) << status;
            return status == 200;
        }));
    }
    EXPECT_EQ(callout.stop(), 0);
}

TEST(Serve, ComesBackFromABackupAsTheManualSays) {
    const TemporaryDirectory directory;
    const auto old_data = directory.path() / "old";
    const auto new_data = directory.path() / "new";
    const auto dump = (directory.path() / "callout.sql.gz").string();
    {
        RunningCallout callout{old_data};
        sql(old_data, "CREATE TABLE kept (word VARCHAR(20)); INSERT INTO kept VALUES ('柴油机🔧')");
        shell(
            fmt::format("mariadb-dump --no-defaults --socket={}/mariadb.sock --single-transaction --quick --hex-blob "
                        "callout | gzip > {}",
                        old_data.string(), dump));
    }
    {
        RunningCallout callout{new_data};
        shell(fmt::format(
            "gunzip < {} | mariadb --no-defaults --default-character-set=utf8mb4 --socket={}/mariadb.sock callout",
            dump, new_data.string()));
        EXPECT_EQ(callout.stop(), 0);
    }
    RunningCallout restored{new_data};
    EXPECT_EQ(sql(new_data, "SELECT word FROM kept"), "柴油机🔧\n");
    EXPECT_EQ(status_of(restored, "/api/v1/health"), 200);
}

TEST(Serve, IsRefusedOnWhatANewerVersionWrote) {
    const TemporaryDirectory directory;
    std::ofstream{directory.path() / "written_by"} << "mariadb 10.11.6\nschema 9999\n";
    const auto refused = run_callout({"serve", "--data", directory.path().string(), "--listen", "0"});
    EXPECT_EQ(refused.code, 3);
    EXPECT_THAT(refused.errors, HasSubstr("newer Callout"));
}

}  // namespace
}  // namespace callout
