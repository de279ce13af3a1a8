#include "server/import/csv_reader.hpp"

#include <array>
#include <utility>

namespace callout::import {

std::string_view code_of(CsvFault fault) {
    constexpr std::array<std::string_view, 5> codes{"csv_field_too_long", "csv_row_too_long", "csv_too_many_columns",
                                                    "csv_text_after_quote", "csv_unclosed_quote"};
    return codes.at(static_cast<std::size_t>(fault));
}

CsvReader::CsvReader(Sink sink, CsvLimits limits) : sink_{std::move(sink)}, limits_{limits} {
    row_.line = line_;
}

void CsvReader::feed(std::string_view bytes) {
    for (const char c : bytes) take(c);
}

void CsvReader::finish() {
    if (state_ == State::quoted) fail(CsvFault::unclosed_quote);
    end_row();
}

void CsvReader::take(char c) {
    if (c == '\n') ++line_;
    if (c == '\n' && state_ != State::quoted) return end_row();
    if (row_.raw.size() < limits_.max_row_bytes)
        row_.raw += c;
    else if (state_ != State::skipping)
        fail(CsvFault::row_too_long);

    switch (state_) {
        case State::field_start:
            if (c == '"')
                state_ = State::quoted;
            else
                take_unquoted(c);
            break;
        case State::unquoted:
            take_unquoted(c);
            break;
        case State::quoted:
            if (c == '"')
                state_ = State::quote_in_quoted;
            else
                append(c);
            break;
        case State::quote_in_quoted:
            take_after_quote(c);
            break;
        case State::skipping:
            break;
    }
}

void CsvReader::take_unquoted(char c) {
    if (c == ',') return end_field();
    state_ = State::unquoted;
    append(c);
}

void CsvReader::take_after_quote(char c) {
    if (c == '"') {
        state_ = State::quoted;
        append(c);
    } else if (c == ',') {
        end_field();
    } else if (c != '\r') {  // of the line end that follows
        fail(CsvFault::text_after_quote);
    }
}

void CsvReader::append(char c) {
    if (field_.size() >= limits_.max_field_bytes) return fail(CsvFault::field_too_long);
    field_ += c;
}

void CsvReader::end_field() {
    row_.fields.push_back(std::exchange(field_, {}));
    state_ = State::field_start;
    if (row_.fields.size() >= limits_.max_columns) fail(CsvFault::too_many_columns);
}

void CsvReader::end_row() {
    if (!row_.raw.empty() && row_.raw.back() == '\r') {
        row_.raw.pop_back();
        if (state_ == State::unquoted) field_.pop_back();
    }
    if (!row_.raw.empty()) {
        if (!row_.fault) row_.fields.push_back(std::exchange(field_, {}));
        row_.number = ++rows_;
        sink_(std::exchange(row_, {}));
    }
    row_ = {};
    row_.line = line_;
    field_.clear();
    state_ = State::field_start;
}

void CsvReader::fail(CsvFault fault) {
    row_.fault = fault;
    row_.fault_column = row_.fields.size() + 1;
    // Not to the end of the quoted field: a quote that nobody closed must not swallow the file.
    state_ = State::skipping;
}

}  // namespace callout::import
