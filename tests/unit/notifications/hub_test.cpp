#include "notifications/hub.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace callout::notifications {
namespace {

using dispatch::Role;
using Kind = Hub::CatchUp::Kind;
using Step = ConsoleQueue::Step;

const Instant noon{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1} + std::chrono::hours{12}};

Viewer person(Role role, std::string_view unit_path, std::int64_t user_id) {
    Viewer viewer;
    viewer.actor.user_id = user_id;
    viewer.actor.grants.push_back(dispatch::grant_of(role, unit_path, user_id));
    viewer.user_id = user_id;
    viewer.name = "person " + std::to_string(user_id);
    viewer.session_id = 1000 + user_id;
    return viewer;
}

Announcement of_ticket(std::int64_t seq, dispatch::Audience audience = {}) {
    return {.seq = seq,
            .kind = "ticket.edited",
            .ticket_id = 7,
            .audience = std::move(audience),
            .internal = false,
            .text = std::make_shared<const std::string>("event " + std::to_string(seq))};
}

// A hub at 0, and the writers of its consoles, driven by hand.
class HubTest : public testing::Test {
protected:
    HubTest() { hub_.begin(0); }

    ConsolePtr open(Viewer viewer, std::int64_t after = 0) {
        return hub_.open(std::move(viewer), after, hub_.head(), [this] { ++wakes_; });
    }

    void announce(Announcement announcement) {
        const std::vector<AnnouncementPtr> one{std::make_shared<const Announcement>(std::move(announcement))};
        hub_.announce(one);
    }

    // All the numbers its writer sends until it has nothing left to do.
    std::vector<std::int64_t> drain(const ConsolePtr& console) {
        std::vector<std::int64_t> sent;
        while (true) {
            const auto next = console->next();
            if (next.step == Step::send) sent.push_back(next.announcement->seq);
            if (next.step == Step::wait || next.step == Step::close) return sent;
            if (next.step != Step::catch_up) continue;
            const auto missed = hub_.catch_up(console);
            if (missed.kind == Kind::in_database || missed.kind == Kind::ahead) return sent;
            for (const auto& event : missed.events)
                if (console->decide(*event) == Console::Decision::send) sent.push_back(event->seq);
        }
    }

    Hub hub_{HubLimits{.queue = {.count = 8, .bytes = 4096}, .recent_count = 100, .resume_events = 50}};
    std::atomic<int> wakes_ = 0;
};

TEST_F(HubTest, TellsAConsoleWhatItMissedAndThenWhatHappensEachOnceInOrder) {
    for (std::int64_t seq = 1; seq <= 5; ++seq) announce(of_ticket(seq));
    const auto console = open(person(Role::agent, "/1/", 1), 2);
    announce(of_ticket(6));
    EXPECT_EQ(drain(console), (std::vector<std::int64_t>{3, 4, 5, 6}));
    announce(of_ticket(7));
    EXPECT_EQ(wakes_, 1);
    EXPECT_EQ(drain(console), (std::vector<std::int64_t>{7}));
}

TEST_F(HubTest, WakesNobodyWhoHasLeft) {
    const auto console = open(person(Role::agent, "/1/", 1));
    drain(console);
    hub_.leave(console);
    // A thread that found it before, and would now post to a server that is gone.
    hub_.close(console, CloseCode::signed_out);
    EXPECT_EQ(wakes_, 0);
}

TEST_F(HubTest, LosesNothingThatComesWhileAConsoleCatchesUp) {
    for (std::int64_t seq = 1; seq <= 3; ++seq) announce(of_ticket(seq));
    const auto console = open(person(Role::agent, "/1/", 1), 0);
    ASSERT_EQ(console->next().step, Step::catch_up);
    const auto missed = hub_.catch_up(console);
    announce(of_ticket(4));
    std::vector<std::int64_t> sent;
    for (const auto& event : missed.events)
        if (console->decide(*event) == Console::Decision::send) sent.push_back(event->seq);
    for (const auto seq : drain(console)) sent.push_back(seq);
    EXPECT_EQ(sent, (std::vector<std::int64_t>{1, 2, 3, 4}));
}

