// `callout import` as it is run: its exit codes, its last line, and what a kill -9 in the middle leaves behind.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"

namespace callout {
namespace {

using test::run_callout;
using test::TemporaryDirectory;
using testing::HasSubstr;

constexpr int row_count = 1500;

void write_customers(const std::filesystem::path& file) {
    std::ofstream csv{file};
    csv << "external_key,name,phones,tags\n";
    for (int i = 0; i < row_count; ++i) csv << fmt::format("k{0},客户{0},139{0:08},进口;甲\n", i);
}

std::vector<std::string> arguments(const TemporaryDirectory& directory) {
    return {"import", "customers", "customers.csv", "--data", (directory.path() / "var").string()};
}

// Runs the same command and ends it with SIGKILL after a while, if it is still there then.
void run_and_kill(const TemporaryDirectory& directory, std::chrono::milliseconds after) {
    const auto words = arguments(directory);
    const pid_t pid = ::fork();
    if (pid == 0) {
        std::vector<char*> argv{const_cast<char*>(CALLOUT_PROGRAM)};
        for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
        argv.push_back(nullptr);
        if (::chdir(directory.path().c_str()) != 0) ::_exit(126);
        ::execv(CALLOUT_PROGRAM, argv.data());
        ::_exit(127);
    }
    std::this_thread::sleep_for(after);
    ::kill(pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
}

TEST(ImportCommand, GoesOnWhereAKillInterruptedIt) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const TemporaryDirectory directory;
    write_customers(directory.path() / "customers.csv");
    ASSERT_EQ(run_callout({"migrate", "--data", (directory.path() / "var").string()}, directory.path()).code, 0);
    // Wherever it is hit, before, within or after the import, the end must be the same.
    for (int i = 0; i < 3; ++i) run_and_kill(directory, std::chrono::milliseconds{300 + random() % 1500});
    const auto last = run_callout(arguments(directory), directory.path());
    EXPECT_EQ(last.code, 0) << last.errors;
    EXPECT_THAT(last.output, HasSubstr(fmt::format("{} rows read", row_count)));
    EXPECT_THAT(last.output, HasSubstr("0 rejected"));
    const auto again = run_callout(arguments(directory), directory.path());
    EXPECT_THAT(again.output, HasSubstr(fmt::format("0 imported, {} unchanged, 0 rejected", row_count)));
}

TEST(ImportCommand, SaysByItsExitCodeHowItWent) {
    const TemporaryDirectory directory;
    const auto data = (directory.path() / "var").string();
    const auto write = [&](const std::string& name, std::string_view text) {
        std::ofstream{directory.path() / name} << text;
    };
    write("good.csv", "external_key,name\nk1,李雷\n");
    write("mixed.csv", "external_key,name\nk2,韩梅梅\nk3,\n");
    write("headless.csv", "a,b\n1,2\n");
    const auto import = [&](const std::string& file) {
        return run_callout({"import", "customers", file, "--data", data}, directory.path());
    };
    EXPECT_EQ(import("good.csv").code, 0);
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "good.csv.rejects.csv"));
    const auto mixed = import("mixed.csv");
    EXPECT_EQ(mixed.code, 4);
    EXPECT_THAT(mixed.output, HasSubstr("2 rows read"));
    EXPECT_THAT(mixed.output, HasSubstr("1 imported, 0 unchanged, 1 rejected"));
    EXPECT_TRUE(std::filesystem::exists(directory.path() / "mixed.csv.rejects.csv"));
    EXPECT_EQ(import("headless.csv").code, 1);
    EXPECT_EQ(import("none.csv").code, 2);
    EXPECT_EQ(run_callout({"import", "tickets", "good.csv"}, directory.path()).code, 2);
    EXPECT_EQ(run_callout({"import", "tickets", "good.csv", "--format", "xls"}, directory.path()).code, 2);
    EXPECT_EQ(run_callout({"import", "users", "good.csv"}, directory.path()).code, 2);
    for (const auto* what : {"tickets", "customers", "assets", "organisation", "users"})
        EXPECT_EQ(run_callout({"import", what, "--help"}, directory.path()).code, 0);
}

}  // namespace
}  // namespace callout
