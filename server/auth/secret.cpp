#include "server/auth/secret.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace callout::auth {

std::string new_secret() {
    if (sodium_init() < 0) throw std::runtime_error{"libsodium cannot be initialised"};
    std::array<unsigned char, 32> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    constexpr auto variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string secret(sodium_base64_ENCODED_LEN(bytes.size(), variant), '\0');
    sodium_bin2base64(secret.data(), secret.size(), bytes.data(), bytes.size(), variant);
    secret.pop_back();  // the terminating zero
    return secret;
}

std::string hash_secret(std::string_view secret) {
    std::string hash(32, '\0');
    crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                       reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), nullptr, 0);
    return hash;
}

}  // namespace callout::auth
