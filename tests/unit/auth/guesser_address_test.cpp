#include <gtest/gtest.h>

#include "server/auth/sign_in_throttle.hpp"

namespace callout::auth {
namespace {

TEST(GuesserAddress, IsAWholeIpv4AddressAndTheNetworkOfAnIpv6Address) {
    EXPECT_EQ(guesser_address("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(guesser_address("2001:db8:1:2:3:4:5:6"), "2001:0db8:0001:0002::/64");
    EXPECT_EQ(guesser_address("2001:db8:1:2::ffff"), guesser_address("2001:db8:1:2:3:4:5:6"));
    EXPECT_NE(guesser_address("2001:db8:1:3::1"), guesser_address("2001:db8:1:2::1"));
    EXPECT_EQ(guesser_address("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(guesser_address("unix"), "unix");
}

}  // namespace
}  // namespace callout::auth
