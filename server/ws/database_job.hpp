// A coroutine waits for work on a database thread without blocking its own.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "server/storage/database.hpp"

namespace callout::ws {

// Runs `job` on a database thread and resumes with its result where the coroutine runs. Rethrows what the job threw;
// throws storage::Unavailable when the database's queue is full. The job owns what it uses: the coroutine may be gone
// before it ends.
template <class Result>
boost::asio::awaitable<Result> on_database(storage::Database& database, std::function<Result()> job) {
    struct Outcome {
        std::optional<Result> result;
        std::exception_ptr failure;
    };

    auto outcome = std::make_shared<Outcome>();
    // Named first: g++ 12 miscompiles a capturing lambda inside the co_await expression.
    auto initiate = [&database, outcome, job = std::move(job)](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        const auto executor = boost::asio::get_associated_executor(*shared);
        const auto resume = [shared, executor] { boost::asio::post(executor, [shared] { (*shared)(); }); };
        const bool accepted = database.submit([outcome, job, resume] {
            try {
                outcome->result.emplace(job());
            } catch (...) {
                outcome->failure = std::current_exception();
            }
            resume();
        });
        if (accepted) return;
        outcome->failure = std::make_exception_ptr(storage::Unavailable{"too much is waiting for the database"});
        resume();
    };
    co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(initiate,
                                                                                       boost::asio::use_awaitable);
    if (outcome->failure) std::rethrow_exception(outcome->failure);
    co_return std::move(*outcome->result);
}

}  // namespace callout::ws