TEST_F(HubTest, SendsAConsoleToTheDatabaseForWhatIsNoLongerInMemory) {
    for (std::int64_t seq = 1; seq <= 140; ++seq) announce(of_ticket(seq));
    const auto console = open(person(Role::agent, "/1/", 1), 95);
    EXPECT_EQ(hub_.catch_up(console).kind, Kind::events);
    Hub small{HubLimits{.recent_count = 10}};
    small.begin(200);
    const auto other = small.open(person(Role::agent, "/1/", 1), 150, 200, [] {});
    const auto missed = small.catch_up(other);
    EXPECT_EQ(missed.kind, Kind::in_database);
    EXPECT_EQ(missed.after, 150);
    EXPECT_EQ(missed.until, 200);
}

TEST_F(HubTest, TellsAConsoleThatWasAwayTooLongToReadEverythingAnew) {
    for (std::int64_t seq = 1; seq <= 60; ++seq) announce(of_ticket(seq));
    const auto console = open(person(Role::agent, "/1/", 1), 3);
    EXPECT_EQ(hub_.catch_up(console).kind, Kind::resync);
    EXPECT_EQ(console->next().step, Step::resync);
    EXPECT_EQ(console->position(), 60);
    announce(of_ticket(61));
    EXPECT_EQ(drain(console), (std::vector<std::int64_t>{61}));
}

TEST_F(HubTest, AsksTheDatabaseAboutAConsoleThatKnowsMore) {
    const auto console = open(person(Role::agent, "/1/", 1), 10);
    EXPECT_EQ(hub_.catch_up(console).kind, Kind::ahead);
    hub_.resync(console);
    EXPECT_EQ(console->next().step, Step::resync);
    EXPECT_EQ(console->position(), 0);
}

TEST_F(HubTest, ClosesASlowConsoleAndOnlyThat) {
    const auto slow = open(person(Role::agent, "/1/", 1));
    const auto quick = open(person(Role::agent, "/1/", 2));
    drain(slow);
    drain(quick);
    for (std::int64_t seq = 1; seq <= 20; ++seq) {
        announce(of_ticket(seq));
        EXPECT_EQ(drain(quick), (std::vector<std::int64_t>{seq}));
    }
    EXPECT_TRUE(slow->overflowed());
    EXPECT_EQ(slow->queued_count(), 0u);
    EXPECT_EQ(slow->next().step, Step::resync);
    EXPECT_EQ(slow->next().code, CloseCode::overloaded);
    EXPECT_FALSE(quick->overflowed());
    EXPECT_EQ(hub_.overflowed_count(), 1u);
}

// Each role against each kind of event: exactly what it may see.
TEST_F(HubTest, LeaksNothingToAnybody) {
    const dispatch::Audience north{.office_path = "/1/2/", .dealer_path = "/1/2/5/", .technician_id = 55};
    const dispatch::Audience south{.office_path = "/1/3/", .dealer_path = "/1/3/6/", .technician_id = 66};
    const dispatch::Audience moved{
        .office_path = "/1/3/", .dealer_path = "/1/3/6/", .former_dealer_path = "/1/2/5/", .technician_id = 66};
    auto internal = of_ticket(4, north);
    internal.internal = true;
    auto ring = of_ticket(5, {.user_ids = {2, 55}});
    ring.kind = "call.ringing";
    ring.ticket_id.reset();
    auto nobody = of_ticket(6);

    struct Case {
        std::string_view who;
        Viewer viewer;
        std::vector<std::int64_t> sees;
    };

    std::vector<Case> cases{
        {"agent", person(Role::agent, "/1/", 1), {1, 2, 3, 4, 6}},
        {"agent whose telephone rings", person(Role::agent, "/1/", 2), {1, 2, 3, 4, 5, 6}},
        {"dispatcher", person(Role::dispatcher, "/1/", 3), {1, 2, 3, 4, 6}},
        {"supervisor", person(Role::supervisor, "/1/", 4), {1, 2, 3, 4, 6}},
        {"coordinator of the north", person(Role::coordinator, "/1/2/", 22), {1, 3, 4}},
        {"coordinator of the south", person(Role::coordinator, "/1/3/", 33), {2, 3}},
        {"dealer of the north", person(Role::dealer, "/1/2/5/", 50), {1, 3}},
        {"dealer of the south", person(Role::dealer, "/1/3/6/", 60), {2, 3}},
        {"dealer beside them, whose number only begins alike", person(Role::dealer, "/1/2/51/", 51), {}},
        {"technician of the north whose telephone rings", person(Role::technician, "/1/2/5/", 55), {1, 5}},
        {"technician of the south", person(Role::technician, "/1/3/6/", 66), {2, 3}},
        {"another technician of the north", person(Role::technician, "/1/2/5/", 56), {}},
    };
    std::vector<ConsolePtr> consoles;
    for (const auto& one : cases) {
        consoles.push_back(open(one.viewer));
        drain(consoles.back());
    }
    announce(of_ticket(1, north));
    announce(of_ticket(2, south));
    announce(of_ticket(3, moved));
    announce(internal);
    announce(ring);
    announce(nobody);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        EXPECT_EQ(drain(consoles[i]), cases[i].sees) << cases[i].who << ", live";
        // The same when he comes back later.
        EXPECT_EQ(drain(open(cases[i].viewer, 0)), cases[i].sees) << cases[i].who << ", catching up";
    }
}

