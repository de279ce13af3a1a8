#include "server/storage/database.hpp"

#include <mysql_driver.h>

#include <algorithm>
#include <iterator>
#include <random>

namespace callout::storage {
namespace {

constexpr int max_attempts = 6;
constexpr std::size_t most_shared = 32;

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
    const auto patience_ends = std::chrono::steady_clock::now() + options_.statement_timeout;
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
            // Nor is one that does not answer at all asked again: whoever waits is told that it is gone.
            const bool is_silent = std::chrono::steady_clock::now() >= patience_ends;
            if (attempt_number >= 3 || last || is_silent) throw Unavailable{lost.what()};
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

bool Database::submit_shared(SharedJob job) {
    {
        const std::scoped_lock lock{mutex_};
        if (closing_ || shared_jobs_.size() >= options_.queue_limit) return false;
        shared_jobs_.push_back(std::move(job));
        // Those who run groups now will look again when they are done.
        if (!may_run_group()) return true;
    }
    job_queued_.notify_one();
    return true;
}

std::size_t Database::queued_jobs() const {
    const std::scoped_lock lock{mutex_};
    return jobs_.size() + shared_jobs_.size();
}

// Groups form because few of them run at a time: while they commit, the next ones gather.
bool Database::may_run_group() const {
    return !shared_jobs_.empty() && groups_running_ < std::max<std::size_t>(1, options_.connections / 8);
}

bool Database::nothing_left() const {
    return jobs_.empty() && !may_run_group();
}

std::vector<SharedJob> Database::take_group() {
    const auto end = shared_jobs_.begin() + std::ssize(shared_jobs_) -
                     std::max<std::ptrdiff_t>(0, std::ssize(shared_jobs_) - std::ptrdiff_t{most_shared});
    std::vector<SharedJob> group(std::make_move_iterator(shared_jobs_.begin()), std::make_move_iterator(end));
    shared_jobs_.erase(shared_jobs_.begin(), end);
    return group;
}

void Database::run_group(std::vector<SharedJob> group) {
    if (group.size() == 1) return group.front().alone();

    struct NotTogether {};

    try {
        run_transaction([&](Connection& connection) {
            for (auto& job : group)
                if (!job.run(connection)) throw NotTogether{};
        });
    } catch (...) {
        // Whatever it was, each is told by itself; a COMMIT nobody knows the end of as well.
        for (auto& job : group) job.alone();
        return;
    }
    for (auto& job : group) job.committed();
}

void Database::work() {
    // The client library keeps state a thread.
    auto* driver = sql::mysql::get_driver_instance();
    driver->threadInit();
    std::unique_lock lock{mutex_};
    // In turns, so that neither kind starves the other.
    for (bool ran_group = false;;) {
        job_queued_.wait(lock, [&] { return closing_ || !nothing_left(); });
        if (nothing_left()) break;
        if (may_run_group() && (!ran_group || jobs_.empty())) {
            ran_group = true;
            ++groups_running_;
            auto group = take_group();
            lock.unlock();
            run_group(std::move(group));
            lock.lock();
            --groups_running_;
            if (may_run_group()) job_queued_.notify_one();
        } else {
            ran_group = false;
            auto job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            job();
            job = nullptr;
            lock.lock();
        }
    }
    lock.unlock();
    driver->threadEnd();
}

}  // namespace callout::storage
