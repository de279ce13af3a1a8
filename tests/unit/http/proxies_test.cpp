#include "server/http/proxies.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace callout::http {
namespace {

boost::asio::ip::address address(const char* text) {
    return boost::asio::ip::make_address(text);
}

TEST(TrustedProxies, AreAddressesOrNetworksOfBothFamilies) {
    const TrustedProxies proxies{{"10.0.0.0/8", "192.0.2.7", "fd00::/8"}};
    for (const auto* inside : {"10.1.2.3", "192.0.2.7", "fd12::1"})
        EXPECT_TRUE(proxies.contains(address(inside))) << inside;
    for (const auto* outside : {"11.0.0.1", "192.0.2.8", "fe80::1"})
        EXPECT_FALSE(proxies.contains(address(outside))) << outside;
}

TEST(TrustedProxies, NameTheLastAddressThatNoneOfThemIs) {
    const TrustedProxies proxies{{"10.0.0.0/8"}};
    const auto client = [&](const char* peer, const char* forwarded) {
        return proxies.client(address(peer), forwarded).to_string();
    };
    EXPECT_EQ(client("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2"), "203.0.113.9")
        << "6.6.6.6 is the client's own claim";
    EXPECT_EQ(client("10.0.0.1", ""), "10.0.0.1");
    EXPECT_EQ(client("10.0.0.1", "unknown"), "10.0.0.1");
    EXPECT_EQ(client("203.0.113.1", "10.0.0.5"), "203.0.113.1") << "whoever is no proxy has no say";
}

TEST(TrustedProxies, RefuseWhatIsNoNetwork) {
    for (const auto* wrong : {"10.0.0.0/33", "proxy", "fd00::/200", ""})
        EXPECT_THROW(TrustedProxies{{wrong}}, std::invalid_argument) << wrong;
}

}  // namespace
}  // namespace callout::http
