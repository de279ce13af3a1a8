// One connection to the database: statements are prepared once, parameters are bound, results are copied out.
//
// A Connection belongs to one thread at a time. Every connection is in READ COMMITTED, UTC, utf8mb4 and strict mode,
// with autocommit off: what was executed is durable after commit() and gone after rollback().
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "server/storage/endpoint.hpp"
#include "server/storage/value.hpp"

namespace callout::storage {

// The database answered with an error. The connection is still good; the transaction is not.
class StatementFailed : public std::runtime_error {
public:
    StatementFailed(int code, const std::string& what) : std::runtime_error{what}, code_{code} {}

    // The server's error number, e.g. 1062.
    int code() const { return code_; }

    // The same row is there already (1062, 1586).
    bool duplicate_key() const { return code_ == 1062 || code_ == 1586; }

    // Running the whole transaction again may succeed: deadlock, lock wait, record changed, and TiDB's conflicts.
    bool worth_retrying() const {
        return code_ == 1213 || code_ == 1205 || code_ == 1020 || code_ == 8002 || code_ == 9007;
    }

private:
    int code_;
};

// The database cannot be reached, or the connection broke: this connection must be discarded.
class ConnectionLost : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The connection broke during COMMIT: the transaction happened, or it did not.
class CommitUnknown : public ConnectionLost {
public:
    using ConnectionLost::ConnectionLost;
};

class Connection {
public:
    // Connects and sets the session up. A connect, read or write that takes longer than the timeout fails.
    // Throws ConnectionLost when the database cannot be reached or refuses the sign-in.
    explicit Connection(const Endpoint& endpoint, std::chrono::seconds timeout = std::chrono::seconds{30});
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Runs a statement that answers with rows. '?' takes the parameters in order. Throws StatementFailed,
    // ConnectionLost.
    template <class... Parameters>
    Rows query(std::string_view sql, const Parameters&... parameters) {
        return query_with(sql, std::array<Parameter, sizeof...(Parameters)>{to_parameter(parameters)...});
    }

    // The same with a number of parameters known only at run time.
    Rows query_with(std::string_view sql, std::span<const Parameter> parameters) {
        write_waiting_rows();
        return run_query(sql, parameters);
    }

    // Runs a statement without rows; answers the number of rows it changed (an update to the same value counts 0: bump
    // a version to count it). Throws StatementFailed, ConnectionLost.
    template <class... Parameters>
    std::uint64_t execute(std::string_view sql, const Parameters&... parameters) {
        return execute_with(sql, std::array<Parameter, sizeof...(Parameters)>{to_parameter(parameters)...});
    }

    std::uint64_t execute_with(std::string_view sql, std::span<const Parameter> parameters) {
        write_waiting_rows();
        return run_execute(sql, parameters);
    }

    // Runs an INSERT and answers the AUTO_INCREMENT id it was given.
    template <class... Parameters>
    std::int64_t insert(std::string_view sql, const Parameters&... parameters) {
        execute(sql, parameters...);
        return last_insert_id();
    }

    // Runs a statement as text, for what cannot be prepared (DDL of a migration). Never with anything from outside.
    void execute_text(std::string_view sql);

    // A row that may wait: it is written together with other waiting rows of its table, in one statement, before the
    // next statement of this connection and at the latest by commit(). `insert_into` is "INSERT INTO table (a, b)", the
    // same text each time; what the database has against the row (a duplicate key) is thrown by whoever writes it.
    void insert_later(std::string_view insert_into, std::vector<Parameter> values);

    // A query whose answer no waiting row can change: they go on waiting.
    template <class... Parameters>
    Rows query_apart(std::string_view sql, const Parameters&... parameters) {
        return run_query(sql, std::array<Parameter, sizeof...(Parameters)>{to_parameter(parameters)...});
    }

    // Asks the database for a sign of life. Throws ConnectionLost.
    void ping() { query("SELECT 1"); }

    // Writes the waiting rows first. Throws CommitUnknown when the connection breaks before the answer came.
    void commit();
    void rollback();

private:
    struct Driver;

    struct WaitingRows {
        std::string insert_into;
        std::vector<std::vector<Parameter>> rows;
    };

    void write_waiting_rows();
    Rows run_query(std::string_view sql, std::span<const Parameter> parameters);
    std::uint64_t run_execute(std::string_view sql, std::span<const Parameter> parameters);
    std::int64_t last_insert_id();

    std::unique_ptr<Driver> driver_;
    // In the order in which their tables were first written to.
    std::vector<WaitingRows> waiting_;
};

}  // namespace callout::storage