TEST_F(HubTest, DecidesAnewWhenSomebodyChanged) {
    const auto console = open(person(Role::dealer, "/1/2/5/", 50));
    drain(console);
    const dispatch::Audience his{.office_path = "/1/2/", .dealer_path = "/1/2/5/"};
    announce(of_ticket(1, his));
    auto change = of_ticket(2, {.office_path = "/1/2/", .technician_id = 50});
    change.kind = user_changed;
    change.ticket_id.reset();
    announce(change);
    announce(of_ticket(3, his));
    // Nothing of all this was written yet, so nothing is written before it is known who he is now.
    EXPECT_EQ(drain(console), (std::vector<std::int64_t>{}));
    const auto held = hub_.take_held();
    ASSERT_EQ(held, (std::vector<ConsolePtr>{console}));
    hub_.release(console, person(Role::dealer, "/1/3/6/", 50), console->holds());
    EXPECT_EQ(drain(console), (std::vector<std::int64_t>{2})) << "only that he himself has changed";
    announce(of_ticket(4, {.office_path = "/1/3/", .dealer_path = "/1/3/6/"}));
    EXPECT_EQ(drain(console), (std::vector<std::int64_t>{4}));
}

TEST_F(HubTest, KeepsHoldingSomebodyWhoChangedTwice) {
    const auto console = open(person(Role::agent, "/1/", 1));
    drain(console);
    auto change = of_ticket(1, {.technician_id = 1});
    change.kind = user_changed;
    announce(change);
    hub_.take_held();
    const auto holds = console->holds();
    change.seq = 2;
    announce(change);
    hub_.release(console, person(Role::agent, "/1/", 1), holds);
    EXPECT_TRUE(console->held());
    EXPECT_EQ(hub_.take_held().size(), 1u);
}

TEST_F(HubTest, HoldsAConsoleWhoseViewerWasAskedForBeforeAChange) {
    const auto seen_head = hub_.head();
    auto change = of_ticket(1);
    change.kind = organisation_changed;
    change.ticket_id.reset();
    announce(change);
    const auto console = hub_.open(person(Role::agent, "/1/", 1), 1, seen_head, [] {});
    EXPECT_TRUE(console->held());
    EXPECT_EQ(hub_.take_held().size(), 1u);
}

TEST_F(HubTest, EndsTheConsolesOfARevokedSession) {
    const auto his = open(person(Role::agent, "/1/", 1));
    const auto other = open(person(Role::agent, "/1/", 2));
    hub_.close_session(1001, CloseCode::signed_out);
    EXPECT_EQ(his->next().code, CloseCode::signed_out);
    EXPECT_EQ(other->closing(), CloseCode::none);
}

TEST_F(HubTest, RefusesConsolesWhileTheDatabaseIsGone) {
    const auto before = open(person(Role::agent, "/1/", 1));
    hub_.database_gone();
    EXPECT_EQ(before->next().code, CloseCode::database_gone);
    EXPECT_FALSE(hub_.accepting());
    EXPECT_EQ(open(person(Role::agent, "/1/", 1))->next().code, CloseCode::database_gone);
    hub_.begin(0);
    EXPECT_TRUE(hub_.accepting());
    hub_.close_all(CloseCode::restart);
    hub_.begin(0);
    EXPECT_FALSE(hub_.accepting()) << "it stops for good";
}

