#include "server/api/gateway.hpp"

#include <fmt/format.h>
#include <sodium.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <charconv>

#include "server/auth/authenticator.hpp"
#include "server/storage/audit.hpp"
#include "server/storage/database.hpp"
#include "server/storage/idempotency.hpp"

namespace callout::api {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::string_view api_prefix = "/api/v1";
constexpr std::size_t max_json_depth = 32;
constexpr std::size_t max_idempotency_key = 100;
// A COMMIT without an answer is repeated under its idempotency key; more often than this the database is gone.
constexpr int max_unknown_commits = 3;

bool writes(http::Verb verb) {
    return verb == http::Verb::post || verb == http::Verb::put || verb == http::Verb::patch || verb == http::Verb::del;
}

// The language asked for before we know whose request it is.
std::string accepted_language(const http::Request& request) {
    const auto header = request.header("Accept-Language");
    const auto en = header.find("en");
    const auto zh = header.find("zh");
    return en != std::string_view::npos && en < zh ? "en" : "zh";
}

Result<json::value> parse_body(const http::Request& request, const Route& route) {
    if (route.raw_body || request.body.empty()) return json::value{};
    const auto type = request.header("Content-Type");
    if (!http::is_media_type(type, "application/json")) return problem(415, "unsupported_media_type");
    json::error_code error;
    json::parse_options options;
    options.max_depth = max_json_depth;
    auto value = json::parse(request.body, error, {}, options);
    if (error) return problem(400, "malformed_json");
    return value;
}

Result<std::optional<std::int64_t>> parse_if_match(const http::Request& request, const Route& route) {
    auto text = request.header("If-Match");
    if (text.empty()) {
        if (route.changes_version) return problem(428, "precondition_required");
        return std::nullopt;
    }
    if (text.size() < 3 || text.front() != '"' || text.back() != '"') return problem(400, "invalid_if_match");
    text = text.substr(1, text.size() - 2);
    std::int64_t version = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (error != std::errc{} || rest != text.data() + text.size()) return problem(400, "invalid_if_match");
    return version;
}

std::string random_key() {
    std::array<unsigned char, 16> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::string key = "own-";
    for (const auto byte : bytes) key += fmt::format("{:02x}", byte);
    return key;
}

// The caller's key, or one of our own: also a write without a key must be told apart from itself after a COMMIT whose
// answer was lost.
Result<std::string> key_of(const http::Request& request) {
    const auto key = request.header("Idempotency-Key");
    if (key.empty()) return random_key();
    const bool visible = std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7F'; });
    if (key.size() > max_idempotency_key || !visible) return problem(400, "idempotency_key_invalid");
    return std::string{key};
}

storage::Bytes hash_of(const http::Request& request) {
    storage::Bytes hash{std::string(32, '\0')};
    const auto text = fmt::format("{} {}\n", http::to_string(request.verb), request.path);
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, hash.value.size());
    for (const std::string_view part :
         {std::string_view{text}, request.header("If-Match"), std::string_view{request.body}})
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
    crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(hash.value.data()), hash.value.size());
    return hash;
}

http::Response to_response(const Answer& answer) {
    http::Response response{answer.status, answer.headers, {}};
    if (answer.version) response.headers.push_back({"ETag", fmt::format("\"{}\"", *answer.version)});
    if (!answer.location.empty()) response.headers.push_back({"Location", answer.location});
    if (answer.status != 204) {
        response.headers.push_back({"Content-Type", "application/json"});
        response.body = json::serialize(answer.body);
    }
    return response;
}

http::Response to_response(const storage::IdempotencyRecord& record) {
    http::Response response{record.status, {}, record.body};
    if (!record.etag.empty()) response.headers.push_back({"ETag", record.etag});
    if (!record.location.empty()) response.headers.push_back({"Location", record.location});
    if (record.status != 204) response.headers.push_back({"Content-Type", "application/json"});
    response.headers.push_back({"Idempotency-Replayed", "true"});
    return response;
}

