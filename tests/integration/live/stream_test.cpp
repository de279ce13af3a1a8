#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <memory>
#include <random>
#include <thread>

#include "server/http/server.hpp"
#include "server/storage/events.hpp"
#include "server/ws/live.hpp"
#include "tests/integration/live/console_client.hpp"
#include "tests/support/comes_true.hpp"
#include "tests/support/desk_test.hpp"

namespace callout::test {
namespace {

using dispatch::Role;

// A desk with its stream on a port, as callout serve puts them together.
class Node : public http::Application {
public:
    explicit Node(Desk& desk, ws::LiveOptions options = {})
        : desk_{desk},
          live_{desk.pool(),
                options,
                {.authenticate =
                     [&desk](const http::Request& request) { return desk.gateway().authenticate_console(request); },
                 .forget_people =
                     [&desk](std::optional<std::int64_t> user_id) {
                         if (user_id) {
                             desk.authenticator().forget_user(*user_id);
                         } else {
                             desk.authenticator().forget_all();
                         }
                     }}},
          server_{{.port = 0, .io_threads = 2}, http::StaticFiles{}} {
        server_.start(*this);
        while (!live_.hub().accepting()) std::this_thread::yield();
    }

    ~Node() override {
        stop();
        desk_.wait_for_jobs();
    }

    boost::asio::awaitable<http::Response> handle(http::Request request) override {
        return desk_.gateway().handle(std::move(request));
    }

    boost::asio::awaitable<tl::expected<http::StreamHandler, http::Response>> open_stream(
        http::Request request) override {
        return live_.open_stream(std::move(request));
    }

    void close_streams() override { live_.close(); }

    bool stop() {
        if (stopped_) return true;
        stopped_ = true;
        return server_.stop(std::chrono::seconds{5});
    }

    std::uint16_t port() const { return server_.port(); }

    ws::Live& live() { return live_; }

private:
    Desk& desk_;
    ws::Live live_;
    http::Server server_;
    bool stopped_ = false;
};

class StreamTest : public DeskTest {
protected:
    void SetUp() override {
        desk_->start_over();
        desk_->authenticator().forget_all();
        agent_ = desk_->add_person("agent", {Role::agent});
        node_ = std::make_unique<Node>(*desk_);
    }

    void TearDown() override { node_.reset(); }

    // Events of one transaction.
    void commit(int count, const dispatch::Audience& audience = {}, const std::string& kind = "ticket.edited",
                std::optional<std::int64_t> ticket_id = 7, std::string_view note = "发动机 🛠") {
        auto db = desk_->connect();
        for (int i = 0; i < count; ++i)
            storage::append_event(db, {.kind = kind,
                                       .ticket_id = kind.starts_with("ticket.") ? ticket_id : std::nullopt,
                                       .ticket_version = 1,
                                       .from_state = "open",
                                       .to_state = "open",
                                       .happened_at = now(),
                                       .recorded_at = now(),
                                       .actor_id = agent_.id,
                                       .attributes = {{"note", note}},
                                       .audience = audience});
        db.commit();
        node_->live().wake();
    }

    void wait_for_head(std::int64_t head) {
        ASSERT_TRUE(comes_true([&] { return node_->live().hub().head() == head; })) << node_->live().hub().head();
    }

    static std::vector<std::int64_t> range(std::int64_t first, std::int64_t last) {
        std::vector<std::int64_t> numbers;
        for (auto number = first; number <= last; ++number) numbers.push_back(number);
        return numbers;
    }

