#include "server/auth/password.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <mutex>
#include <new>
#include <stdexcept>

#include "dispatch/text.hpp"

namespace callout::auth {
namespace {

// Every entry may call libsodium first.
void prepare_sodium() {
    static const bool ready = sodium_init() >= 0;
    if (!ready) throw std::runtime_error{"libsodium cannot be initialised"};
}

std::size_t memory_bytes(const PasswordCost& cost) {
    return std::size_t{cost.memory_kib} * 1024;
}

// One hash a cost, of a password nobody knows.
const std::string& hash_of_nothing(const PasswordCost& cost) {
    static std::mutex mutex;
    static std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> hashes;
    const std::scoped_lock lock{mutex};
    auto& hash = hashes[{cost.passes, cost.memory_kib}];
    if (hash.empty()) hash = hash_password(random_password(), cost);
    return hash;
}

// "aaaaaaaaaa", "1212121212" and the like.
bool has_few_characters(std::string_view password) {
    std::string characters{password};
    std::ranges::sort(characters);
    return std::unique(characters.begin(), characters.end()) - characters.begin() < 4;
}

// "1234567890", "abcdefghij": each character follows the one before, or precedes it.
bool is_a_run(std::string_view password) {
    const auto steps_by = [&](int step) {
        for (std::size_t i = 1; i < password.size(); ++i) {
            const int difference = password[i] - password[i - 1];
            if (difference != step && !(password[i - 1] == '9' && password[i] == '0')) return false;
        }
        return true;
    };
    return steps_by(1) || steps_by(-1);
}

}  // namespace

std::string hash_password(std::string_view password, const PasswordCost& cost) {
    prepare_sodium();
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.passes, memory_bytes(cost),
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::bad_alloc{};
    return hash.data();
}

bool password_matches(std::string_view password, const std::string& hash) {
    prepare_sodium();
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

void compare_with_nothing(std::string_view password, const PasswordCost& cost) {
    password_matches(password, hash_of_nothing(cost));
}

bool needs_new_hash(const std::string& hash, const PasswordCost& cost) {
    prepare_sodium();
    return crypto_pwhash_str_needs_rehash(hash.c_str(), cost.passes, memory_bytes(cost)) != 0;
}

std::string random_password() {
    prepare_sodium();
    // Without i, l, o, 0 and 1.
    constexpr std::string_view alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    std::string password;
    for (int i = 0; i < 18; ++i) {
        if (i > 0 && i % 6 == 0) password += '-';
        password += alphabet[randombytes_uniform(alphabet.size())];
    }
    return password;
}

std::optional<std::string_view> weakness(std::string_view password, std::string_view login) {
    if (code_points(password) < shortest_password) return "too_short";
    if (code_points(password) > longest_password) return "too_long";
    if (login.size() >= 4 && lower_case(password).find(lower_case(login)) != std::string::npos) return "contains_login";
    if (has_few_characters(password) || is_a_run(password)) return "too_simple";
    return std::nullopt;
}

}  // namespace callout::auth
