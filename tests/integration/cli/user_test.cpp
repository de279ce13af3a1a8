#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/support/program.hpp"

namespace callout {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class UserCommand : public testing::Test {
protected:
    test::Outcome user(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "user");
        for (const auto* more : {"--set", "security.argon2_memory_kib=64", "--data"}) arguments.emplace_back(more);
        arguments.push_back((directory_.path() / "var").string());
        return test::run_callout(arguments);
    }

    test::TemporaryDirectory directory_;
};

TEST_F(UserCommand, MakesTheFirstAdministratorAndShowsItsPasswordOnce) {
    const auto added = user({"add", "admin", "--role", "administrator", "--name", "管理员"});
    EXPECT_EQ(added.code, 0) << added.errors;
    EXPECT_TRUE(std::regex_search(added.output, std::regex{"initial password: [a-z0-9-]{20}\n"})) << added.output;

    const auto list = user({"list"});
    EXPECT_EQ(list.code, 0);
    EXPECT_THAT(list.output, HasSubstr("管理员"));
    EXPECT_THAT(list.output, HasSubstr("administrator"));
    EXPECT_THAT(list.output, HasSubstr("HQ"));

    const auto again = user({"add", "admin", "--role", "agent"});
    EXPECT_EQ(again.code, 1);
    EXPECT_THAT(again.errors, HasSubstr("already"));
    EXPECT_EQ(again.output, "");

    const auto last = user({"disable", "admin"});
    EXPECT_EQ(last.code, 3);
    EXPECT_THAT(last.errors, HasSubstr("last administrator"));

    EXPECT_EQ(user({"add", "li.na", "--role", "agent", "--role", "dispatcher"}).code, 0);
    const auto reset = user({"reset-password", "li.na"});
    EXPECT_EQ(reset.code, 0);
    EXPECT_TRUE(std::regex_search(reset.output, std::regex{"new password of li.na: [a-z0-9-]{20}\n"}));
    EXPECT_EQ(user({"disable", "li.na"}).code, 0);
    EXPECT_EQ(user({"disable", "li.na"}).code, 0);
    EXPECT_THAT(user({"list"}).output, Not(HasSubstr("li.na")));
    EXPECT_THAT(user({"list", "--all"}).output, HasSubstr("agent,dispatcher"));
}

TEST_F(UserCommand, SaysWhatIsWrong) {
    EXPECT_EQ(user({}).code, 2);
    EXPECT_EQ(user({"add", "li.na"}).code, 2);
    EXPECT_EQ(user({"add", "Li Na", "--role", "agent"}).code, 2);
    const auto king = user({"add", "li.na", "--role", "king"});
    EXPECT_EQ(king.code, 2);
    EXPECT_THAT(king.errors, HasSubstr("roles are agent, dispatcher"));
    EXPECT_TRUE(std::filesystem::is_empty(directory_.path())) << "nothing was tried";
    EXPECT_EQ(user({"add", "li.na", "--role", "agent", "--language", "fr"}).code, 2);
    EXPECT_EQ(user({"add", "li.na", "--role", "agent", "--unit", "NOWHERE"}).code, 1);
    const auto misplaced = user({"add", "li.na", "--role", "dealer"});
    EXPECT_EQ(misplaced.code, 1);
    EXPECT_THAT(misplaced.errors, HasSubstr("--unit"));
    EXPECT_EQ(user({"reset-password", "nobody"}).code, 1);
    EXPECT_EQ(user({"disable", "nobody"}).code, 1);
    EXPECT_THAT(user({"list"}).output, Not(HasSubstr("li.na")));
}

}  // namespace
}  // namespace callout
