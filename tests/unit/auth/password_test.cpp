#include "server/auth/password.hpp"

#include <gtest/gtest.h>

#include <set>

#include "server/auth/secret.hpp"

namespace callout::auth {
namespace {

constexpr PasswordCost cheap{.passes = 1, .memory_kib = 8};

TEST(Password, MatchesItsOwnHashAndNoOther) {
    const auto hash = hash_password("correct horse 电池", cheap);
    EXPECT_TRUE(hash.starts_with("$argon2id$"));
    EXPECT_LE(hash.size(), 160u);
    EXPECT_TRUE(password_matches("correct horse 电池", hash));
    EXPECT_FALSE(password_matches("correct horse", hash));
    EXPECT_FALSE(password_matches("", hash));
}

TEST(Password, SameTwiceHashesDifferently) {
    EXPECT_NE(hash_password("the same password", cheap), hash_password("the same password", cheap));
}

TEST(Password, IsHashedAnewWhenTheCostChanged) {
    const auto hash = hash_password("the same password", cheap);
    EXPECT_FALSE(needs_new_hash(hash, cheap));
    EXPECT_TRUE(needs_new_hash(hash, {.passes = 2, .memory_kib = 8}));
    EXPECT_TRUE(needs_new_hash(hash, {.passes = 1, .memory_kib = 16}));
}

TEST(Password, MatchesNothingWhenTheStoredHashIsNoHash) {
    EXPECT_FALSE(password_matches("anything", ""));
    EXPECT_FALSE(password_matches("anything", "!"));
}

TEST(Password, MadeAtRandomIsReadableAndNeverTwiceTheSame) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto password = random_password();
        EXPECT_EQ(password.size(), 20u);
        EXPECT_EQ(password.find_first_of("ilo01"), std::string::npos) << password;
        EXPECT_FALSE(weakness(password, "somebody"));
        EXPECT_TRUE(seen.insert(password).second);
    }
}

TEST(Password, ChosenIsRefusedWhenItIsEasilyGuessed) {
    EXPECT_EQ(weakness("short", "li.na"), "too_short");
    EXPECT_EQ(weakness(std::string(201, 'x'), "li.na"), "too_long");
    EXPECT_EQ(weakness("Li.Na-2026-spring", "li.na"), "contains_login");
    EXPECT_EQ(weakness("aaaaaaaaaaaa", "li.na"), "too_simple");
    EXPECT_EQ(weakness("121212121212", "li.na"), "too_simple");
    EXPECT_EQ(weakness("1234567890", "li.na"), "too_simple");
    EXPECT_EQ(weakness("zyxwvutsrq", "li.na"), "too_simple");
    EXPECT_EQ(weakness("seven blue trains", "li.na"), std::nullopt);
    EXPECT_EQ(weakness("春眠不觉晓处处闻啼鸟", "li.na"), std::nullopt);
}

TEST(Secret, IsLongAndRandomAndItsHashIsStable) {
    const auto secret = new_secret();
    EXPECT_EQ(secret.size(), 43u);
    EXPECT_EQ(secret.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    EXPECT_NE(secret, new_secret());
    EXPECT_EQ(hash_secret(secret).size(), 32u);
    EXPECT_EQ(hash_secret(secret), hash_secret(secret));
    EXPECT_NE(hash_secret(secret), hash_secret(new_secret()));
}

}  // namespace
}  // namespace callout::auth
