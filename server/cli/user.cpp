// callout user add | list | reset-password | disable: accounts without the API, for the first administrator and for the
// day when nobody remembers a password. Works beside a Callout that is running.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "server/auth/login.hpp"
#include "server/auth/password.hpp"
#include "server/cli/command.hpp"
#include "server/cli/database_access.hpp"
#include "server/cli/settings.hpp"
#include "server/storage/audit.hpp"
#include "server/storage/organisation.hpp"
#include "server/storage/sessions.hpp"
#include "server/storage/users.hpp"

namespace callout::cli {
namespace {

using dispatch::Role;
using storage::Connection;
template <class T>
using Outcome = tl::expected<T, Refusal>;

struct Options {
    std::string login;
    std::string name;
    std::vector<std::string> roles;
    std::string unit_code;
    std::string language = "zh";
    bool with_disabled = false;
};

// Opens the database and does the work in one transaction; prints what it says, or why not.
int with_database(const Invocation& invocation,
                  const std::function<Outcome<std::string>(Connection&, const config::Config&)>& work) {
    const auto loaded = configure(invocation);
    if (!loaded) return loaded.error();
    auto access = DatabaseAccess::open(loaded->config, DatabaseAccess::Beside::allowed);
    if (!access) return access.error();
    Outcome<std::string> said;
    access->database().transaction([&](Connection& db) {
        said = work(db, loaded->config);
        if (!said) db.rollback();
    });
    if (!said) return fail(said.error());
    fmt::print("{}", *said);
    return ok;
}

tl::unexpected<Refusal> no(ExitCode code, std::string message) {
    return tl::unexpected{Refusal{code, std::move(message)}};
}

void record(Connection& db, std::string_view action, const storage::User& user, boost::json::object details = {}) {
    details.emplace("by", "command line");
    storage::write_audit(db, {.recorded_at = now(),
                              .action = std::string{action},
                              .subject_kind = "user",
                              .subject_id = user.id,
                              .details = std::move(details)});
    storage::append_user_changed(db, user, "", {.at = now()});
}

std::string password_hash(const std::string& password, const config::Config& config) {
    return auth::hash_password(password, auth_settings(config.security).password_cost);
}

// Both are judged with the command line: nothing is opened, or even made, for a command that cannot be meant.
std::string complaint_about_login(const std::string& login) {
    if (auth::is_login(login) && login.size() <= 64) return {};
    return fmt::format(
        "'{}' is no login: 2 to 64 lower-case letters, digits and . _ @ -, beginning with a letter or digit", login);
}

std::string complaint_about_role(const std::string& word) {
    if (parse<Role>(word)) return {};
    return fmt::format("'{}' is no role; roles are {}", word, fmt::join(names_of<Role>, ", "));
}

std::vector<Role> parse_roles(const Options& options) {
    std::vector<Role> roles;
    for (const auto& word : options.roles) roles.push_back(parse<Role>(word).value());
    std::ranges::sort(roles);
    roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
    return roles;
}

// The unit of the code; headquarters when none is named, made when there is none yet.
Outcome<storage::Unit> find_or_make_unit(Connection& db, const std::string& code) {
    if (!code.empty()) {
        auto unit = storage::find_unit_by_code(db, code);
        if (!unit) return no(failed, fmt::format("there is no unit with the code {}", code));
        if (!unit->active) return no(failed, fmt::format("the unit {} is closed", code));
        return *std::move(unit);
    }
    if (auto headquarters = storage::find_headquarters(db)) return *std::move(headquarters);
    const auto id =
        storage::insert_unit(db, {.kind = dispatch::UnitKind::headquarters, .code = "HQ", .name = "总部"}, now());
    return storage::find_unit(db, id.value()).value();
}

Outcome<storage::User> find_account(Connection& db, const std::string& login) {
    auto user = storage::find_user_by_login(db, login);
    if (!user) return no(failed, fmt::format("there is no account {}", login));
    return *std::move(user);
}

Outcome<std::string> add(Connection& db, const config::Config& config, const Options& options) {
    const auto roles = parse_roles(options);
    const auto unit = find_or_make_unit(db, options.unit_code);
    if (!unit) return tl::unexpected{unit.error()};
    for (const auto role : roles)
        if (!may_work_in(role, unit->kind))
            return no(failed, fmt::format("a {} does not belong in {} ({}); name another with --unit", to_string(role),
                                          unit->code, to_string(unit->kind)));

    const auto password = auth::random_password();
    const auto id = storage::insert_user(db,
                                         {.login = options.login,
                                          .name = options.name.empty() ? options.login : options.name,
                                          .unit_id = unit->id,
                                          .roles = roles,
                                          .language = options.language,
                                          .password_hash = password_hash(password, config)},
                                         now());
    if (!id) return no(failed, fmt::format("there is an account {} already", options.login));
    record(db, "user.created", storage::find_user(db, *id).value(), {{"login", options.login}});
    return fmt::format(
        "created {} ({})\ninitial password: {}\nIt is shown this once, and must be replaced at the first sign-in.\n",
        options.login, fmt::join(options.roles, ", "), password);
}

Outcome<std::string> list(Connection& db, const Options& options) {
    constexpr std::int64_t page = 200;
    constexpr std::string_view line = "{:<24} {:<28} {:<12} {:<9} {}\n";
    std::string text = fmt::format(line, "login", "roles", "unit", "state", "name");
    std::optional<std::int64_t> after;
    while (true) {
        const auto users = storage::list_users(db, {.include_disabled = options.with_disabled}, after, page);
        for (const auto& user : users) {
            std::vector<std::string_view> roles;
            for (const auto role : user.roles) roles.push_back(to_string(role));
            const auto* state = user.disabled_at ? "disabled" : user.must_change_password ? "new" : "active";
            const auto unit = storage::find_unit(db, user.unit_id).value();
            text +=
                fmt::format(line, user.login, fmt::format("{}", fmt::join(roles, ",")), unit.code, state, user.name);
        }
        if (std::ssize(users) < page) return text;
        after = users.back().id;
    }
}

Outcome<std::string> reset_password(Connection& db, const config::Config& config, const Options& options) {
    const auto user = find_account(db, options.login);
    if (!user) return tl::unexpected{user.error()};
    const auto password = auth::random_password();
    storage::set_password(db, user->id, password_hash(password, config), true);
    storage::forget_failures(db, "account:" + user->login);
    storage::delete_sessions_of(db, user->id);
    record(db, "user.password_reset", *user);
    return fmt::format("new password of {}: {}\nIt is shown this once, and must be replaced at the next sign-in.{}\n",
                       user->login, password, user->disabled_at ? " The account is disabled." : "");
}

Outcome<std::string> disable(Connection& db, const Options& options) {
    const auto user = find_account(db, options.login);
    if (!user) return tl::unexpected{user.error()};
    if (user->disabled_at) return fmt::format("{} was disabled before\n", user->login);
    const bool administrator = std::ranges::find(user->roles, Role::administrator) != user->roles.end();
    if (administrator && !storage::has_other_administrator(db, user->id))
        return no(refused, fmt::format("{} is the last administrator: add another one first", user->login));
    storage::set_disabled(db, user->id, now());
    storage::delete_sessions_of(db, user->id);
    record(db, "user.disabled", *user);
    return fmt::format("disabled {}; the sessions have ended\n", user->login);
}

}  // namespace

void add_user(CLI::App& app, Invocation& invocation) {
    auto* user = app.add_subcommand("user", "Accounts: add, list, reset-password, disable");
    user->require_subcommand(1);
    const auto options = std::make_shared<Options>();
    const auto command = [&](const char* name, const char* description, auto work) {
        auto* subcommand = user->add_subcommand(name, description);
        subcommand->callback([&invocation, options, work] {
            invocation.run = [&invocation, options, work] {
                return with_database(invocation, [&](Connection& db, const config::Config& config) {
                    return work(db, config, *options);
                });
            };
        });
        return subcommand;
    };

    auto* adding = command("add", "Create an account and print its first password, this once", add);
    adding->add_option("login", options->login, "What is typed to sign in")
        ->required()
        ->check(CLI::Validator{complaint_about_login, ""});
    adding->add_option("--role", options->roles, "A role; may be repeated")
        ->required()
        ->take_all()
        ->expected(1)
        ->check(CLI::Validator{complaint_about_role, ""});
    adding->add_option("--name", options->name, "The person's name; the login when left out")
        ->check(CLI::Validator{
            [](const std::string& name) { return name.size() <= 200 ? "" : std::string{"is longer than 200 bytes"}; },
            ""});
    adding->add_option("--unit", options->unit_code, "Code of the unit; headquarters when left out")->type_name("CODE");
    adding->add_option("--language", options->language, "Of messages and pages")
        ->check(CLI::IsMember({"zh", "en"}))
        ->capture_default_str();

    auto* listing = command("list", "List the accounts",
                            [](Connection& db, const config::Config&, const Options& o) { return list(db, o); });
    listing->add_flag("--all", options->with_disabled, "The disabled ones as well");

    auto* resetting = command("reset-password", "Give a new random password and print it, this once", reset_password);
    resetting->add_option("login", options->login)->required();

    auto* disabling = command("disable", "Let somebody sign in no more; his sessions end",
                              [](Connection& db, const config::Config&, const Options& o) { return disable(db, o); });
    disabling->add_option("login", options->login)->required();
}

}  // namespace callout::cli
