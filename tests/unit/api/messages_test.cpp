#include "server/api/messages.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include "dispatch/enum_names.hpp"
#include "dispatch/tickets/life_cycle.hpp"

namespace callout::api {
namespace {

bool has_words(const std::string& code) {
    return message(code, "zh") != code && message(code, "en") != code;
}

TEST(Messages, SayEveryRefusalOfTheLifeCycleInWords) {
    for (const auto code : all_values<dispatch::RefusalCode>)
        EXPECT_TRUE(has_words(std::string{to_string(code)})) << to_string(code);
}

// The contract names codes after their status; one without words is one that the program does not answer.
TEST(Messages, KnowEveryCodeThatTheContractNames) {
    std::ifstream file{SOURCE_DIR "/api/openapi.yaml"};
    const std::string document{std::istreambuf_iterator<char>{file}, {}};
    static const std::regex named{R"rx(\b[45]\d\d\s+\(?`([a-z_]+)`)rx"};
    std::size_t seen = 0;
    for (std::sregex_iterator match{document.begin(), document.end(), named}, end; match != end; ++match, ++seen)
        EXPECT_TRUE(has_words((*match)[1])) << (*match)[1];
    EXPECT_GT(seen, 10U) << "the document was not read";
}

}  // namespace
}  // namespace callout::api