    Person agent_;
    std::unique_ptr<Node> node_;
};

TEST_F(StreamTest, SaysHelloAndTellsEventsInTheWordsOfTheContract) {
    ConsoleClient console{node_->port(), agent_.cookie};
    ASSERT_EQ(console.status(), 101);
    const auto hello = console.next();
    ASSERT_TRUE(hello);
    EXPECT_EQ(boost::json::serialize(*hello), R"({"type":"hello","head":0})");
    commit(1);
    const auto event = console.next();
    ASSERT_TRUE(event);
    std::vector<std::string> names;
    for (const auto& member : *event) names.emplace_back(member.key());
    EXPECT_EQ(names,
              (std::vector<std::string>{"type", "seq", "kind", "ticket_id", "ticket_version", "from_state", "to_state",
                                        "happened_at", "recorded_at", "source", "actor", "attributes"}));
    EXPECT_EQ(event->at("seq"), 1);
    EXPECT_EQ(event->at("actor").at("name"), "agent");
    EXPECT_EQ(event->at("attributes").at("note"), "发动机 🛠");
}

TEST_F(StreamTest, RefusesWhoeverIsNotSignedInComesFromElsewhereOrAsksNonsense) {
    EXPECT_EQ(ConsoleClient(node_->port(), "nothing=1").status(), 401);
    EXPECT_EQ(ConsoleClient(node_->port(), agent_.cookie + "\r\nOrigin: https://elsewhere.example").status(), 403);
    EXPECT_EQ(ConsoleClient(node_->port(), agent_.cookie, -3).status(), 422);
}

TEST_F(StreamTest, GivesAConsoleThatComesBackExactlyWhatItMissed) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::minstd_rand random{seed};
    constexpr std::int64_t last = 1200;
    std::jthread writer{[&] {
        for (int i = 0; i < last / 4; ++i) commit(4);
    }};
    std::int64_t seen = 0;
    while (seen < last) {
        ConsoleClient console{node_->port(), agent_.cookie, seen};
        const auto until = std::min<std::int64_t>(last, seen + 1 + static_cast<std::int64_t>(random() % 300));
        EXPECT_EQ(console.events_until(until), range(seen + 1, until));
        seen = until;
        if (HasFailure()) break;
    }
}

TEST_F(StreamTest, ReadsWhatIsNoLongerInMemoryFromTheDatabaseWithTheSameScope) {
    const auto office = desk_->add_unit(dispatch::UnitKind::office, "N");
    const auto coordinator = desk_->add_person("north", {Role::coordinator}, office);
    const auto path = fmt::format("/1/{}/", office);
    for (int i = 0; i < 3; ++i) {
        commit(300, {.office_path = path});
        commit(100, {.office_path = "/1/99/"});
    }
    wait_for_head(1200);
    // A node that begins now has nothing in memory.
    node_ = std::make_unique<Node>(*desk_);
    ConsoleClient console{node_->port(), coordinator.cookie, 250};
    auto expected = range(251, 300);
    for (const auto from : {401, 801})
        for (const auto seq : range(from, from + 299)) expected.push_back(seq);
    EXPECT_EQ(console.events_until(1100), expected);
}

TEST_F(StreamTest, SaysResyncWhenTooMuchWasMissedAndWhenTheConsoleKnowsMoreThanTheDatabase) {
    for (int i = 0; i < 6; ++i) commit(1000);
    wait_for_head(6000);
    for (const std::int64_t after : {500, 9000}) {
        ConsoleClient console{node_->port(), agent_.cookie, after};
        EXPECT_EQ(console.next()->at("type"), "hello");
        const auto resync = console.next();
        ASSERT_TRUE(resync);
        EXPECT_EQ(boost::json::serialize(*resync), R"({"type":"resync","head":6000})");
    }
}

TEST_F(StreamTest, EndsTheConsolesOfARevokedSessionAtOnce) {
    ConsoleClient console{node_->port(), agent_.cookie};
    ASSERT_TRUE(console.next());
    node_->live().revoke_session(agent_.session_id);
    EXPECT_FALSE(console.next());
    EXPECT_EQ(console.close_code(), 4401);
}

TEST_F(StreamTest, EndsTheConsolesOfASessionRevokedOnAnotherNode) {
    EXPECT_LE(ws::LiveOptions{}.session_check, std::chrono::seconds{1}) << "docs/people.md promises a second";
    node_ = std::make_unique<Node>(*desk_, ws::LiveOptions{.session_check = std::chrono::seconds{0}});
    ConsoleClient console{node_->port(), agent_.cookie};
    ASSERT_TRUE(console.next());
    auto db = desk_->connect();
    db.execute("DELETE FROM session WHERE id = ?", agent_.session_id);
    db.commit();
    EXPECT_FALSE(console.next());
    EXPECT_EQ(console.close_code(), 4401);
}

TEST_F(StreamTest, StopsTellingADealerWhoWasMovedAsSoonAsTheMoveIsCommitted) {
    const auto office = desk_->add_unit(dispatch::UnitKind::office, "N");
    const auto first = desk_->add_unit(dispatch::UnitKind::dealer, "D1", office);
    const auto second = desk_->add_unit(dispatch::UnitKind::dealer, "D2", office);
    const auto dealer = desk_->add_person("dealer", {Role::dealer}, first);
    const auto path_of = [&](std::int64_t unit) { return fmt::format("/1/{}/{}/", office, unit); };
    ConsoleClient console{node_->port(), dealer.cookie};
    ASSERT_TRUE(console.next());
    commit(1, {.dealer_path = path_of(first)});
    EXPECT_EQ(console.events_until(1), (std::vector<std::int64_t>{1}));
    {
        auto db = desk_->connect();
        db.execute("UPDATE user_account SET unit_id = ?, version = version + 1 WHERE id = ?", second, dealer.id);
        storage::append_event(db, {.kind = "user.changed",
                                   .happened_at = now(),
                                   .recorded_at = now(),
                                   .audience = {.office_path = path_of(second), .technician_id = dealer.id}});
        db.commit();
    }
    commit(1, {.dealer_path = path_of(first)});   // 3: no longer his
    commit(1, {.dealer_path = path_of(second)});  // 4
    EXPECT_EQ(console.events_until(4), (std::vector<std::int64_t>{2, 4}));
}

TEST_F(StreamTest, TellsWhoHasTheTicketOpenToThoseWhoMaySeeIt) {
    const auto dealer = desk_->add_person("dealer", {Role::dealer}, desk_->add_unit(dispatch::UnitKind::dealer, "D"));
    constexpr std::int64_t ticket_id = 7;
    {
        auto db = desk_->connect();
        const auto customer =
            db.insert("INSERT INTO customer (name, created_at, updated_at) VALUES ('c', ?, ?)", now(), now());
        db.execute(
            "INSERT INTO ticket (id, version, kind, urgency, state, state_since, customer_id, fault_reported_at, "
            "opened_at, description, contact_name, contact_phone, address) "
            "VALUES (?, 1, 'repair', 'normal', 'open', ?, ?, ?, ?, 'd', 'c', '', '')",
            ticket_id, now(), customer, now(), now());
        db.commit();
    }
    ConsoleClient console{node_->port(), agent_.cookie};
    ConsoleClient stranger{node_->port(), dealer.cookie};
    ASSERT_TRUE(console.next() && stranger.next());
    stranger.say(fmt::format(R"({{"type":"presence","ticket_id":{},"typing":true}})", ticket_id));
    console.say(fmt::format(R"({{"type":"presence","ticket_id":{},"typing":true}})", ticket_id));
    const auto presence = console.next();
    ASSERT_TRUE(presence);
    EXPECT_EQ(
        boost::json::serialize(*presence),
        fmt::format(R"({{"type":"presence","ticket_id":{},"people":[{{"user_id":{},"name":"agent","typing":true}}]}})",
                    ticket_id, agent_.id));
}

TEST_F(StreamTest, ClosesAConsoleThatTalksNonsense) {
    for (const auto* nonsense : {"{", R"({"type":"presence","ticket_id":-1,"typing":true})", R"({"type":"event"})"}) {
        ConsoleClient console{node_->port(), agent_.cookie};
        ASSERT_TRUE(console.next());
        console.say(nonsense);
        EXPECT_FALSE(console.next());
        EXPECT_EQ(console.close_code(), 1008) << nonsense;
    }
}

TEST_F(StreamTest, ClosesASlowConsoleWithoutHoldingOthersUp) {
    node_ = std::make_unique<Node>(*desk_, ws::LiveOptions{.hub = {.queue = {.count = 400, .bytes = 200'000}}});
    const ConsoleClient slow{node_->port(), agent_.cookie};  // reads nothing
    ConsoleClient quick{node_->port(), agent_.cookie};
    ASSERT_TRUE(quick.next());
    std::int64_t head = 0;
    while (node_->live().hub().overflowed_count() == 0 && head < 200'000) {
        commit(200);
        head += 200;
        ASSERT_EQ(quick.events_until(head), range(head - 199, head));
    }
    EXPECT_EQ(node_->live().hub().overflowed_count(), 1u);
}

TEST_F(StreamTest, TellsAConsoleThatPausedEverythingOnceWhenItReadsOn) {
    const std::string long_note(20'000, 'n');
    node_ = std::make_unique<Node>(
        *desk_, ws::LiveOptions{.hub = {.queue = {.count = 10'000, .bytes = std::size_t{1} << 28U}}});
    ConsoleClient console{node_->port(), agent_.cookie};
    ASSERT_TRUE(console.next());
    const auto known = node_->live().hub().consoles().at(0);
    // Until its socket takes no more, somewhere within a message, and events wait behind it.
    std::int64_t head = 0;
    while (known->queued_count() < 20 && head < 5'000) {
        commit(20, {}, "ticket.edited", 7, long_note);
        head += 20;
        wait_for_head(head);
    }
    ASSERT_GE(known->queued_count(), 20u);
    EXPECT_EQ(console.events_until(head), range(1, head));
    commit(1);
    EXPECT_EQ(console.events_until(head + 1), range(head + 1, head + 1));
}

TEST_F(StreamTest, ClosesConsolesForARestartSoThatTheyComeBack) {
    ConsoleClient console{node_->port(), agent_.cookie};
    ASSERT_TRUE(console.next());
    std::jthread stopping{[&] { EXPECT_TRUE(node_->stop()); }};
    EXPECT_FALSE(console.next());
    EXPECT_EQ(console.close_code(), 1012);
}

}  // namespace
}  // namespace callout::test
