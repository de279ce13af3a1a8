#include "server/storage/database.hpp"

#include <mysql_driver.h>

#include <random>

namespace callout::storage {
namespace {

constexpr int max_attempts = 6;

// Grows with the attempt, at random in its upper half, so that two losers do not meet again.
void pause_before(int attempt) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const int ceiling_ms = 4 << attempt;
    std::this_thread::sleep_for(Milliseconds{std::uniform_int_distribution{ceiling_ms / 2, ceiling_ms}(random)});
}

}  // namespace

// A connection out of the pool; it goes back only when it is known to be clean.
class Database::Lease {
public:
    explicit Lease(Database& database) : database_{database}, connection_{database.acquire()} {}

    ~Lease() { database_.give_back(std::move(connection_)); }

    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    Connection& operator*() { return *connection_; }

    void discard() { connection_.reset(); }

private:
    Database& database_;
    std::unique_ptr<Connection> connection_;
};

Database::Database(Endpoint endpoint, DatabaseOptions options) : endpoint_{std::move(endpoint)}, options_{options} {
    // The driver's own set-up is not safe from several threads.
    sql::mysql::get_driver_instance();
    for (std::size_t i = 0; i < options_.connections; ++i) threads_.emplace_back([this] { work(); });
}

Database::~Database() {
    finish_jobs();
}

void Database::finish_jobs() {
    {
        const std::scoped_lock lock{mutex_};
        closing_ = true;
    }
    job_queued_.notify_all();
    threads_.clear();
}

void Database::run_transaction(const std::function<void(Connection&)>& body) {
    for (int attempt_number = 1;; ++attempt_number) {
        const bool last = attempt_number == max_attempts;
        try {
            return attempt(body);
        } catch (const StatementFailed& failed) {
            if (!failed.worth_retrying() || last) throw;
        } catch (const CommitUnknown&) {
            throw;
        } catch (const ConnectionLost& lost) {
            // The first loss may be a connection that idled while the database restarted; all idle ones are as old.
            {
                const std::scoped_lock lock{mutex_};
                idle_.clear();
            }
            if (attempt_number >= 3 || last) throw Unavailable{lost.what()};
        }
        pause_before(attempt_number);
    }
}

void Database::attempt(const std::function<void(Connection&)>& body) {
    Lease lease{*this};
    try {
        body(*lease);
        (*lease).commit();
    } catch (const ConnectionLost&) {
        lease.discard();
        throw;
    } catch (...) {
        try {
            (*lease).rollback();
        } catch (const std::exception&) {
            lease.discard();
        }
        throw;
    }
}

std::unique_ptr<Connection> Database::acquire() {
    std::unique_lock lock{mutex_};
    // A few more than threads, so that the sequencer and the deadline worker do not wait behind requests.
    const auto limit = options_.connections + 4;
    if (!connection_returned_.wait_for(lock, options_.statement_timeout, [&] { return leased_ < limit; }))
        throw Unavailable{"every connection is busy"};
    ++leased_;
    if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
    }
    lock.unlock();
    try {
        return std::make_unique<Connection>(endpoint_, options_.statement_timeout);
    } catch (...) {
        give_back(nullptr);
        throw;
    }
}

void Database::give_back(std::unique_ptr<Connection> connection) {
    {
        const std::scoped_lock lock{mutex_};
        --leased_;
        if (connection) idle_.push_back(std::move(connection));
    }
    connection_returned_.notify_one();
}

bool Database::submit(std::function<void()> job) {
    {
        const std::scoped_lock lock{mutex_};
        if (closing_ || jobs_.size() >= options_.queue_limit) return false;
        jobs_.push_back(std::move(job));
    }
    job_queued_.notify_one();
    return true;
}

std::size_t Database::queued_jobs() const {
    const std::scoped_lock lock{mutex_};
    return jobs_.size();
}

void Database::work() {
    // The client library keeps state a thread.
    auto* driver = sql::mysql::get_driver_instance();
    driver->threadInit();
    std::unique_lock lock{mutex_};
    while (true) {
        job_queued_.wait(lock, [&] { return closing_ || !jobs_.empty(); });
        if (jobs_.empty()) break;
        auto job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
        job = nullptr;
        lock.lock();
    }
    lock.unlock();
    driver->threadEnd();
}

}  // namespace callout::storage
