// What one format makes of its rows. An importer keeps nothing between batches but what the command line gave it: a
// batch may run again, or for the first time after a crash, and finds in the database all it has to know.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/import/record.hpp"
#include "server/storage/connection.hpp"

namespace callout::storage {
class TicketIds;
}

namespace callout::import {

struct Outcome {
    enum class Kind { imported, unchanged, rejected };

    Kind kind = Kind::imported;
    Mistake mistake = {};  // of a rejected row

    static Outcome imported() { return {}; }

    static Outcome unchanged() { return {Kind::unchanged, {}}; }

    static Outcome rejected(Mistake mistake) { return {Kind::rejected, std::move(mistake)}; }
};

class Importer {
public:
    virtual ~Importer() = default;

    // The first of them is the key a row is known again by.
    virtual std::vector<std::string_view> required_columns() const = 0;
    virtual std::vector<std::string_view> optional_columns() const = 0;

    // How many rows share a transaction.
    virtual std::size_t batch_rows() const { return 500; }

    // One outcome a record, in their order, all inside the caller's transaction. The records may hold mistakes already.
    virtual std::vector<Outcome> import_batch(storage::Connection& db, std::span<Record> records, Instant now) = 0;

    // The batch that was imported last is durable.
    virtual void committed() {}
};

}  // namespace callout::import