// What a write is recognised by when it comes again.
struct Identity {
    std::string key;
    storage::Bytes hash;
};

std::optional<Result<http::Response>> earlier_answer(storage::Connection& db, std::int64_t user_id,
                                                     const Identity& identity) {
    auto record = storage::find_answer(db, user_id, identity.key);
    if (!record) return std::nullopt;
    if (record->request_hash.value != identity.hash.value) return problem(409, "idempotency_key_reused");
    return to_response(*record);
}

// Ends a write: keeps its answer with its effects, or takes its effects back.
Result<http::Response> settle(Call& call, const Identity& identity, Result<Answer> answer) {
    const auto user_id = call.principal.user_id;
    if (!answer) {
        if (call.commit_refusal) return tl::unexpected{std::move(answer.error())};
        call.db.rollback();
        call.after_commit.clear();
        // Refused perhaps only because it was done before: then the first answer is the answer.
        if (auto earlier = earlier_answer(call.db, user_id, identity)) return *std::move(earlier);
        return tl::unexpected{std::move(answer.error())};
    }
    auto response = to_response(*answer);
    storage::remember_answer(
        call.db,
        {.user_id = user_id,
         .key = identity.key,
         .request_hash = identity.hash,
         .status = response.status,
         .etag = std::string{response.header("ETag")},
         .location = answer->location,
         .body = answer->body_for_repeat ? json::serialize(*answer->body_for_repeat) : response.body},
        call.now);
    return response;
}

Result<http::Response> settle_without_key(Call& call, Result<Answer> answer) {
    if (answer) return to_response(*answer);
    if (!call.commit_refusal) {
        call.db.rollback();
        call.after_commit.clear();
    }
    return tl::unexpected{std::move(answer.error())};
}

}  // namespace

// A request together with all that could be read off it without the database.
struct Gateway::Matched {
    const Route* route = nullptr;
    std::vector<std::pair<std::string, std::string>> path_parameters;
    json::value body;
    std::optional<std::int64_t> expected_version;
    std::optional<Identity> identity;
};

// What a run leaves for after its transaction.
struct Gateway::Effects {
    std::string language;
    std::int64_t user_id = 0;
    std::vector<std::function<void()>> after_commit;
};

// A bounded queue in front of the threads that hash passwords.
class Gateway::PasswordThreads {
public:
    PasswordThreads(std::size_t threads, std::size_t queue_limit) : pool_{threads}, queue_limit_{queue_limit} {}

    ~PasswordThreads() { pool_.join(); }

    bool submit(std::function<void()> job) {
        if (waiting_.fetch_add(1) >= queue_limit_) {
            waiting_.fetch_sub(1);
            return false;
        }
        asio::post(pool_, [this, job = std::move(job)] {
            job();
            waiting_.fetch_sub(1);
        });
        return true;
    }

private:
    asio::thread_pool pool_;
    const std::size_t queue_limit_;
    std::atomic<std::size_t> waiting_ = 0;
};

Gateway::Gateway(const Services& services, GatewayOptions options)
    : services_{services},
      options_{std::move(options)},
      password_threads_{std::make_unique<PasswordThreads>(options_.password_threads, options_.password_queue_limit)} {
    for (const auto& route : routes()) router_.add(route.verb, fmt::format("{}{}", api_prefix, route.path), route);
}

Gateway::~Gateway() = default;

