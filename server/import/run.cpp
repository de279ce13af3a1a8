#include "server/import/run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <limits>
#include <unordered_map>

#include "dispatch/clock.hpp"
#include "server/storage/database.hpp"

namespace callout::import {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{64} * 1024;

// Quoted, and neutralised where a spreadsheet would take it for a formula.
std::string csv_field(std::string_view text) {
    std::string field = "\"";
    if (!text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos) field += '\'';
    for (const char c : text) {
        if (c == '"') field += '"';
        field += c;
    }
    return field + '"';
}

// The file of rejected rows; made when there is the first.
class Rejects {
public:
    explicit Rejects(std::filesystem::path path) : path_{std::move(path)} {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }

    void add(const CsvRow& row, const Mistake& mistake) {
        if (!file_.is_open()) {
            file_.open(path_, std::ios::binary);
            file_ << "row,line,column,reason,text\r\n";
        }
        file_ << fmt::format("{},{},{},{},{}\r\n", row.number, row.line, csv_field(mistake.column), mistake.reason,
                             csv_field(row.raw));
    }

    bool flush() {
        file_.flush();
        return file_.good();
    }

private:
    std::filesystem::path path_;
    std::ofstream file_;
};

class Run {
public:
    Run(storage::Database& database, Importer& importer, const RunOptions& options)
        : database_{database}, importer_{importer}, options_{options}, rejects_{options.rejects} {}

    // The reader hands over one row after the other.
    void take(CsvRow row) {
        if (error_) return;
        if (!header_) return take_header(row);
        rows_.push_back(std::move(row));
        if (rows_.size() >= importer_.batch_rows()) import_rows();
    }

    void import_rows() {
        if (rows_.empty()) return;
        std::vector<Record> records;
        for (const auto& row : rows_) records.emplace_back(*header_, row);
        for (std::size_t i = 0; i < rows_.size(); ++i) refuse_another_row_of_its_key(records[i], rows_[i]);
        count(rows_, outcomes_of(records));
        rows_.clear();
        if (!rejects_.flush()) error_ = RunError{fmt::format("{} cannot be written", options_.rejects.string())};
    }

    const std::optional<RunError>& error() const { return error_; }

    bool has_header() const { return header_.has_value(); }

    const Summary& summary() const { return summary_; }

private:
    void take_header(const CsvRow& row) {
        header_.emplace(row.fields);
        std::vector<std::string_view> missing;
        for (const auto column : importer_.required_columns())
            if (!header_->index_of(column)) missing.push_back(column);
        if (!missing.empty())
            error_ =
                RunError{fmt::format("the first row must name the columns; missing: {}", fmt::join(missing, ", "))};
        auto known = importer_.required_columns();
        std::ranges::copy(importer_.optional_columns(), std::back_inserter(known));
        for (const auto& name : header_->names()) {
            if (std::ranges::find(known, name) == known.end())
                spdlog::info("column {} is not used", name);
            else if (std::ranges::count(header_->names(), name) > 1)
                error_ = RunError{fmt::format("the first row names the column {} twice", name)};
        }
    }

    // Two rows of one key that differ would change the same thing to and fro, each time the file is imported. Of a row
    // two hashes are kept, whatever it holds.
    void refuse_another_row_of_its_key(Record& record, const CsvRow& row) {
        const auto key_column = importer_.required_columns().front();
        const auto key = record.text(key_column, std::numeric_limits<std::size_t>::max());
        const std::hash<std::string> hash;
        const auto first = keys_.emplace(hash(key), hash(row.raw)).first;
        if (!key.empty() && first->second != hash(row.raw)) record.fail(key_column, "key_has_another_row");
    }

    // The whole batch in one transaction; where one row breaks it, each row in its own, so that one bad row costs
    // nobody else.
    std::vector<Outcome> outcomes_of(std::vector<Record>& records) {
        try {
            return in_one_transaction(records);
        } catch (const storage::StatementFailed& failed) {
            if (records.size() == 1) return {refused_by_database(failed)};
        }
        std::vector<Outcome> outcomes;
        for (std::size_t i = 0; i < records.size(); ++i) {
            try {
                outcomes.push_back(in_one_transaction(std::span{records}.subspan(i, 1)).front());
            } catch (const storage::StatementFailed& failed) {
                outcomes.push_back(refused_by_database(failed));
            }
        }
        return outcomes;
    }

    std::vector<Outcome> in_one_transaction(std::span<Record> records) {
        auto outcomes = database_.transaction([&](storage::Connection& db) {
            auto batch = std::vector<Record>(records.begin(), records.end());
            return importer_.import_batch(db, batch, now());
        });
        importer_.committed();
        return outcomes;
    }

    static Outcome refused_by_database(const storage::StatementFailed& failed) {
        spdlog::warn("a row was refused by the database: {}", failed.what());
        return Outcome::rejected({"", fmt::format("database_error_{}", failed.code())});
    }

    void count(const std::vector<CsvRow>& rows, const std::vector<Outcome>& outcomes) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            ++summary_.rows_read;
            switch (outcomes.at(i).kind) {
                case Outcome::Kind::imported:
                    ++summary_.imported;
                    break;
                case Outcome::Kind::unchanged:
                    ++summary_.unchanged;
                    break;
                case Outcome::Kind::rejected:
                    ++summary_.rejected;
                    rejects_.add(rows[i], outcomes[i].mistake);
                    break;
            }
        }
    }

    storage::Database& database_;
    Importer& importer_;
    const RunOptions& options_;
    Rejects rejects_;
    std::optional<Header> header_;
    std::unordered_map<std::size_t, std::size_t> keys_;  // hash of the key: hash of its first row
    std::vector<CsvRow> rows_;
    Summary summary_;
    std::optional<RunError> error_;
};

}  // namespace

tl::expected<Summary, RunError> run(storage::Database& database, Importer& importer, const RunOptions& options) {
    const auto& path = options.file;
    std::ifstream file{path, std::ios::binary};
    if (!file || std::filesystem::is_directory(path))
        return tl::unexpected{RunError{fmt::format("{} cannot be read", path.string())}};
    const auto encoding = options.encoding ? options.encoding : detect_encoding(file);
    if (!encoding) return tl::unexpected{RunError{fmt::format("{} is UTF-16; save it as CSV UTF-8", path.string())}};

    Run import{database, importer, options};
    CsvReader reader{[&](CsvRow row) { import.take(std::move(row)); }};
    ToUtf8 to_utf8{*encoding};
    Progress progress{.bytes_in_file = std::filesystem::file_size(path)};
    std::string chunk(chunk_bytes, '\0');
    while (!import.error() &&
           (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || file.gcount() > 0)) {
        const auto bytes = static_cast<std::size_t>(file.gcount());
        reader.feed(to_utf8.take(std::string_view{chunk}.substr(0, bytes)));
        progress.bytes_read += bytes;
        progress.so_far = import.summary();
        options.on_progress(progress);
    }
    if (import.error()) return tl::unexpected{*import.error()};
    reader.feed(to_utf8.finish());
    reader.finish();
    import.import_rows();
    if (import.error()) return tl::unexpected{*import.error()};
    if (!import.has_header()) return tl::unexpected{RunError{fmt::format("{} is empty", path.string())}};
    progress.so_far = import.summary();
    options.on_progress(progress);
    return import.summary();
}

}  // namespace callout::import
