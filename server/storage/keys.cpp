#include "server/storage/keys.hpp"

#include <fmt/format.h>

#include <array>

#include "server/storage/migrations.hpp"

namespace callout::storage {

std::string as_people_read(std::string_view key_column) {
    return fmt::format("{} COLLATE {}", key_column, schema_collation);
}

bool is_taken(Connection& db, KeyOf kind, std::string_view key, std::int64_t own_id) {
    static const auto by_code = as_people_read("code");
    static const std::array statements{
        fmt::format("SELECT 1 FROM organisation_unit WHERE {} = ? AND id <> ? LIMIT 1", by_code),
        fmt::format("SELECT 1 FROM product WHERE {} = ? AND id <> ? LIMIT 1", by_code),
        fmt::format("SELECT 1 FROM fault WHERE {} = ? AND id <> ? LIMIT 1", by_code),
        std::string{"SELECT 1 FROM asset WHERE serial_number_searched = ? AND id <> ? LIMIT 1"}};
    return !db.query(statements.at(static_cast<std::size_t>(kind)), key, own_id).empty();
}

}  // namespace callout::storage
