#include <gtest/gtest.h>

#include <future>
#include <set>

#include "server/storage/database.hpp"
#include "tests/support/test_database.hpp"

namespace callout::storage {
namespace {

constexpr std::string_view insert_mark = "INSERT INTO mark (name, transaction_id)";

class WaitingRows : public testing::Test {
protected:
    WaitingRows() { db_.execute_text("CREATE TABLE mark (name VARCHAR(20) PRIMARY KEY, transaction_id BIGINT)"); }

    void add(Connection& db, std::string_view name) {
        db.insert_later(insert_mark, {to_parameter(name), to_parameter(std::int64_t{0})});
    }

    std::int64_t count(Connection& db) { return db.query("SELECT COUNT(*) FROM mark").front().get<std::int64_t>(0); }

    test::TestDatabase database_{test::TestDatabase::Schema::empty};
    Connection db_{database_.endpoint()};
    Connection other_{database_.endpoint()};
};

TEST_F(WaitingRows, AreThereAfterTheCommitHoweverMany) {
    for (int i = 0; i < 77; ++i) add(db_, std::to_string(i));
    db_.commit();
    EXPECT_EQ(count(other_), 77);
}

TEST_F(WaitingRows, AreWrittenBeforeTheNextStatementLooks) {
    add(db_, "a");
    EXPECT_EQ(count(db_), 1);
}

TEST_F(WaitingRows, AreNotSeenByAQueryApart) {
    add(db_, "a");
    EXPECT_EQ(db_.query_apart("SELECT COUNT(*) FROM mark").front().get<std::int64_t>(0), 0);
}

TEST_F(WaitingRows, AreGoneAfterARollback) {
    add(db_, "a");
    db_.rollback();
    db_.commit();
    EXPECT_EQ(count(other_), 0);
}

TEST_F(WaitingRows, MakeTheCommitFailWhenTheirKeyIsTaken) {
    add(db_, "a");
    db_.commit();
    add(db_, "a");
    try {
        db_.commit();
        FAIL() << "a second row of the same key was taken";
    } catch (const StatementFailed& failed) {
        EXPECT_TRUE(failed.duplicate_key()) << failed.what();
    }
}

// Jobs that wait until all of them are queued, so that they meet in one group.
class SharedJobs : public WaitingRows {
protected:
    SharedJobs() : pool_{database_.endpoint(), {.connections = 1}} {
        // The only thread is kept busy until everything is queued.
        pool_.submit([this] { all_queued_.get_future().wait(); });
    }

    void submit(const std::string& name, bool willing = true) {
        const auto mark = [this, name](Connection& db) {
            const auto id = db.query("SELECT CONNECTION_ID()").front().get<std::int64_t>(0);
            db.insert_later(insert_mark, {to_parameter(name), to_parameter(id)});
        };
        ++submitted_;
        ASSERT_TRUE(pool_.submit_shared({.run =
                                             [mark, willing](Connection& db) {
                                                 mark(db);
                                                 return willing;
                                             },
                                         .committed = [this, name] { end(together_, name); },
                                         .alone =
                                             [this, name, mark, willing] {
                                                 try {
                                                     if (willing) pool_.transaction(mark);
                                                     end(alone_, name);
                                                 } catch (const StatementFailed&) {
                                                     end(refused_, name);
                                                 }
                                             }}));
    }

    void run() {
        all_queued_.set_value();
        pool_.finish_jobs();
        EXPECT_EQ(together_.size() + alone_.size() + refused_.size(), submitted_);
    }

    // Only the pool's one thread comes here.
    static void end(std::set<std::string>& names, const std::string& name) { names.insert(name); }

    std::promise<void> all_queued_;
    Database pool_;
    std::size_t submitted_ = 0;
    std::set<std::string> together_;
    std::set<std::string> alone_;
    std::set<std::string> refused_;
};

TEST_F(SharedJobs, CommitTogether) {
    for (const auto* name : {"a", "b", "c"}) submit(name);
    run();
    EXPECT_EQ(together_, (std::set<std::string>{"a", "b", "c"}));
    EXPECT_EQ(count(other_), 3);
}

TEST_F(SharedJobs, RunEachAloneWhenOneOfThemIsNotWilling) {
    submit("a");
    submit("b", false);
    submit("c");
    run();
    EXPECT_EQ(alone_, (std::set<std::string>{"a", "b", "c"}));
    EXPECT_EQ(count(other_), 2);
}

TEST_F(SharedJobs, RunEachAloneWhenTheirCommitFails) {
    submit("a");
    submit("b");
    add(db_, "b");
    db_.commit();
    run();
    EXPECT_EQ(alone_, (std::set<std::string>{"a"}));
    EXPECT_EQ(refused_, (std::set<std::string>{"b"}));
    EXPECT_EQ(count(other_), 2);
}

TEST_F(SharedJobs, GoOnInFurtherGroupsWhenTheyAreMany) {
    for (int i = 0; i < 100; ++i) submit(std::to_string(i));
    run();
    EXPECT_EQ(together_.size(), 100U);
    EXPECT_EQ(count(other_), 100);
}

}  // namespace
}  // namespace callout::storage
