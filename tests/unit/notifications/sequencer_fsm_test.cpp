#include "notifications/sequencer_fsm.hpp"

#include <gtest/gtest.h>

namespace callout::notifications {
namespace {

using Fsm = SequencerFsm;

// A machine that is connected, has read that nothing is new, and rests.
Fsm resting_at(std::int64_t head) {
    Fsm fsm;
    fsm.start();
    fsm.resume(Fsm::Connected{head});
    fsm.resume(Fsm::Announced{});
    fsm.resume(Fsm::Read{0, 0, 0});
    return fsm;
}

template <class Expected>
Expected as(const Fsm::Action& action) {
    const auto* expected = std::get_if<Expected>(&action);
    EXPECT_NE(expected, nullptr) << "another action, number " << action.index();
    return expected ? *expected : Expected{};
}

TEST(SequencerFsm, BeginsAtTheDatabasesHead) {
    Fsm fsm;
    as<Fsm::Connect>(fsm.start());
    EXPECT_EQ(as<Fsm::Begin>(fsm.resume(Fsm::Connected{41})).head, 41);
    EXPECT_EQ(as<Fsm::ReadAfter>(fsm.resume(Fsm::Announced{})).seq, 41);
}

TEST(SequencerFsm, NumbersWhatItFindsRightAfterTheHeadAndAnnouncesIt) {
    auto fsm = resting_at(41);
    as<Fsm::Find>(fsm.resume(Fsm::Rested{true}));
    EXPECT_EQ(as<Fsm::Number>(fsm.resume(Fsm::Found{3})).first_seq, 42);
    as<Fsm::Announce>(fsm.resume(Fsm::Numbered{}));
    EXPECT_EQ(fsm.head(), 44);
    as<Fsm::Rest>(fsm.resume(Fsm::Announced{}));
}

TEST(SequencerFsm, LooksAgainAtOnceAfterAFullBatch) {
    auto fsm = resting_at(0);
    fsm.resume(Fsm::Rested{true});
    fsm.resume(Fsm::Found{Fsm::batch_limit});
    fsm.resume(Fsm::Numbered{});
    as<Fsm::Find>(fsm.resume(Fsm::Announced{}));
}

TEST(SequencerFsm, ReadsWhatTheWinnerNumberedBeforeItTriesAgain) {
    auto fsm = resting_at(10);
    fsm.resume(Fsm::Rested{true});
    fsm.resume(Fsm::Found{2});
    EXPECT_EQ(as<Fsm::ReadAfter>(fsm.resume(Fsm::Collided{})).seq, 10);
    as<Fsm::Announce>(fsm.resume(Fsm::Read{5, 11, 15}));
    as<Fsm::Find>(fsm.resume(Fsm::Announced{}));
    EXPECT_EQ(as<Fsm::Number>(fsm.resume(Fsm::Found{1})).first_seq, 16);
}

TEST(SequencerFsm, StepsAsideWhenItKeepsColliding) {
    auto fsm = resting_at(0);
    fsm.resume(Fsm::Rested{true});
    for (int collision = 1; collision < 3; ++collision) {
        fsm.resume(Fsm::Found{1});
        as<Fsm::ReadAfter>(fsm.resume(Fsm::Collided{}));
        as<Fsm::Find>(fsm.resume(Fsm::Read{0, 0, 0}));
    }
    fsm.resume(Fsm::Found{1});
    as<Fsm::Pause>(fsm.resume(Fsm::Collided{}));
    as<Fsm::ReadAfter>(fsm.resume(Fsm::Rested{false}));
}

TEST(SequencerFsm, ReadsOtherNodesEventsWhenItHasNoneOfItsOwn) {
    auto fsm = resting_at(7);
    as<Fsm::Find>(fsm.resume(Fsm::Rested{false}));
    EXPECT_EQ(as<Fsm::ReadAfter>(fsm.resume(Fsm::Found{0})).seq, 7);
    as<Fsm::Announce>(fsm.resume(Fsm::Read{Fsm::batch_limit, 8, 7 + Fsm::batch_limit}));
    EXPECT_EQ(as<Fsm::ReadAfter>(fsm.resume(Fsm::Announced{})).seq, 7 + Fsm::batch_limit);
}

TEST(SequencerFsm, LooksLessOftenInAQuietNight) {
    auto fsm = resting_at(7);
    Milliseconds longest{0};
    for (int round = 0; round < 1000; ++round) {
        fsm.resume(Fsm::Rested{false});
        fsm.resume(Fsm::Found{0});
        longest = as<Fsm::Rest>(fsm.resume(Fsm::Read{0, 0, 0})).longest;
    }
    EXPECT_EQ(longest, Milliseconds{100});
    fsm.resume(Fsm::Rested{true});
    fsm.resume(Fsm::Found{0});
    EXPECT_EQ(as<Fsm::Rest>(fsm.resume(Fsm::Read{0, 0, 0})).longest, Milliseconds{25});
}

TEST(SequencerFsm, KeepsItsHeadOverALostConnectionAndReadsOn) {
    auto fsm = resting_at(20);
    fsm.resume(Fsm::Rested{true});
    fsm.resume(Fsm::Found{2});
    // The answer to the COMMIT was lost: it may have happened.
    EXPECT_EQ(as<Fsm::Pause>(fsm.resume(Fsm::Lost{})).length, Milliseconds{50});
    as<Fsm::Connect>(fsm.resume(Fsm::Rested{false}));
    as<Fsm::Begin>(fsm.resume(Fsm::Connected{22}));
    EXPECT_EQ(fsm.head(), 20);
    EXPECT_EQ(as<Fsm::ReadAfter>(fsm.resume(Fsm::Announced{})).seq, 20);
    as<Fsm::Announce>(fsm.resume(Fsm::Read{2, 21, 22}));
    EXPECT_EQ(fsm.head(), 22);
}

TEST(SequencerFsm, GivesConsolesUpOnceWhenTheDatabaseStaysAway) {
    auto fsm = resting_at(20);
    int given_up = 0;
    auto action = fsm.resume(Fsm::Rested{true});
    for (int attempt = 0; attempt < 20; ++attempt) {
        action = fsm.resume(Fsm::Lost{});
        if (std::holds_alternative<Fsm::GiveUpConsoles>(action)) {
            ++given_up;
            EXPECT_EQ(attempt, 4);
            action = fsm.resume(Fsm::Announced{});
        }
        EXPECT_LE(as<Fsm::Pause>(action).length, Milliseconds{1000});
        as<Fsm::Connect>(fsm.resume(Fsm::Rested{false}));
    }
    EXPECT_EQ(given_up, 1);
    EXPECT_EQ(as<Fsm::Begin>(fsm.resume(Fsm::Connected{20})).head, 20);
}

TEST(SequencerFsm, RewindsWhenTheDatabaseWasSetBack) {
    auto fsm = resting_at(20);
    fsm.resume(Fsm::Rested{true});
    fsm.resume(Fsm::Lost{});
    fsm.resume(Fsm::Rested{false});
    EXPECT_EQ(as<Fsm::Rewind>(fsm.resume(Fsm::Connected{12})).head, 12);
    EXPECT_EQ(as<Fsm::ReadAfter>(fsm.resume(Fsm::Announced{})).seq, 12);
}

TEST(SequencerFsm, RewindsRatherThanAnnounceOverAGap) {
    auto fsm = resting_at(20);
    fsm.resume(Fsm::Rested{false});
    fsm.resume(Fsm::Found{0});
    as<Fsm::Connect>(fsm.resume(Fsm::Read{2, 22, 23}));
    EXPECT_EQ(as<Fsm::Rewind>(fsm.resume(Fsm::Connected{23})).head, 23);
}

TEST(SequencerFsm, RefusesAnAnswerToSomethingItDidNotAsk) {
    auto fsm = resting_at(20);
    EXPECT_THROW(fsm.resume(Fsm::Numbered{}), std::logic_error);
}

}  // namespace
}  // namespace callout::notifications
