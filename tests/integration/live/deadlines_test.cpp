#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>

#include "server/deadlines/deadline_worker.hpp"
#include "tests/support/test_database.hpp"

namespace callout::deadlines {
namespace {

using dispatch::DeadlineKind;

// Notes what fired, and clears the row as the real work does.
class Log {
public:
    Fire fire() {
        return [this](storage::Connection& db, std::int64_t ticket_id, DeadlineKind kind, Instant) {
            storage::clear_deadline(db, ticket_id, kind);
            db.execute(
                "INSERT INTO event (kind, ticket_id, happened_at, recorded_at, source, attributes) VALUES "
                "('test.fired', ?, ?, ?, 'system', '{}')",
                ticket_id, callout::now(), callout::now());
            return true;
        };
    }

    std::function<void()> fired() {
        return [this] {
            const std::scoped_lock lock{mutex_};
            ++count_;
            changed_.notify_all();
        };
    }

    bool wait_for(int count) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, std::chrono::seconds{30}, [&] { return count_ >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

class Deadlines : public testing::Test {
protected:
    static void SetUpTestSuite() { schema_ = std::make_unique<test::TestDatabase>(); }

    static void TearDownTestSuite() { schema_.reset(); }

    void SetUp() override { schema_->empty(); }

    void set(std::int64_t ticket_id, Instant due_at, DeadlineKind kind = DeadlineKind::offer_expiry) {
        database_.transaction([&](storage::Connection& db) { storage::set_deadline(db, ticket_id, kind, due_at); });
    }

    std::vector<std::int64_t> fired_tickets() {
        auto db = schema_->connect();
        std::vector<std::int64_t> ids;
        for (const auto& row : db.query("SELECT ticket_id FROM event WHERE kind = 'test.fired' ORDER BY id"))
            ids.push_back(row.get<std::int64_t>(0));
        return ids;
    }

    static std::unique_ptr<test::TestDatabase> schema_;
    storage::Database database_{schema_->endpoint(), {.connections = 4}};
    Log log_;
};

std::unique_ptr<test::TestDatabase> Deadlines::schema_;

TEST_F(Deadlines, FireAtOnceWhenTheyAreLateTheLongestDueFirst) {
    set(1, now() - std::chrono::hours{1});
    set(2, now() - std::chrono::hours{3});
    set(3, now() + std::chrono::hours{1});
    const DeadlineWorker worker{database_, log_.fire(), log_.fired()};
    ASSERT_TRUE(log_.wait_for(2));
    EXPECT_EQ(fired_tickets(), (std::vector<std::int64_t>{2, 1}));
}

TEST_F(Deadlines, AreNotFiredBeforeTheirTime) {
    const auto start = now();
    std::atomic<std::int64_t> elapsed_ms = 0;
    set(1, start + std::chrono::minutes{15});
    DeadlineWorker worker{database_, log_.fire(), log_.fired(),
                          [&] { return start + Milliseconds{elapsed_ms.load()}; }};
    // One that is due already shows that the worker went past the other.
    set(2, start);
    worker.wake();
    ASSERT_TRUE(log_.wait_for(1));
    EXPECT_EQ(fired_tickets(), (std::vector<std::int64_t>{2}));
    elapsed_ms = Milliseconds{std::chrono::minutes{15}}.count();
    worker.wake();
    ASSERT_TRUE(log_.wait_for(2));
    EXPECT_EQ(fired_tickets(), (std::vector<std::int64_t>{2, 1}));
}

TEST_F(Deadlines, FireOnceWhicheverNodeFiresThem) {
    constexpr int count = 200;
    for (int ticket = 1; ticket <= count; ++ticket) set(ticket, now() - std::chrono::seconds{1});
    storage::Database other{schema_->endpoint(), {.connections = 4}};
    {
        const DeadlineWorker first{database_, log_.fire(), log_.fired()};
        const DeadlineWorker second{other, log_.fire(), log_.fired()};
        ASSERT_TRUE(log_.wait_for(count));
    }
    const auto fired = fired_tickets();
    EXPECT_EQ(fired.size(), std::size_t{count});
    EXPECT_EQ(std::set(fired.begin(), fired.end()).size(), std::size_t{count});
}

TEST_F(Deadlines, ThatFailArePostponedAndHoldNobodyUp) {
    set(1, now() - std::chrono::hours{3});
    set(2, now() - std::chrono::hours{1});
    auto fire = [works = log_.fire()](storage::Connection& db, std::int64_t ticket_id, DeadlineKind kind, Instant at) {
        const bool done = works(db, ticket_id, kind, at);
        if (ticket_id == 1) throw std::runtime_error{"cannot be done"};
        return done;
    };
    {
        const DeadlineWorker worker{database_, fire, log_.fired()};
        ASSERT_TRUE(log_.wait_for(1));
    }
    EXPECT_EQ(fired_tickets(), (std::vector<std::int64_t>{2})) << "what the failed one wrote must be gone";
    auto db = schema_->connect();
    const auto rows = db.query("SELECT ticket_id, due_at FROM deadline");
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows.front().get<std::int64_t>(0), 1);
    EXPECT_GT(rows.front().get<Instant>(1), now() - std::chrono::minutes{1});
}

TEST_F(Deadlines, ComeAgainWhenTheTicketChangedMeanwhile) {
    set(1, now() - std::chrono::hours{3});
    std::atomic<int> attempts = 0;
    auto fire = [&, works = log_.fire()](storage::Connection& db, std::int64_t ticket_id, DeadlineKind kind,
                                         Instant at) { return works(db, ticket_id, kind, at) && ++attempts == 3; };
    const DeadlineWorker worker{database_, fire, log_.fired()};
    ASSERT_TRUE(log_.wait_for(1));
    EXPECT_EQ(attempts, 3);
    EXPECT_EQ(fired_tickets(), (std::vector<std::int64_t>{1}));
}

TEST_F(Deadlines, OfAKindThisVersionDoesNotKnowHoldNobodyUp) {
    database_.transaction([](storage::Connection& db) {
        db.execute("INSERT INTO deadline (ticket_id, kind, due_at) VALUES (1, 'from_the_future', ?)",
                   now() - std::chrono::hours{5});
    });
    set(2, now() - std::chrono::hours{1});
    const DeadlineWorker worker{database_, log_.fire(), log_.fired()};
    ASSERT_TRUE(log_.wait_for(1));
    EXPECT_EQ(fired_tickets(), (std::vector<std::int64_t>{2}));
}

}  // namespace
}  // namespace callout::deadlines
