#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <unordered_map>

#include "dispatch/organisation/structure.hpp"
#include "server/auth/login.hpp"
#include "server/auth/password.hpp"
#include "server/import/formats.hpp"
#include "server/storage/organisation.hpp"
#include "server/storage/users.hpp"

namespace callout::import {
namespace {

// First passwords, one line each, in a file only its owner may read.
class PasswordFile {
public:
    explicit PasswordFile(const std::filesystem::path& path)
        : path_{path.string()}, descriptor_{::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)} {
        if (descriptor_ < 0) throw std::runtime_error{fmt::format("{} cannot be written", path_)};
    }

    ~PasswordFile() { ::close(descriptor_); }

    PasswordFile(const PasswordFile&) = delete;
    PasswordFile& operator=(const PasswordFile&) = delete;

    void add(const std::string& login, const std::string& password) {
        const auto line = fmt::format("{},{}\n", login, password);
        const auto written = ::write(descriptor_, line.data(), line.size());
        if (written != static_cast<ssize_t>(line.size()) || ::fdatasync(descriptor_) != 0)
            throw std::runtime_error{fmt::format("{} cannot be written", path_)};
    }

private:
    std::string path_;
    int descriptor_;
};

struct UserRow {
    storage::NewUser user;
    std::string unit_code;
};

class UsersImporter : public Importer {
public:
    UsersImporter(std::string region, auth::PasswordCost cost, const std::filesystem::path& passwords)
        : region_{std::move(region)}, cost_{cost}, passwords_{passwords} {}

    std::vector<std::string_view> required_columns() const override { return {"login", "name", "unit_code", "roles"}; }

    std::vector<std::string_view> optional_columns() const override { return {"phone", "extension", "language"}; }

    // Hashing takes a tenth of a second each: a transaction of two seconds is long enough.
    std::size_t batch_rows() const override { return 20; }

    std::vector<Outcome> import_batch(storage::Connection& db, std::span<Record> records, Instant now) override {
        std::vector<Outcome> outcomes;
        for (auto& record : records) {
            auto row = read(record);
            auto outcome = record.mistake() ? Outcome{} : save(db, record, row, now);
            outcomes.push_back(record.mistake() ? Outcome::rejected(*record.mistake()) : std::move(outcome));
        }
        return outcomes;
    }

    void committed() override { made_.clear(); }

private:
    UserRow read(Record& record) const {
        UserRow row{.user = {.login = record.required_text("login", 64),
                             .name = record.required_text("name", 200),
                             .phone = record.phone("phone", region_),
                             .extension = record.text("extension", 32)},
                    .unit_code = record.required_text("unit_code", 64)};
        if (!row.user.login.empty() && !auth::is_login(row.user.login)) record.fail("login", "not_a_login");
        for (const auto& word : record.texts("roles", value_count<dispatch::Role>, 16)) {
            if (const auto role = parse<dispatch::Role>(word))
                row.user.roles.push_back(*role);
            else
                record.fail("roles", "unknown_value");
        }
        if (row.user.roles.empty()) record.fail("roles", "required");
        const auto language = record.text("language", 8);
        if (!language.empty()) row.user.language = language;
        if (!language.empty() && language != "zh" && language != "en") record.fail("language", "unknown_value");
        return row;
    }

    Outcome save(storage::Connection& db, Record& record, UserRow& row, Instant now) {
        if (storage::find_user_by_login(db, row.user.login)) return Outcome::unchanged();
        const auto unit = storage::find_unit_by_code(db, row.unit_code);
        if (!unit) {
            record.fail("unit_code", "not_found");
            return {};
        }
        for (const auto role : row.user.roles)
            if (!dispatch::may_work_in(role, unit->kind)) record.fail("roles", "role_not_in_this_unit");
        if (record.mistake()) return {};
        row.user.unit_id = unit->id;
        row.user.password_hash = first_password_hash(row.user.login);
        if (!storage::insert_user(db, row.user, now)) record.fail("login", "taken");
        return Outcome::imported();
    }

    // Made once, also when the transaction runs again.
    const std::string& first_password_hash(const std::string& login) {
        auto& made = made_[login];
        if (made.empty()) {
            const auto password = auth::random_password();
            made = auth::hash_password(password, cost_);
            passwords_.add(login, password);
        }
        return made;
    }

    std::string region_;
    auth::PasswordCost cost_;
    PasswordFile passwords_;
    std::unordered_map<std::string, std::string> made_;  // hashes by login, until they are committed
};

}  // namespace

std::unique_ptr<Importer> users_importer(std::string region, auth::PasswordCost cost,
                                         const std::filesystem::path& passwords) {
    return std::make_unique<UsersImporter>(std::move(region), cost, passwords);
}

}  // namespace callout::import
