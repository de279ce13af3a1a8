// callout demo --live against a served demo, as a newcomer runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "server/storage/connection.hpp"
#include "server/storage/private_mariadb.hpp"
#include "tests/support/comes_true.hpp"
#include "tests/support/program.hpp"

namespace callout {
namespace {

using test::comes_true;
using test::run_callout;
using test::RunningCallout;
using test::RunningCommand;
using ::testing::HasSubstr;
using ::testing::Not;

bool stream_opened(const std::string& log) {
    return log.find("stream opened") != std::string::npos;
}

class LiveDemo : public testing::Test {
protected:
    LiveDemo() {
        const auto seeded =
            run_callout({"seed-demo", "--size", "tiny", "--data", data_.path().string(), "--credentials", sign_ins(),
                         "--set", "security.argon2_memory_kib=64", "--set", "security.argon2_passes=1"});
        if (seeded.code != 0) throw std::runtime_error{seeded.errors};
    }

    std::string sign_ins() const { return (data_.path() / "demo.txt").string(); }

    std::vector<std::string> play(int port, const std::string& speed) const {
        return {"demo",
                "--live",
                "--data",
                data_.path().string(),
                "--listen",
                std::to_string(port),
                "--speed",
                speed,
                "--tickets-per-minute",
                "600"};
    }

    test::TemporaryDirectory data_;
};

TEST_F(LiveDemo, PlaysTicketsThroughTheirWholeLifeUntilCtrlC) {
    RunningCallout callout{data_.path()};
    const auto endpoint = storage::find_running_database(data_.path());
    ASSERT_TRUE(endpoint);
    storage::Connection db{*endpoint};
    const auto newest = db.query("SELECT MAX(id) FROM ticket").front().get<std::int64_t>(0);
    RunningCommand demo{play(callout.port(), "10000")};
    // Tickets that it opened itself went all the way and were called back about.
    EXPECT_TRUE(comes_true([&] {
        db.rollback();
        return demo.ended() ||
               db.query("SELECT COUNT(*) FROM ticket WHERE id > ? AND state = 'closed'", newest).front().get<int>(0) >=
                   3;
    })) << demo.output()
        << callout.output();
    EXPECT_FALSE(demo.ended()) << demo.output();
    EXPECT_EQ(demo.stop(SIGINT), 0) << demo.output();
    EXPECT_EQ(callout.stop(), 0);
}

TEST_F(LiveDemo, StopsWhenTheStreamIsSilentAndWhenTheServerIsGone) {
    RunningCallout callout{data_.path()};
    RunningCommand silent{play(callout.port(), "1")};
    ASSERT_TRUE(comes_true([&] { return stream_opened(callout.output()); })) << silent.output();
    EXPECT_EQ(silent.stop(SIGINT), 0) << silent.output();

    EXPECT_EQ(callout.stop(), 0);
    RunningCallout again{data_.path()};
    RunningCommand left_alone{play(again.port(), "10000")};
    ASSERT_TRUE(comes_true([&] { return stream_opened(again.output()); })) << left_alone.output();
    again.kill();
    EXPECT_FALSE(left_alone.ended()) << "it waits for the server";
    EXPECT_EQ(left_alone.stop(SIGINT), 0) << left_alone.output();
}

TEST_F(LiveDemo, SaysWhatIsMissing) {
    const auto nobody_serves = run_callout(play(1, "1"));
    EXPECT_EQ(nobody_serves.code, 1);
    EXPECT_THAT(nobody_serves.errors, HasSubstr("http://127.0.0.1:1"));
    EXPECT_THAT(nobody_serves.errors, Not(HasSubstr(".hpp")));
    std::filesystem::remove(sign_ins());
    const auto no_sign_ins = run_callout(play(1, "1"));
    EXPECT_EQ(no_sign_ins.code, 1);
    EXPECT_THAT(no_sign_ins.errors, HasSubstr("callout seed-demo"));
}

}  // namespace
}  // namespace callout
