#include "server/auth/sign_in_throttle.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/storage/sessions.hpp"

namespace callout::auth {

std::string guesser_address(std::string_view address) {
    std::string text{address};
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
    constexpr std::array<unsigned char, 12> mapped_ipv4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (std::ranges::equal(mapped_ipv4, std::span{bytes}.first<12>()))
        return fmt::format("{}.{}.{}.{}", bytes[12], bytes[13], bytes[14], bytes[15]);
    std::string prefix;
    for (std::size_t i = 0; i < 8; i += 2) prefix += fmt::format("{:02x}{:02x}:", bytes[i], bytes[i + 1]);
    return prefix + ":/64";
}

SignInThrottle::SignInThrottle(storage::Connection& db, const ThrottleRule& rule, std::string_view login,
                               std::string_view address, Instant now)
    : db_{db},
      rule_{rule},
      account_{fmt::format("account:{}", login)},
      address_{fmt::format("address:{}", guesser_address(address))},
      now_{now} {}

std::optional<std::chrono::seconds> SignInThrottle::wait() const {
    // An empty optional is less than any wait.
    return std::max(auth::wait(storage::find_failures(db_, account_), now_),
                    auth::wait(storage::find_failures(db_, address_), now_));
}

void SignInThrottle::failed() {
    const auto remember = [&](const std::string& subject, std::uint32_t free_failures) {
        storage::remember_failures(db_, subject,
                                   after_failure(storage::lock_failures(db_, subject), free_failures, rule_, now_));
    };
    remember(account_, rule_.free_failures_of_account);
    remember(address_, rule_.free_failures_of_address);
}

void SignInThrottle::succeeded() {
    storage::forget_failures(db_, account_);
}

}  // namespace callout::auth
