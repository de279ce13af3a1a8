// Counts failed sign-ins of one account from one address in the database, so that a guesser waits on every node.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/auth/throttle.hpp"
#include "server/storage/connection.hpp"

namespace callout::auth {

class SignInThrottle {
public:
    // The login need not exist: a guesser is not told by the throttle which accounts do.
    SignInThrottle(storage::Connection& db, const ThrottleRule& rule, std::string_view login, std::string_view address,
                   Instant now);

    // How long until an attempt is looked at; nothing when it is now.
    std::optional<std::chrono::seconds> wait() const;
    // To be committed although the attempt is refused.
    void failed();
    // Forgets the account's failures. The address's stay: whoever has one account may still guess at others.
    void succeeded();

private:
    storage::Connection& db_;
    const ThrottleRule& rule_;
    const std::string account_;
    const std::string address_;
    const Instant now_;
};

// The part of an address that one guesser has to himself: an IPv4 address, or the first 64 bits of an IPv6 address.
std::string guesser_address(std::string_view address);

}  // namespace callout::auth