asio::awaitable<http::Response> Gateway::handle(http::Request request) {
    const auto language = accepted_language(request);
    auto matched = match(request);
    if (!matched) co_return to_response(matched.error(), language, request.request_id);

    http::Response response;
    bool accepted = false;
    // Named first: g++ 12 miscompiles a capturing lambda inside the co_await expression.
    auto initiate = [&](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        const auto executor = asio::get_associated_executor(*shared);
        const auto resume = [shared, executor] { asio::post(executor, [shared] { (*shared)(); }); };
        accepted = submit(request, *matched, response, resume);
        if (!accepted) resume();
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
    if (!accepted) {
        const Problem overloaded{.status = 503, .code = "overloaded", .headers = {{"Retry-After", "1"}}};
        co_return to_response(overloaded, language, request.request_id);
    }
    co_return response;
}

// The caller keeps request, match and response until done() was called. False: overloaded, and nothing will happen.
bool Gateway::submit(const http::Request& request, const Matched& matched, http::Response& response,
                     const std::function<void()>& done) {
    std::function<void()> alone = [this, &request, &matched, &response, done] {
        response = answer_matched(request, matched);
        done();
    };
    switch (matched.route->runs) {
        case Runs::on_password_thread:
            return password_threads_->submit(std::move(alone));
        case Runs::on_database_thread:
            return services_.database.submit(std::move(alone));
        case Runs::on_database_thread_together:
            break;
    }
    const auto effects = std::make_shared<Effects>();
    return services_.database.submit_shared({.run =
                                                 [this, &request, &matched, &response, effects](auto& db) {
                                                     auto answer = run_in(db, request, matched, *effects);
                                                     if (!answer) return false;
                                                     response = *std::move(answer);
                                                     return true;
                                                 },
                                             .committed =
                                                 [effects, done] {
                                                     for (const auto& action : effects->after_commit) action();
                                                     done();
                                                 },
                                             .alone = std::move(alone)});
}

http::Response Gateway::answer(const http::Request& request) {
    const auto matched = match(request);
    if (!matched) return to_response(matched.error(), accepted_language(request), request.request_id);
    return answer_matched(request, *matched);
}

Result<Gateway::Matched> Gateway::match(const http::Request& request) const {
    auto found = router_.match(request.verb, request.path);
    if (const auto* refused = std::get_if<http::MethodNotAllowed>(&found))
        return tl::unexpected{Problem{
            .status = 405, .code = "method_not_allowed", .headers = {{"Allow", http::allow_header(refused->allowed)}}}};
    auto* target = std::get_if<http::Router<Route>::Match>(&found);
    if (!target) return not_found();
    Matched matched{.route = target->target, .path_parameters = std::move(target->parameters)};

    auto body = parse_body(request, *matched.route);
    if (!body) return tl::unexpected{std::move(body.error())};
    matched.body = *std::move(body);

    auto version = parse_if_match(request, *matched.route);
    if (!version) return tl::unexpected{std::move(version.error())};
    matched.expected_version = *version;

    if (writes(request.verb) && !matched.route->keyless) {
        auto key = key_of(request);
        if (!key) return tl::unexpected{std::move(key.error())};
        matched.identity = Identity{*std::move(key), hash_of(request)};
    }
    return matched;
}

http::Response Gateway::answer_matched(const http::Request& request, const Matched& matched) {
    std::string language = accepted_language(request);
    try {
        for (int attempt = 1;; ++attempt) {
            try {
                auto response = run_once(request, matched, language);
                if (response) return *std::move(response);
                if (response.error().status == 403) audit_denial(request, matched, response.error());
                return to_response(response.error(), language, request.request_id);
            } catch (const storage::CommitUnknown&) {
                // Run again under the same key: if the first run was committed after all, its answer is found.
                if (!matched.identity || attempt == max_unknown_commits) throw;
            }
        }
    } catch (const storage::Unavailable& unavailable) {
        spdlog::warn("request {}: database unavailable: {}", request.request_id, unavailable.what());
    } catch (const storage::ConnectionLost& lost) {
        spdlog::warn("request {}: database connection lost: {}", request.request_id, lost.what());
    } catch (const std::exception& error) {
        spdlog::error("request {}: {} {}: {}", request.request_id, http::to_string(request.verb), matched.route->path,
                      error.what());
        return to_response(Problem{.status = 500, .code = "internal_error"}, language, request.request_id);
    }
    const Problem gone{.status = 503, .code = "unavailable", .headers = {{"Retry-After", "2"}}};
    return to_response(gone, language, request.request_id);
}

Result<http::Response> Gateway::run_once(const http::Request& request, const Matched& matched, std::string& language) {
    Effects effects;
    auto& database = services_.database;
    try {
        auto response = database.transaction([&](auto& db) { return run_in(db, request, matched, effects); });
        language = effects.language;
        for (const auto& action : effects.after_commit) action();
        return response;
    } catch (const storage::StatementFailed& failed) {
        if (!failed.duplicate_key() || !matched.identity) throw;
        // The same request came twice at once, and the other one was faster.
        auto earlier =
            database.transaction([&](auto& db) { return earlier_answer(db, effects.user_id, *matched.identity); });
        if (!earlier) throw;
        return *std::move(earlier);
    }
}

Result<http::Response> Gateway::run_in(storage::Connection& db, const http::Request& request, const Matched& matched,
                                       Effects& effects) {
    const Instant at = now();
    effects = {.language = accepted_language(request)};
    auto principal = admit(db, request, *matched.route, at, effects.language);
    if (!principal) return tl::unexpected{std::move(principal.error())};
    effects.user_id = principal->user_id;
    Call call{.services = services_,
              .request = request,
              .body = matched.body,
              .principal = *principal,
              .db = db,
              .now = at,
              .path_parameters = matched.path_parameters,
              .expected_version = matched.expected_version};
    auto answer = matched.route->handler(call);
    auto settled = matched.identity ? settle(call, *matched.identity, std::move(answer))
                                    : settle_without_key(call, std::move(answer));
    effects.after_commit = std::move(call.after_commit);
    return settled;
}

Result<auth::Principal> Gateway::admit(storage::Connection& db, const http::Request& request, const Route& route,
                                       Instant at, std::string& language) {
    if (route.access == Access::anyone) return auth::Principal{.language = language};
    auto principal = services_.authenticator.authenticate(db, request, at);
    if (!principal) return problem(401, "not_signed_in");
    language = principal->language;
    if (principal->session_id && writes(request.verb) && !is_own_origin(request)) return problem(403, "origin_refused");
    if (route.access != Access::signed_in && principal->must_change_password)
        return problem(403, "password_change_required");
    if (route.access == Access::permission && !principal->actor.has(*route.permission)) return forbidden();
    return *std::move(principal);
}

// A browser tells where a write comes from. A session cookie is believed only from our own pages; a caller that sends
// neither header is no browser and could not have been tricked into sending the cookie.
bool Gateway::is_own_origin(const http::Request& request) const {
    const auto origin = request.header("Origin");
    if (origin.empty()) {
        const auto site = request.header("Sec-Fetch-Site");
        return site.empty() || site == "same-origin" || site == "none";
    }
    const auto own = fmt::format("{}://{}", request.over_tls ? "https" : "http", request.header("Host"));
    return origin == own || std::ranges::find(options_.public_origins, origin) != options_.public_origins.end();
}

void Gateway::audit_denial(const http::Request& request, const Matched& matched, const Problem& problem) {
    services_.database.transaction([&](storage::Connection& db) {
        const Instant at = now();
        const auto principal = services_.authenticator.authenticate(db, request, at);
        storage::write_audit(db, {.recorded_at = at,
                                  .user_id = principal ? std::optional{principal->user_id} : std::nullopt,
                                  .login = principal ? principal->login : "",
                                  .action = "access.denied",
                                  .subject_kind = "route",
                                  .details = {{"method", http::to_string(request.verb)},
                                              {"route", matched.route->path},
                                              {"code", problem.code}},
                                  .address = request.peer_address,
                                  .request_id = request.request_id});
    });
}

Result<auth::Principal> Gateway::authenticate_console(const http::Request& request) {
    if (!is_own_origin(request)) return problem(403, "origin_refused");
    return services_.database.transaction([&](storage::Connection& db) -> Result<auth::Principal> {
        auto principal = services_.authenticator.authenticate(db, request, now());
        if (!principal) return problem(401, "not_signed_in");
        if (principal->must_change_password) return problem(403, "password_change_required");
        return *std::move(principal);
    });
}

}  // namespace callout::api
