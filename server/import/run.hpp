// Brings a file into the database, batch by batch, so that it can be stopped anywhere and started again: what is in is
// recognised and left alone. Memory does not grow with the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "server/import/importer.hpp"
#include "server/import/text_encoding.hpp"

namespace callout::storage {
class Database;
}

namespace callout::import {

// imported + unchanged + rejected == rows_read, always.
struct Summary {
    std::uint64_t rows_read = 0;  // without the header row and empty lines
    std::uint64_t imported = 0;   // new, or changed by the file
    std::uint64_t unchanged = 0;  // there already, as the file says
    std::uint64_t rejected = 0;
};

struct Progress {
    std::uint64_t bytes_read = 0;
    std::uint64_t bytes_in_file = 0;
    Summary so_far;
};

struct RunOptions {
    std::filesystem::path file;
    // Where rejected rows go, with row, line, column, reason and the row as it stood; written anew by each run and not
    // there when nothing was rejected.
    std::filesystem::path rejects;
    std::optional<Encoding> encoding = std::nullopt;  // nothing: found out
    std::function<void(const Progress&)> on_progress = [](const Progress&) {};
};

struct RunError {
    std::string message;
};

// An error when the file cannot be read at all (missing, UTF-16, no header row, a column missing or named twice) or the
// rejects cannot be written: then nothing, or nothing more, is imported. Throws what the database throws when it is
// gone.
tl::expected<Summary, RunError> run(storage::Database& database, Importer& importer, const RunOptions& options);

}  // namespace callout::import
