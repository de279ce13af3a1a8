#include "server/storage/connection.hpp"

#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>
#include <fmt/format.h>
#include <mysql_connection.h>
#include <mysql_driver.h>

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <utility>

namespace callout::storage {
namespace {

// Error numbers of the client library begin here; the server's are below.
constexpr int first_client_error = 2000;
constexpr int last_client_error = 2999;
constexpr int server_shutdown = 1053;
constexpr int connection_killed = 1927;

// Statements are few and written in the source; the bound is for lists whose length varies.
constexpr std::size_t max_prepared_statements = 400;

bool broke_connection(const sql::SQLException& error) {
    const int code = error.getErrorCode();
    return (code >= first_client_error && code <= last_client_error) || code == server_shutdown ||
           code == connection_killed;
}

[[noreturn]] void rethrow(const sql::SQLException& error) {
    const int code = error.getErrorCode();
    if (broke_connection(error)) throw ConnectionLost{error.what()};
    if (code > 0) throw StatementFailed{code, error.what()};
    throw std::logic_error{fmt::format("database driver misused: {}", error.what())};
}

enum class ColumnKind { integer, real, text };

ColumnKind kind_of(int type) {
    switch (type) {
        case sql::DataType::BIT:
        case sql::DataType::TINYINT:
        case sql::DataType::SMALLINT:
        case sql::DataType::MEDIUMINT:
        case sql::DataType::INTEGER:
        case sql::DataType::BIGINT:
        case sql::DataType::YEAR:
            return ColumnKind::integer;
        case sql::DataType::REAL:
        case sql::DataType::DOUBLE:
            return ColumnKind::real;
        default:
            return ColumnKind::text;
    }
}

// Waiting rows are written by powers of two, so that few statements are prepared.
constexpr std::size_t most_rows_a_statement = 32;

std::string insert_text(std::string_view insert_into, std::size_t rows, std::size_t columns) {
    std::string row = "(?";
    for (std::size_t column = 1; column < columns; ++column) row += ",?";
    row += ')';
    std::string text = fmt::format("{} VALUES {}", insert_into, row);
    for (std::size_t i = 1; i < rows; ++i) text += ',' + row;
    return text;
}

std::vector<Parameter> joined(std::span<const std::vector<Parameter>> rows) {
    std::vector<Parameter> values;
    values.reserve(rows.size() * rows.front().size());
    for (const auto& row : rows) values.insert(values.end(), row.begin(), row.end());
    return values;
}

struct Prepared {
    std::unique_ptr<sql::PreparedStatement> statement;
    // Filled at the first execution; the same for every later one.
    std::shared_ptr<const std::vector<std::string>> columns;
    std::vector<ColumnKind> kinds;
};

void bind(sql::PreparedStatement& statement, unsigned index, const Parameter& parameter) {
    if (const auto* integer = std::get_if<std::int64_t>(&parameter)) {
        statement.setInt64(index, *integer);
    } else if (const auto* real = std::get_if<double>(&parameter)) {
        statement.setDouble(index, *real);
    } else if (const auto* text = std::get_if<std::string>(&parameter)) {
        statement.setString(index, *text);
    } else if (const auto* bytes = std::get_if<Bytes>(&parameter)) {
        statement.setString(index, bytes->value);
    } else {
        statement.setNull(index, sql::DataType::VARCHAR);
    }
}

void describe(Prepared& prepared, sql::ResultSet& result) {
    auto* metadata = result.getMetaData();
    auto columns = std::make_shared<std::vector<std::string>>();
    for (unsigned column = 1; column <= metadata->getColumnCount(); ++column) {
        columns->push_back(metadata->getColumnLabel(column));
        prepared.kinds.push_back(kind_of(metadata->getColumnType(column)));
    }
    prepared.columns = std::move(columns);
}

Value read(sql::ResultSet& result, unsigned column, ColumnKind kind) {
    switch (kind) {
        case ColumnKind::integer: {
            const std::int64_t value = result.getInt64(column);
            return result.wasNull() ? Value{} : Value{value};
        }
        case ColumnKind::real: {
            const double value = static_cast<double>(result.getDouble(column));
            return result.wasNull() ? Value{} : Value{value};
        }
        case ColumnKind::text:
            break;
    }
    const sql::SQLString value = result.getString(column);
    return result.wasNull() ? Value{} : Value{value.asStdString()};
}

sql::ConnectOptionsMap options_for(const Endpoint& endpoint, std::chrono::seconds timeout) {
    sql::ConnectOptionsMap options;
    if (endpoint.unix_socket.empty()) {
        options["hostName"] = sql::SQLString{fmt::format("tcp://{}:{}", endpoint.host, endpoint.port)};
    } else {
        options["hostName"] = sql::SQLString{"unix://" + endpoint.unix_socket};
    }
    options["userName"] = sql::SQLString{endpoint.user};
    options["password"] = sql::SQLString{endpoint.password};
    options["OPT_CHARSET_NAME"] = sql::SQLString{"utf8mb4"};
    const auto seconds = static_cast<int>(timeout.count());
    options["OPT_CONNECT_TIMEOUT"] = seconds;
    options["OPT_READ_TIMEOUT"] = seconds;
    options["OPT_WRITE_TIMEOUT"] = seconds;
    if (endpoint.unix_socket.empty() && endpoint.tls) {
        options["sslCA"] = sql::SQLString{endpoint.tls_ca};
        options["sslVerify"] = endpoint.tls_verify;
        options["sslEnforce"] = true;
    }
    return options;
}

std::unique_ptr<sql::Connection> connect(const Endpoint& endpoint, std::chrono::seconds timeout) {
    auto options = options_for(endpoint, timeout);
    std::unique_ptr<sql::Connection> connection{sql::mysql::get_driver_instance()->connect(options)};
    const std::unique_ptr<sql::Statement> statement{connection->createStatement()};
    // Each connect starts with autocommit and REPEATABLE READ.
    statement->execute(
        "SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION'");
    statement->execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    if (!endpoint.schema.empty()) connection->setSchema(endpoint.schema);
    connection->setAutoCommit(false);
    if (endpoint.unix_socket.empty() && endpoint.tls) {
        // Unknown options are ignored in silence, so the connection itself is asked.
        const std::unique_ptr<sql::ResultSet> cipher{statement->executeQuery("SHOW STATUS LIKE 'Ssl_cipher'")};
        if (!cipher->next() || cipher->getString(2).length() == 0)
            throw ConnectionLost{"the database answered without TLS although database.url asks for it"};
    }
    return connection;
}

}  // namespace

struct Connection::Driver {
    std::unique_ptr<sql::Connection> connection;
    // COMMIT and ROLLBACK are sent as statements: the driver's own commit() drops the error of a connection that broke
    // before the answer came, and what was never committed would be acknowledged.
    std::unique_ptr<sql::Statement> control;
    // Declared after the connection: statements go first.
    std::unordered_map<std::string, Prepared> prepared;

