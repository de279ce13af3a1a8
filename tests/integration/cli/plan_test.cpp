#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "dispatch/planning/random.hpp"
#include "tests/support/program.hpp"

namespace callout {
namespace {

using test::run_callout;
using test::TemporaryDirectory;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

// One technician at (0, 0) and one request 5 away, which takes 5: the best value is 15.
const std::string kTiny =
    "tiny\nINFO\nCREW COUNT SKILLS TOOLS SPARE PARTS\n1 1 0 0\nDEPOT TECHNICIANS AND REQUESTS\n"
    "ID X Y TWS TWE Serv SKILLS TOOLS SPARE PARTS\n0 0 0 0 100 0 [] [] []\n1 0 0 0 100 0 [0] [] []\n"
    "2 3 4 50 60 5 [0] [] []\n";

class PlanCommand : public ::testing::Test {
protected:
    TemporaryDirectory directory_;

    std::string write(const std::string& name, const std::string& text) const {
        const auto path = directory_.path() / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream{path} << text;
        return path.string();
    }

    std::string path(const std::string& name) const { return (directory_.path() / name).string(); }

    std::string read(const std::string& name) const {
        std::ifstream file(path(name));
        return {std::istreambuf_iterator<char>(file), {}};
    }
};

TEST_F(PlanCommand, ComparesAFolderWithTheBestKnownAndWritesTheSolutions) {
    write("in/tiny.txt", kTiny);
    write("in/best_known.json", R"({"tiny":12})");
    const auto bench =
        run_callout({"plan", "bench", "--iterations", "100", "--instances", path("in"), "--out", path("out")});
    EXPECT_EQ(bench.code, 0);
    EXPECT_THAT(bench.output,
                HasSubstr(R"("feasible":1,"sum":15.0000,"best_known_sum":12.0000,"mean_gap_pct":25.0000,)"));
    EXPECT_THAT(read("out/tiny.json"), HasSubstr(R"("routes":[{"technician":1,"stops":[2]}])"));
}

TEST_F(PlanCommand, GoesOnAfterAFileThatCannotBeReadAndEndsWith2) {
    write("in/a.txt", kTiny + "2 3 4 50 60 5 [0] [] []\n");
    write("in/b.txt", kTiny);
    const auto bench = run_callout({"plan", "bench", "--iterations", "100", "--instances", path("in")});
    EXPECT_EQ(bench.code, 2);
    EXPECT_THAT(bench.errors, HasSubstr("a.txt:10:1: id 2 stands on an earlier row too [duplicate_id]"));
    EXPECT_THAT(bench.output, HasSubstr(R"({"bench":"plan","instances":1,"feasible":1,)"));
}

TEST_F(PlanCommand, CountsNoSolutionThatLeavesRequestsOutAsARecord) {
    write("in/tiny.txt", kTiny + "3 3 4 0 4 5 [0] [] []\n");
    write("in/best_known.json", R"({"tiny":60})");
    const auto bench = run_callout({"plan", "bench", "--iterations", "100", "--instances", path("in")});
    EXPECT_EQ(bench.code, 1);
    EXPECT_THAT(bench.output, AllOf(HasSubstr("NO: request 3: "), HasSubstr(R"("mean_gap_pct":null)")));
}

TEST_F(PlanCommand, WritesTheSeedThatFindsTheSolutionAgain) {
    std::string rows;
    planning::Random random(1);
    for (int id = 2; id < 42; ++id) {
        rows += std::to_string(id) + ' ' + std::to_string(random.below(100)) + ' ' + std::to_string(random.below(100)) +
                " 0 9000 5 [] [] []\n";
    }
    const auto file = write("in/tiny.txt", kTiny.substr(0, kTiny.find("0 0 0 0 100")) +
                                               "0 0 0 0 9000 0 [] [] []\n1 0 0 0 9000 0 [] [] []\n" + rows);
    for (const auto* seed : {"1", "2", "3"}) {
        run_callout({"plan", "bench", "--iterations", "50", "--threads", "4", "--seed", seed, "--instances", path("in"),
                     "--out", path("out")});
        const auto written = boost::json::parse(read("out/tiny.json")).as_object();
        const auto winner = std::to_string(written.at("seed").as_int64());
        const auto again = run_callout({"plan", "solve", "--iterations", "50", "--seed", winner, file});
        EXPECT_EQ(boost::json::parse(again.output).at("value"), written.at("value")) << "seed " << winner;
    }
}

TEST_F(PlanCommand, WritesNowhereButIntoItsFolder) {
    write("in/tiny.txt", "../evil" + kTiny.substr(4));
    EXPECT_EQ(run_callout({"plan", "bench", "--iterations", "9", "--instances", path("in"), "--out", path("out")}).code,
              0);
    EXPECT_TRUE(std::filesystem::exists(path("out/tiny.json")));
    EXPECT_FALSE(std::filesystem::exists(path("evil.json")));
}

TEST_F(PlanCommand, RefusesAnOutThatIsAFile) {
    write("in/tiny.txt", kTiny);
    const auto bench =
        run_callout({"plan", "bench", "--iterations", "9", "--instances", path("in"), "--out", write("out", "")});
    EXPECT_EQ(bench.code, 2);
    EXPECT_THAT(bench.errors, HasSubstr("cannot make the folder"));
}

TEST_F(PlanCommand, RefusesABudgetThatIsNoNumberAboveZero) {
    const auto file = write("tiny.txt", kTiny);
    for (const auto* amount : {"nan", "inf", "0", "-1", "soon"}) {
        for (const auto* clock : {"--seconds", "--cpu-seconds", "--iterations"}) {
            const auto solve = run_callout({"plan", "solve", clock, amount, file});
            EXPECT_EQ(solve.code, 2) << clock << ' ' << amount;
            EXPECT_THAT(solve.errors, HasSubstr("is not a number above 0"));
        }
    }
    EXPECT_EQ(run_callout({"plan", "replay", "--iterations", "-1", "--instances", path("in")}).code, 2);
}

TEST_F(PlanCommand, ReplaysADayAndSaysWhyItRefused) {
    write("static/tiny.txt", kTiny + "3 3 4 0 4 5 [0] [] []\n");
    write("dynamic/tiny_rd_50.txt", "ID RD\n2 -1\n3 2\n");
    write("best_known.json", R"({"tiny":12})");
    const auto live = run_callout({"plan", "replay", "--instances", path("dynamic"), "--out", path("out")});
    EXPECT_EQ(live.code, 0);
    EXPECT_THAT(live.output, HasSubstr(R"("by_share":{"50":{"gap_pct":25.000,"refused":1.000}})"));
    EXPECT_THAT(read("out/tiny_rd_50.json"),
                HasSubstr(R"({"id":3,"at":2.000000000,"reason":"nobody_arrives_in_the_window"})"));
}

TEST_F(PlanCommand, VerifiesAReplayedDayAgainstItsReleases) {
    const auto file = write("static/tiny.txt", kTiny);
    const auto releases = write("dynamic/tiny_rd_50.txt", "ID RD\n2 40\n");
    run_callout({"plan", "replay", "--instances", path("dynamic"), "--out", path("out")});
    const auto right = run_callout({"plan", "verify", file, path("out/tiny_rd_50.json"), "--releases", releases});
    EXPECT_EQ(right.output, "{\"feasible\":true,\"value\":15.000000,\"refused\":0}\n");
    EXPECT_EQ(right.code, 0);
    const auto later = write("later.txt", "ID RD\n2 56\n");
    const auto wrong = run_callout({"plan", "verify", file, path("out/tiny_rd_50.json"), "--releases", later});
    EXPECT_THAT(wrong.output, HasSubstr("request 2: decided before it was known"));
    EXPECT_EQ(wrong.code, 1);
}

TEST_F(PlanCommand, ReplaysTheOtherDaysOfAFolderWithABadOne) {
    write("static/tiny.txt", kTiny);
    write("dynamic/tiny_rd_10.txt", "ID RD\n2 -1\n9 2\n");
    write("dynamic/tiny_rd_50.txt", "ID RD\n2 -1\n");
    const auto live = run_callout({"plan", "replay", "--instances", path("dynamic")});
    EXPECT_EQ(live.code, 2);
    EXPECT_THAT(live.errors, HasSubstr("tiny_rd_10.txt:3:1: the instance has no request 9 [unknown_request]"));
    EXPECT_THAT(live.output, EndsWith("{\"bench\":\"plan-live\",\"by_share\":{\"50\":{\"gap_pct\":null,\"refused\":"
                                      "0.000}}}\n"));
}

TEST_F(PlanCommand, DoesNotCompareWithABestKnownThatIsNoValue) {
    write("in/tiny.txt", kTiny);
    write("in/best_known.json", R"({"tiny":0})");
    const auto bench = run_callout({"plan", "bench", "--iterations", "9", "--instances", path("in")});
    EXPECT_EQ(bench.code, 2);
    EXPECT_THAT(bench.errors, HasSubstr("tiny should be a number above 0"));
}

TEST_F(PlanCommand, VerifiesWhatASolutionSaysOfItself) {
    const auto file = write("tiny.txt", kTiny);
    const auto verify = [&](const std::string& text) {
        return run_callout({"plan", "verify", file, write("solution.json", text)});
    };
    const std::string routes = R"("routes":[{"technician":1,"stops":[2]}])";
    EXPECT_EQ(verify("{" + routes + "}").code, 0);
    EXPECT_EQ(verify(R"({"instance":"tiny","value":15,)" + routes + "}").code, 0);
    EXPECT_EQ(verify(R"({"instance":"other","value":15,)" + routes + "}").code, 1);
    EXPECT_EQ(verify(R"({"instance":"tiny","value":14,)" + routes + "}").code, 1);
    const auto wrong = verify(R"({"routes":[{"technician":"one","stops":[2]}]})");
    EXPECT_EQ(wrong.code, 2);
    EXPECT_THAT(wrong.errors, AllOf(HasSubstr("not a solution"), Not(HasSubstr("/usr/"))));
}

}  // namespace
}  // namespace callout
