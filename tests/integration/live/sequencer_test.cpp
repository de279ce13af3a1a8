#include "server/ws/sequencer.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "server/storage/events.hpp"
#include "tests/support/test_database.hpp"

namespace callout::ws {
namespace {

using notifications::Event;

// One node: a sequencer and all that it announced.
class Node {
public:
    explicit Node(const storage::Endpoint& endpoint)
        : sequencer_{std::make_unique<Sequencer>(
              endpoint, SequencerListener{.begin = [this](std::int64_t head) { begun_at(head); },
                                          .announce = [this](std::vector<Event> events) { take(std::move(events)); },
                                          .rewind = [](std::int64_t) { ADD_FAILURE() << "rewound"; },
                                          .database_gone = [] { ADD_FAILURE() << "database gone"; }})} {}

    void wake() { sequencer_->wake(); }

    bool wait_for(std::size_t count) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, std::chrono::seconds{30}, [&] { return events_.size() >= count; });
    }

    bool wait_until_begun() {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, std::chrono::seconds{30}, [&] { return head_ >= 0; });
    }

    std::vector<Event> events() {
        const std::scoped_lock lock{mutex_};
        return events_;
    }

    void stop() { sequencer_.reset(); }

private:
    void begun_at(std::int64_t head) {
        const std::scoped_lock lock{mutex_};
        head_ = head;
        changed_.notify_all();
    }

    void take(std::vector<Event> events) {
        const std::scoped_lock lock{mutex_};
        events_.insert(events_.end(), events.begin(), events.end());
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::int64_t head_ = -1;
    std::vector<Event> events_;
    std::unique_ptr<Sequencer> sequencer_;
};

class SequencerTest : public testing::Test {
protected:
    static void SetUpTestSuite() { database_ = std::make_unique<test::TestDatabase>(); }

    static void TearDownTestSuite() { database_.reset(); }

    void SetUp() override { database_->empty(); }

    static void append(storage::Connection& db, std::string kind) {
        storage::append_event(db, {.kind = std::move(kind), .happened_at = now(), .recorded_at = now()});
    }

    // Rows this connection has read so far.
    static std::int64_t rows_read(storage::Connection& db) {
        std::int64_t sum = 0;
        for (const auto& row : db.query("SHOW SESSION STATUS LIKE 'Handler\\_read\\_%'"))
            sum += std::stoll(row.get<std::string>(1));
        return sum;
    }

    static void expect_whole_sequence(const std::vector<Event>& events, std::size_t count) {
        ASSERT_EQ(events.size(), count);
        std::set<std::int64_t> ids;
        for (std::size_t i = 0; i < events.size(); ++i) {
            EXPECT_EQ(events[i].seq, static_cast<std::int64_t>(i) + 1);
            ids.insert(events[i].id);
        }
        EXPECT_EQ(ids.size(), count) << "an event was announced twice";
    }

    static std::unique_ptr<test::TestDatabase> database_;
};

std::unique_ptr<test::TestDatabase> SequencerTest::database_;

// However many are new, which is when the optimiser would rather read them all.
TEST_F(SequencerTest, FindsTheEventsWithoutANumberWithoutReadingThoseThatHaveOne) {
    constexpr std::size_t numbered = 4000;
    constexpr std::size_t found_new = 400;
    auto db = database_->connect();
    for (std::size_t i = 0; i < numbered; ++i) append(db, "call.ringing");
    db.commit();
    std::int64_t next = 1;
    for (auto batch = storage::events_without_seq(db, 512); !batch.empty();
         batch = storage::events_without_seq(db, 512)) {
        ASSERT_TRUE(storage::number_events(db, batch, next));
        db.commit();
        next += static_cast<std::int64_t>(batch.size());
    }
    for (std::size_t i = 0; i < found_new; ++i) append(db, "call.ringing");
    db.commit();

    const auto before = rows_read(db);
    EXPECT_EQ(storage::events_without_seq(db, 512).size(), found_new);
    EXPECT_LT(rows_read(db) - before, static_cast<std::int64_t>(numbered));
}

