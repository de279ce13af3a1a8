#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/program.hpp"

namespace callout {
namespace {

using test::run_callout;
using test::TemporaryDirectory;
using ::testing::HasSubstr;

TEST(CommandLine, HelpsWithEverySubcommand) {
    EXPECT_EQ(run_callout({"--help"}).code, 0);
    for (const auto* command : {"serve", "migrate", "doctor", "config", "version"}) {
        const auto help = run_callout({command, "--help"});
        EXPECT_EQ(help.code, 0) << command;
        EXPECT_THAT(run_callout({"--help"}).output, HasSubstr(command));
    }
}

TEST(CommandLine, EndsWith2WhenItIsWrong) {
    EXPECT_EQ(run_callout({}).code, 2);
    const auto swerve = run_callout({"swerve"});
    EXPECT_EQ(swerve.code, 2);
    EXPECT_THAT(swerve.errors, HasSubstr("'swerve'"));
    EXPECT_THAT(run_callout({"user", "ad", "li.na"}).errors, HasSubstr("'ad'"));
    EXPECT_EQ(run_callout({"version", "--json"}).code, 2);
    EXPECT_EQ(run_callout({"serve", "--config", "none.toml"}).code, 2);
    const auto mistaken = run_callout({"serve", "--set", "http.prot=1", "--set", "http.port=x"});
    EXPECT_EQ(mistaken.code, 2);
    EXPECT_THAT(mistaken.errors, HasSubstr("the nearest is http.port"));
    EXPECT_THAT(mistaken.errors, HasSubstr("must be a number"));
}

TEST(CommandLine, ReadsTheFileOfTheWorkingDirectoryAndTheOneThatIsNamed) {
    const TemporaryDirectory directory;
    std::ofstream{directory.path() / "callout.toml"} << "[http]\nport = 1234\n";
    std::ofstream{directory.path() / "other.toml"}
        << "[http]\nport = 4321\n[telephony]\ntoken = \"0123456789abcdef\"\n";
    EXPECT_THAT(run_callout({"config", "show"}, directory.path()).output, HasSubstr("port = 1234"));
    const auto other = run_callout({"config", "show"}, directory.path(), {"CALLOUT_CONFIG=other.toml"});
    EXPECT_THAT(other.output, HasSubstr("# other.toml:2"));
    EXPECT_THAT(other.output, ::testing::Not(HasSubstr("0123456789abcdef")));
    const auto flag = run_callout({"config", "show", "--config", "other.toml", "--listen", "[::1]:99"},
                                  directory.path(), {"CALLOUT_HTTP_PORT=7"});
    EXPECT_THAT(flag.output, HasSubstr("port = 99"));
    EXPECT_THAT(flag.output, HasSubstr("address = \"::1\""));
    EXPECT_EQ(run_callout({"config", "check"}, directory.path()).code, 0);
}

TEST(CommandLine, NamesTheOptionThatCannotBe) {
    const auto listen = run_callout({"config", "check", "--listen", "127.0.0.1:http"});
    EXPECT_EQ(listen.code, 2);
    EXPECT_THAT(listen.errors, HasSubstr("--listen"));
    EXPECT_THAT(listen.errors, HasSubstr("does not end in a port"));
    const auto data = run_callout({"config", "check", "--data", ""});
    EXPECT_EQ(data.code, 2);
    EXPECT_THAT(data.errors, HasSubstr("--data"));
}

TEST(CommandLine, RefusesACertificateThatCannotServeBeforeAnythingIsTouched) {
    const TemporaryDirectory directory;
    const auto text = directory.path() / "certificate.pem";
    std::ofstream{text} << "no certificate";
    const auto data = (directory.path() / "var").string();
    const std::vector<std::string> with_it{
        "--data", data, "--set", "http.tls_certificate=" + text.string(), "--set", "http.tls_key=" + text.string()};
    const auto run = [&](std::vector<std::string> command) {
        command.insert(command.end(), with_it.begin(), with_it.end());
        return run_callout(command);
    };
    for (const auto& refused : {run({"config", "check"}), run({"serve"})}) {
        EXPECT_EQ(refused.code, 2);
        EXPECT_THAT(refused.errors, HasSubstr(text.string()));
    }
    EXPECT_FALSE(std::filesystem::exists(data));
    EXPECT_THAT(run({"doctor"}).output, HasSubstr(text.string()));
}

TEST(CommandLine, BringsTheSchemaUpToDate) {
    const TemporaryDirectory directory;
    const auto data = (directory.path() / "var").string();
    EXPECT_THAT(run_callout({"migrate", "--status", "--data", data}).output, HasSubstr("waiting 0001_"));
    const auto migrated = run_callout({"migrate", "--data", data});
    EXPECT_EQ(migrated.code, 0) << migrated.errors;
    EXPECT_THAT(run_callout({"migrate", "--status", "--data", data}).output, HasSubstr("applied 0001_"));
    EXPECT_THAT(run_callout({"migrate", "--data", data}).output, HasSubstr("0 migrations applied"));
}

TEST(Doctor, Ends1AndSaysWhyWhenTheDatabaseCannotBeReached) {
    const auto doctor = run_callout({"doctor", "--set", "database.url=mysql://nobody@127.0.0.1:1/callout"});
    EXPECT_EQ(doctor.code, 1);
    EXPECT_THAT(doctor.output, HasSubstr("FAIL  database"));
}

TEST(Doctor, MakesNothing) {
    const TemporaryDirectory directory;
    EXPECT_EQ(run_callout({"doctor"}, directory.path()).code, 0);
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

}  // namespace
}  // namespace callout
