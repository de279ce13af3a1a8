#include "server/auth/authenticator.hpp"

#include <algorithm>
#include <mutex>
#include <string>
#include <unordered_map>

#include "server/auth/secret.hpp"
#include "server/storage/sessions.hpp"

namespace callout::auth {
namespace {

using namespace std::chrono_literals;

constexpr auto remembered_for = 1s;
constexpr auto seen_at_most_every = 1min;
constexpr std::size_t max_remembered = 20'000;
// Longer than any secret of ours; what is longer is not worth hashing.
constexpr std::size_t max_secret = 100;

// The value of a cookie of "a=1; b=2"; empty when it is not there.
std::string_view find_cookie(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        const auto end = std::min(header.find(';'), header.size());
        auto pair = header.substr(0, end);
        pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
        header.remove_prefix(std::min(end + 1, header.size()));
    }
    return {};
}

bool has_prefix_without_case(std::string_view text, std::string_view lower_prefix) {
    return text.size() >= lower_prefix.size() &&
           std::ranges::equal(text.substr(0, lower_prefix.size()), lower_prefix,
                              [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; });
}

Principal to_principal(const storage::Identity& identity) {
    return {.actor = actor_of(identity.user_id, identity.roles, identity.unit_path),
            .user_id = identity.user_id,
            .login = identity.login,
            .name = identity.name,
            .unit_id = identity.unit_id,
            .unit_path = identity.unit_path,
            .language = identity.language,
            .must_change_password = identity.must_change_password};
}

}  // namespace

// What was found lately, by the hash of the secret.
class Authenticator::Memory {
public:
    std::optional<Principal> find(const std::string& hash, Instant now) const {
        const std::scoped_lock lock{mutex_};
        const auto found = entries_.find(hash);
        // Also not valid for an instant before it was found: the clock may have been set back.
        if (found == entries_.end() || now >= found->second.until || now < found->second.until - remembered_for)
            return std::nullopt;
        return found->second.principal;
    }

    // To be asked before the database is, and handed to remember().
    std::uint64_t generation() const {
        const std::scoped_lock lock{mutex_};
        return generation_;
    }

    // Nothing is remembered that may have been read before somebody was forgotten.
    void remember(const std::string& hash, const Principal& principal, Instant until, std::uint64_t read_in) {
        const std::scoped_lock lock{mutex_};
        if (read_in != generation_) return;
        if (entries_.size() >= max_remembered) entries_.clear();
        entries_.insert_or_assign(hash, Entry{principal, until});
    }

    void forget_user(std::int64_t user_id) {
        const std::scoped_lock lock{mutex_};
        ++generation_;
        std::erase_if(entries_, [&](const auto& entry) { return entry.second.principal.user_id == user_id; });
    }

    void forget_all() {
        const std::scoped_lock lock{mutex_};
        ++generation_;
        entries_.clear();
    }

private:
    struct Entry {
        Principal principal;
        Instant until{};
    };

    mutable std::mutex mutex_;
    std::unordered_map<std::string, Entry> entries_;
    std::uint64_t generation_ = 0;
};

Authenticator::Authenticator(Settings settings) : settings_{settings}, memory_{std::make_unique<Memory>()} {}

Authenticator::~Authenticator() = default;

std::optional<Principal> Authenticator::authenticate(storage::Connection& db, const http::Request& request,
                                                     Instant now) {
    if (const auto authorization = request.header("Authorization"); !authorization.empty()) {
        constexpr std::string_view scheme = "bearer ";
        if (!has_prefix_without_case(authorization, scheme)) return std::nullopt;
        return authenticate_token(db, authorization.substr(scheme.size()), now);
    }
    return authenticate_session(db, find_cookie(request.header("Cookie"), session_cookie), now);
}

std::optional<Principal> Authenticator::authenticate_session(storage::Connection& db, std::string_view secret,
                                                             Instant now) {
    if (secret.empty() || secret.size() > max_secret) return std::nullopt;
    const auto hash = hash_secret(secret);
    if (auto remembered = memory_->find(hash, now); remembered && remembered->session_id) return remembered;

    const auto generation = memory_->generation();
    const auto found = storage::find_session_identity(db, hash);
    if (!found) return std::nullopt;
    const auto ends = std::min(*found->expires_at, *found->last_seen_at + settings_.session_idle);
    if (now >= ends) return std::nullopt;
    if (now - *found->last_seen_at >= seen_at_most_every) storage::touch_session(db, found->credential_id, now);

    auto principal = to_principal(*found);
    principal.session_id = found->credential_id;
    memory_->remember(hash, principal, std::min(ends, now + remembered_for), generation);
    return principal;
}

std::optional<Principal> Authenticator::authenticate_token(storage::Connection& db, std::string_view token,
                                                           Instant now) {
    if (token.empty() || token.size() > max_secret) return std::nullopt;
    const auto hash = hash_secret(token);
    if (auto remembered = memory_->find(hash, now); remembered && remembered->token_id) return remembered;

    const auto generation = memory_->generation();
    const auto found = storage::find_token_identity(db, hash);
    if (!found || (found->expires_at && now >= *found->expires_at)) return std::nullopt;

    auto principal = to_principal(*found);
    principal.token_id = found->credential_id;
    // A token stands for itself: whether its owner has seen to his password is not its affair.
    principal.must_change_password = false;
    memory_->remember(hash, principal, std::min(found->expires_at.value_or(Instant::max()), now + remembered_for),
                      generation);
    return principal;
}

void Authenticator::forget_user(std::int64_t user_id) {
    memory_->forget_user(user_id);
}

void Authenticator::forget_all() {
    memory_->forget_all();
}

}  // namespace callout::auth
