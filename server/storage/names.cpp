#include "server/storage/names.hpp"

namespace callout::storage {
namespace {

std::string name_from(const Rows& rows) {
    return rows.empty() ? "" : rows.front().get<std::string>(0);
}

}  // namespace

std::string user_name(Connection& db, std::int64_t user_id) {
    return name_from(db.query("SELECT name FROM user_account WHERE id = ?", user_id));
}

std::string unit_name(Connection& db, std::int64_t unit_id) {
    return name_from(db.query("SELECT name FROM organisation_unit WHERE id = ?", unit_id));
}

}  // namespace callout::storage
