#include "server/http/proxies.hpp"

#include <algorithm>
#include <stdexcept>

namespace callout::http {
namespace {

namespace ip = boost::asio::ip;
using Error = boost::system::error_code;

bool in_network(const ip::address_v6& address, const ip::network_v6& network) {
    return ip::make_network_v6(address, network.prefix_length()).canonical() == network.canonical();
}

bool in_network(const ip::address_v4& address, const ip::network_v4& network) {
    return ip::make_network_v4(address, network.prefix_length()).canonical() == network.canonical();
}

std::string_view take_last(std::string_view& list) {
    const auto comma = list.rfind(',');
    auto last = list.substr(comma == std::string_view::npos ? 0 : comma + 1);
    list = list.substr(0, comma == std::string_view::npos ? 0 : comma);
    while (!last.empty() && (last.front() == ' ' || last.front() == '\t')) last.remove_prefix(1);
    while (!last.empty() && (last.back() == ' ' || last.back() == '\t')) last.remove_suffix(1);
    return last;
}

}  // namespace

ip::address plain_address(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
    for (const auto& network : networks) {
        const bool v4 = network.find(':') == std::string::npos;
        const bool whole = network.find('/') != std::string::npos;
        Error error;
        if (v4)
            v4_.push_back(ip::make_network_v4(whole ? network : network + "/32", error));
        else
            v6_.push_back(ip::make_network_v6(whole ? network : network + "/128", error));
        if (error) throw std::invalid_argument("not an address or network: " + network);
    }
}

bool TrustedProxies::contains(const ip::address& address) const {
    if (address.is_v4())
        return std::ranges::any_of(v4_, [&](const auto& each) { return in_network(address.to_v4(), each); });
    return std::ranges::any_of(v6_, [&](const auto& each) { return in_network(address.to_v6(), each); });
}

ip::address TrustedProxies::client(const ip::address& peer, std::string_view forwarded_for) const {
    auto client = peer;
    while (contains(client) && !forwarded_for.empty()) {
        Error error;
        const auto before = ip::make_address(std::string{take_last(forwarded_for)}, error);
        if (error) break;
        client = plain_address(before);
    }
    return client;
}

}  // namespace callout::http