TEST_F(HubTest, TellsThoseWhoHaveTheTicketOpenWhoElseHas) {
    const auto first = open(person(Role::agent, "/1/", 1));
    const auto second = open(person(Role::agent, "/1/", 2));
    const auto elsewhere = open(person(Role::agent, "/1/", 3));
    for (const auto& console : {first, second, elsewhere}) drain(console);
    hub_.show_ticket(first, 7, false, noon);
    hub_.show_ticket(second, 7, true, noon);
    hub_.show_ticket(elsewhere, 8, false, noon);
    const std::vector<Present> both{{1, "person 1", false}, {2, "person 2", true}};
    EXPECT_EQ(first->next().step, Step::presence);
    EXPECT_EQ(hub_.presence_for(first).people, both);
    EXPECT_EQ(hub_.presence_for(second).people, both);
    EXPECT_EQ(hub_.presence_for(elsewhere).people.size(), 1u);
    drain(first);
    hub_.leave(second);
    EXPECT_EQ(first->next().step, Step::presence);
    EXPECT_EQ(hub_.presence_for(first).people, (std::vector<Present>{{1, "person 1", false}}));
}

TEST_F(HubTest, NamesAPersonWithTwoConsolesOnceAndEndsTypingThatIsNotRepeated) {
    const auto first = open(person(Role::agent, "/1/", 1));
    const auto again = open(person(Role::agent, "/1/", 1));
    hub_.show_ticket(first, 7, false, noon);
    hub_.show_ticket(again, 7, true, noon);
    EXPECT_EQ(hub_.presence_for(first).people, (std::vector<Present>{{1, "person 1", true}}));
    hub_.tick(noon + std::chrono::seconds{44});
    EXPECT_TRUE(hub_.presence_for(first).people.front().typing);
    hub_.tick(noon + std::chrono::seconds{45});
    EXPECT_FALSE(hub_.presence_for(first).people.front().typing);
}

TEST_F(HubTest, TakesThePresenceOfATicketFromADealerWhoLostIt) {
    const auto dealer = open(person(Role::dealer, "/1/2/5/", 50));
    const auto agent = open(person(Role::agent, "/1/", 1));
    hub_.show_ticket(dealer, 7, false, noon);
    hub_.show_ticket(agent, 7, false, noon);
    announce(of_ticket(1, {.office_path = "/1/2/", .former_dealer_path = "/1/2/5/"}));
    EXPECT_EQ(hub_.shown_ticket(dealer), 0);
    EXPECT_TRUE(hub_.presence_for(dealer).people.empty());
    EXPECT_EQ(hub_.presence_for(agent).people, (std::vector<Present>{{1, "person 1", false}}));
}

// For TSan, and for the promise: consoles come, catch up, are held and leave while events are announced.
TEST(HubUnderLoad, GivesEveryConsoleAGrowingSequenceWithoutGaps) {
    constexpr std::int64_t last = 20'000;
    Hub hub{HubLimits{.queue = {.count = 100'000, .bytes = 100'000'000}, .resume_events = last}};
    hub.begin(0);
    std::jthread sequencer{[&] {
        for (std::int64_t seq = 1; seq <= last; ++seq) {
            auto event = of_ticket(seq);
            if (seq % 500 == 0) event.kind = organisation_changed;
            const std::vector<AnnouncementPtr> one{std::make_shared<const Announcement>(event)};
            hub.announce(one);
            // Somebody is to be there for most of it.
            if (hub.console_count() < 2) std::this_thread::yield();
        }
    }};
    std::atomic<bool> finished = false;
    std::jthread watcher{[&] {
        while (!finished) {
            for (const auto& console : hub.take_held()) {
                const auto holds = console->holds();
                hub.release(console, *console->viewer(), holds);
            }
            hub.tick(noon);
            std::this_thread::yield();
        }
    }};
    std::vector<std::jthread> writers;
    for (std::int64_t user = 1; user <= 4; ++user)
        writers.emplace_back([&, user] {
            std::int64_t position = 0;
            while (position < last) {
                const auto console = hub.open(person(Role::agent, "/1/", user), position, hub.head(), [] {});
                hub.show_ticket(console, 7, false, noon);
                // Comes back after every thousand events.
                const auto until = std::min(last, position + 1000);
                while (position < until) {
                    const auto next = console->next();
                    std::vector<AnnouncementPtr> events;
                    if (next.step == Step::send) {
                        ASSERT_EQ(next.announcement->seq, position + 1);
                        ++position;
                    } else if (next.step == Step::catch_up) {
                        for (const auto& event : hub.catch_up(console).events) {
                            const auto decision = console->decide(*event);
                            if (decision == Console::Decision::break_off) break;
                            ASSERT_EQ(event->seq, position + 1);
                            ++position;
                        }
                    } else {
                        std::this_thread::yield();
                    }
                }
                hub.leave(console);
            }
        });
    writers.clear();
    finished = true;
    EXPECT_EQ(hub.console_count(), 0u);
}

}  // namespace
}  // namespace callout::notifications
