// Only a proxy named in the configuration may say who the client is; anybody else's X-Forwarded-… is ignored.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace callout::http {

class TrustedProxies {
public:
    // Addresses or networks: "10.0.0.7", "10.0.0.0/8", "fd00::/8". Throws std::invalid_argument naming a wrong one.
    explicit TrustedProxies(const std::vector<std::string>& networks);

    bool contains(const boost::asio::ip::address& address) const;

    // The client as the chain of trusted proxies saw it: the last address of X-Forwarded-For that is not a trusted
    // proxy itself; the peer when the header is absent or no address.
    boost::asio::ip::address client(const boost::asio::ip::address& peer, std::string_view forwarded_for) const;

private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

// An IPv4 address that came in through an IPv6 socket ("::ffff:1.2.3.4") as what it is.
boost::asio::ip::address plain_address(const boost::asio::ip::address& address);

}  // namespace callout::http