TEST_F(SequencerTest, AnnouncesACommittedEventWithEverythingTheRowHolds) {
    Node node{database_->endpoint()};
    ASSERT_TRUE(node.wait_until_begun());
    auto db = database_->connect();
    const Instant at{std::chrono::sys_days{std::chrono::year{2026} / 3 / 4}};
    storage::append_event(db, {.kind = "ticket.noted",
                               .ticket_id = 7,
                               .ticket_version = 3,
                               .from_state = "open",
                               .to_state = "open",
                               .happened_at = at,
                               .recorded_at = at,
                               .source = "console",
                               .attributes = {{"text", "漏油 🛠"}},
                               .audience = {.office_path = "/1/4/",
                                            .dealer_path = "/1/4/9/",
                                            .former_dealer_path = "/1/4/8/",
                                            .technician_id = 5,
                                            .user_ids = {7, 12}},
                               .internal = true});
    db.commit();
    node.wake();
    ASSERT_TRUE(node.wait_for(1));
    const auto event = node.events().front();
    EXPECT_EQ(event.seq, 1);
    EXPECT_EQ(event.kind, "ticket.noted");
    EXPECT_EQ(event.ticket_id, 7);
    EXPECT_EQ(event.ticket_version, 3);
    EXPECT_EQ(event.happened_at, at);
    EXPECT_EQ(event.attributes, R"({"text":"漏油 🛠"})");
    EXPECT_EQ(event.audience.dealer_path, "/1/4/9/");
    EXPECT_EQ(event.audience.former_dealer_path, "/1/4/8/");
    EXPECT_EQ(event.audience.technician_id, 5);
    EXPECT_EQ(event.audience.user_ids, (std::vector<std::int64_t>{7, 12}));
    EXPECT_TRUE(event.internal);
}

TEST_F(SequencerTest, DoesNotWaitForATransactionThatIsStillOpenAndNumbersItLater) {
    Node node{database_->endpoint()};
    ASSERT_TRUE(node.wait_until_begun());
    auto early = database_->connect();
    auto late = database_->connect();
    append(early, "test.first_inserted");
    early.ping();  // a row that waits is written before the next statement
    append(late, "test.first_committed");
    late.commit();
    node.wake();
    ASSERT_TRUE(node.wait_for(1)) << "numbering waited for an open transaction";
    early.commit();
    node.wake();
    ASSERT_TRUE(node.wait_for(2));
    const auto events = node.events();
    EXPECT_EQ(events[0].kind, "test.first_committed");
    EXPECT_EQ(events[1].kind, "test.first_inserted");
    EXPECT_LT(events[1].id, events[0].id) << "the case this test is about";
    expect_whole_sequence(events, 2);
}

TEST_F(SequencerTest, LeavesNoGapForWhatWasRolledBack) {
    Node node{database_->endpoint()};
    ASSERT_TRUE(node.wait_until_begun());
    auto db = database_->connect();
    for (int i = 0; i < 30; ++i) {
        append(db, "test.event");
        if (i % 3 == 0) {
            db.rollback();
        } else {
            db.commit();
        }
        node.wake();
    }
    ASSERT_TRUE(node.wait_for(20));
    expect_whole_sequence(node.events(), 20);
}

TEST_F(SequencerTest, NumbersWhatWasCommittedWhileNobodyRan) {
    auto db = database_->connect();
    for (int i = 0; i < 1300; ++i) append(db, "test.event");
    db.commit();
    Node node{database_->endpoint()};
    ASSERT_TRUE(node.wait_for(1300));
    expect_whole_sequence(node.events(), 1300);
}

// Two nodes, eight writers, transactions of several events, some rolled back, committed out of the order of their ids.
TEST_F(SequencerTest, TwoAtOnceOverConcurrentWritersMakeOneSequence) {
    const auto seed = std::random_device{}();
    RecordProperty("seed", std::to_string(seed));
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Node first{database_->endpoint()};
    Node second{database_->endpoint()};
    ASSERT_TRUE(first.wait_until_begun() && second.wait_until_begun());

    std::atomic<std::size_t> committed = 0;
    {
        std::vector<std::jthread> writers;
        for (unsigned writer = 0; writer < 8; ++writer)
            writers.emplace_back([&, writer] {
                std::minstd_rand random{seed + writer};
                auto db = database_->connect();
                for (int transaction = 0; transaction < 60; ++transaction) {
                    const auto events = std::uniform_int_distribution{1, 5}(random);
                    for (int i = 0; i < events; ++i) {
                        append(db, "test.event");
                        if (random() % 4 == 0) std::this_thread::yield();
                    }
                    if (random() % 5 == 0) {
                        db.rollback();
                        continue;
                    }
                    db.commit();
                    committed += static_cast<std::size_t>(events);
                    (writer % 2 == 0 ? first : second).wake();
                }
            });
    }
    ASSERT_TRUE(first.wait_for(committed) && second.wait_for(committed));
    first.stop();
    second.stop();
    expect_whole_sequence(first.events(), committed);
    expect_whole_sequence(second.events(), committed);
    for (std::size_t i = 0; i < committed; ++i) ASSERT_EQ(first.events()[i].id, second.events()[i].id);

    auto db = database_->connect();
    const auto row = db.query("SELECT COUNT(*), COUNT(seq), MIN(seq), MAX(seq) FROM event");
    EXPECT_EQ(row.front().get<std::size_t>(0), committed);
    EXPECT_EQ(row.front().get<std::size_t>(1), committed);
    EXPECT_EQ(row.front().get<std::size_t>(3), committed);
}

}  // namespace
}  // namespace callout::ws
