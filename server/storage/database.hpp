// The database as the server uses it: a bounded pool of connections, transactions that are retried whole, and a bounded
// queue of jobs run by as many threads as there are connections.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include "server/storage/connection.hpp"

namespace callout::storage {

// The database cannot be reached now: the caller should try again later (503 with Retry-After).
class Unavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// A small write of which many may come at once: it shares one transaction with those that wait beside it, so that a
// burst is a few commits instead of as many as there are writes. Any thread runs its functions; none may throw but run.
struct SharedJob {
    // Its part of the transaction. May run again, after a deadlock; what it throws, or false, takes the whole
    // transaction back, and every job of it runs alone.
    std::function<bool(Connection&)> run;
    // Its part is durable.
    std::function<void()> committed;
    // The same work in a transaction of its own, for when it could not be shared.
    std::function<void()> alone;
};

struct DatabaseOptions {
    std::size_t connections = 16;
    // Jobs waiting for a thread; one more is refused.
    std::size_t queue_limit = 2000;
    // How long a connect or one statement may take.
    std::chrono::seconds statement_timeout{30};
};

class Database {
public:
    // Connects at first use, so that a database that comes later is no error. Threads start at once.
    Database(Endpoint endpoint, DatabaseOptions options);
    // Finishes the jobs that are queued, then joins.
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    const Endpoint& endpoint() const { return endpoint_; }

    // Runs body(Connection&) as one transaction on the calling thread, commits, and answers its result. A deadlock or a
    // connection that broke before the COMMIT rolls back and runs the body again, a bounded number of times with a
    // jittered pause: the body must have no effect outside the transaction. An exception of the body rolls back.
    // Throws Unavailable when the database cannot be reached, CommitUnknown, or what the body threw.
    template <class Body>
    std::invoke_result_t<Body&, Connection&> transaction(Body&& body) {
        using Result = std::invoke_result_t<Body&, Connection&>;
        if constexpr (std::is_void_v<Result>) {
            run_transaction([&](Connection& connection) { body(connection); });
        } else {
            std::optional<Result> result;
            run_transaction([&](Connection& connection) { result.emplace(body(connection)); });
            return std::move(*result);
        }
    }

    // Queues a job for one of the threads; false, and nothing is queued, when the queue is full or closing. The job
    // must not throw.
    bool submit(std::function<void()> job);

    // The same for a job that may share its transaction.
    bool submit_shared(SharedJob job);

    // Refuses jobs from now on, and answers when those that were queued have run: before what they use goes away.
    // transaction() goes on working.
    void finish_jobs();

    std::size_t queued_jobs() const;

private:
    class Lease;

    void run_transaction(const std::function<void(Connection&)>& body);
    void attempt(const std::function<void(Connection&)>& body);
    std::unique_ptr<Connection> acquire();
    void give_back(std::unique_ptr<Connection> connection);
    void work();
    bool may_run_group() const;
    bool nothing_left() const;
    std::vector<SharedJob> take_group();
    void run_group(std::vector<SharedJob> group);

    const Endpoint endpoint_;
    const DatabaseOptions options_;

    mutable std::mutex mutex_;
    std::condition_variable job_queued_;
    std::condition_variable connection_returned_;
    std::deque<std::function<void()>> jobs_;
    std::deque<SharedJob> shared_jobs_;
    std::size_t groups_running_ = 0;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t leased_ = 0;
    bool closing_ = false;

    std::vector<std::jthread> threads_;
};

}  // namespace callout::storage
