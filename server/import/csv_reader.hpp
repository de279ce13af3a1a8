// Cuts a stream of bytes into rows as RFC 4180 says, holding no more than one bounded row, and never loses its place:
// a row that is broken or too long comes out as a row with an error, and the next one is read as if nothing had been.
//
// A pure state machine: it is fed chunks of any size and knows nothing of files. Lines end in LF or CRLF. A quote
// inside an unquoted field is an ordinary character. Empty lines are no rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callout::import {

struct CsvLimits {
    std::size_t max_field_bytes = std::size_t{32} * 1024;
    std::size_t max_row_bytes = std::size_t{64} * 1024;
    std::size_t max_columns = 256;
};

enum class CsvFault {
    field_too_long,
    row_too_long,
    too_many_columns,
    text_after_quote,  // "abc"d
    unclosed_quote,    // the file ended inside a quoted field
};

// The stable word: csv_field_too_long ...
std::string_view code_of(CsvFault fault);

struct CsvRow {
    std::uint64_t number = 0;  // rows are counted from 1, the header row included
    std::uint64_t line = 0;    // of the file, where the row begins, from 1
    std::vector<std::string> fields;
    // The row as it stood in the file without its line end; of a row that is too long its beginning.
    std::string raw;
    std::optional<CsvFault> fault;
    std::size_t fault_column = 0;  // from 1
};

class CsvReader {
public:
    using Sink = std::function<void(CsvRow)>;

    explicit CsvReader(Sink sink, CsvLimits limits = {});

    void feed(std::string_view bytes);
    // The end of the file: gives out the row that had no line end.
    void finish();

private:
    enum class State {
        field_start,
        unquoted,
        quoted,
        quote_in_quoted,  // the end of the field, or the first half of an escaped quote
        skipping,         // a faulty row: to the end of its line, whatever quotes it holds
    };

    void take(char c);
    void take_unquoted(char c);
    void take_after_quote(char c);
    void append(char c);
    void end_field();
    void end_row();
    void fail(CsvFault fault);

    Sink sink_;
    const CsvLimits limits_;
    State state_ = State::field_start;
    CsvRow row_;
    std::string field_;
    std::uint64_t line_ = 1;
    std::uint64_t rows_ = 0;
};

}  // namespace callout::import
