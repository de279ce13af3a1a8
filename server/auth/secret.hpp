// The secrets behind cookies and bearer tokens: 256 random bits, given out once; only their hash is stored.
#pragma once

#include <string>
#include <string_view>

namespace callout::auth {

// 32 random bytes as 43 characters of base64url.
std::string new_secret();

// BLAKE2b-256 of the text: 32 bytes, the key by which a session or token is found. With 256 bits of secret neither a
// salt nor a comparison in constant time is needed: a look-up by the hash tells a guesser nothing about the secret.
std::string hash_secret(std::string_view secret);

}  // namespace callout::auth