    Prepared& prepare(std::string_view text) {
        std::string key{text};
        if (const auto found = prepared.find(key); found != prepared.end()) return found->second;
        if (prepared.size() >= max_prepared_statements) prepared.clear();
        Prepared fresh{std::unique_ptr<sql::PreparedStatement>{connection->prepareStatement(key)}, {}, {}};
        return prepared.emplace(std::move(key), std::move(fresh)).first->second;
    }
};

Connection::Connection(const Endpoint& endpoint, std::chrono::seconds timeout) : driver_{std::make_unique<Driver>()} {
    try {
        driver_->connection = connect(endpoint, timeout);
        driver_->control.reset(driver_->connection->createStatement());
    } catch (const sql::SQLException& error) {
        // Whatever the reason (unreachable, refused, unknown schema): there is no connection.
        throw ConnectionLost{error.what()};
    }
}

Connection::~Connection() = default;

Rows Connection::run_query(std::string_view text, std::span<const Parameter> parameters) {
    try {
        Prepared& prepared = driver_->prepare(text);
        unsigned index = 0;
        for (const auto& parameter : parameters) bind(*prepared.statement, ++index, parameter);
        const std::unique_ptr<sql::ResultSet> result{prepared.statement->executeQuery()};
        if (!prepared.columns) describe(prepared, *result);

        std::vector<Row> rows;
        rows.reserve(result->rowsCount());
        while (result->next()) {
            std::vector<Value> values;
            values.reserve(prepared.kinds.size());
            for (unsigned column = 0; column < prepared.kinds.size(); ++column)
                values.push_back(read(*result, column + 1, prepared.kinds[column]));
            rows.emplace_back(*prepared.columns, std::move(values));
        }
        return Rows{prepared.columns, std::move(rows)};
    } catch (const sql::SQLException& error) {
        rethrow(error);
    }
}

std::uint64_t Connection::run_execute(std::string_view text, std::span<const Parameter> parameters) {
    try {
        Prepared& prepared = driver_->prepare(text);
        unsigned index = 0;
        for (const auto& parameter : parameters) bind(*prepared.statement, ++index, parameter);
        return static_cast<std::uint64_t>(prepared.statement->executeUpdate());
    } catch (const sql::SQLException& error) {
        rethrow(error);
    }
}

void Connection::insert_later(std::string_view insert_into, std::vector<Parameter> values) {
    auto table = std::ranges::find(waiting_, insert_into, &WaitingRows::insert_into);
    if (table == waiting_.end())
        table = waiting_.insert(waiting_.end(), {.insert_into = std::string{insert_into}, .rows = {}});
    table->rows.push_back(std::move(values));
}

void Connection::write_waiting_rows() {
    // Taken away first: what fails is not tried again by the next statement.
    for (const auto& table : std::exchange(waiting_, {})) {
        std::span<const std::vector<Parameter>> left{table.rows};
        while (!left.empty()) {
            const auto batch = left.first(std::bit_floor(std::min(left.size(), most_rows_a_statement)));
            run_execute(insert_text(table.insert_into, batch.size(), batch.front().size()), joined(batch));
            left = left.subspan(batch.size());
        }
    }
}

std::int64_t Connection::last_insert_id() {
    return query("SELECT LAST_INSERT_ID()").front().get<std::int64_t>(0);
}

void Connection::execute_text(std::string_view text) {
    try {
        const std::unique_ptr<sql::Statement> statement{driver_->connection->createStatement()};
        statement->execute(std::string{text});
    } catch (const sql::SQLException& error) {
        rethrow(error);
    }
}

void Connection::commit() {
    write_waiting_rows();
    try {
        driver_->control->execute("COMMIT");
    } catch (const sql::SQLException& error) {
        if (broke_connection(error)) throw CommitUnknown{error.what()};
        rethrow(error);
    }
}

void Connection::rollback() {
    waiting_.clear();
    try {
        driver_->control->execute("ROLLBACK");
    } catch (const sql::SQLException& error) {
        rethrow(error);
    }
}

}  // namespace callout::storage
