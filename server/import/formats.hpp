// The documented CSV formats of docs/import.md: an installation's own organisation, people, customers and machines.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "server/auth/settings.hpp"
#include "server/import/importer.hpp"

namespace callout::import {

// Each knows its rows again by a key of their own (code, external_key, serial_number, login) and writes only what
// differs. `region` reads telephone numbers without a country code.
std::unique_ptr<Importer> organisation_importer(std::string region);
std::unique_ptr<Importer> customers_importer(std::string region);
std::unique_ptr<Importer> assets_importer();

// Accounts that are there already stay as they are. The first passwords of new ones are appended to `passwords`
// (login,password), readable for its owner only, before their rows are committed: an account without a known password
// is worse than a password without an account. Throws std::runtime_error when the file cannot be written.
std::unique_ptr<Importer> users_importer(std::string region, auth::PasswordCost cost,
                                         const std::filesystem::path& passwords);

}  // namespace callout::import
