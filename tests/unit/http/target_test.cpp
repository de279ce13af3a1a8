#include "server/http/target.hpp"

#include <gtest/gtest.h>

namespace callout::http {
namespace {

TEST(Target, IsDecodedOnceIntoPathAndQuery) {
    const auto target = parse_target("/api/%E5%B7%A5%E5%8D%95/%2525?q=%E6%9F%B4+%2B&flag&a=b=c&&a=");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/api/工单/%25");
    EXPECT_EQ(target->query, (Parameters{{"q", "柴 +"}, {"flag", ""}, {"a", "b=c"}, {"a", ""}}));
}

TEST(Target, KeepsEmptySegmentsSoThatNoTwoPathsAreOne) {
    EXPECT_EQ(parse_target("//a//")->path, "//a//");
    EXPECT_EQ(parse_target("/")->path, "/");
    EXPECT_EQ(parse_target("/...")->path, "/...");
}

TEST(Target, IsRefusedWhenItIsNotUtf8OrAmbiguous) {
    for (const auto* target : {"",
                               "a",
                               "*",
                               "/%",
                               "/%4",
                               "/%4g",
                               "/%ff",
                               "/%c0%80",
                               "/%e4%bd",
                               "/%ed%a0%80",
                               "/%f4%90%80%80",
                               "/%00",
                               "/%0a",
                               "/%7f",
                               "/a%2fb",
                               "/a%5cb",
                               "/.",
                               "/a/..",
                               "/%2e%2e/a",
                               "/a#b",
                               "/a b",
                               "/\xE5\xB7\xA5",
                               "/?q=%00",
                               "/?q=%ff",
                               "/?%zz"})
        EXPECT_FALSE(parse_target(target)) << target;
}

}  // namespace
}  // namespace callout::http
