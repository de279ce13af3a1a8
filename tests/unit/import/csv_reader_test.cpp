#include "server/import/csv_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace callout::import {
namespace {

using testing::ElementsAre;

std::vector<CsvRow> read(std::string_view text, CsvLimits limits = {}, std::size_t chunk = 1'000'000) {
    std::vector<CsvRow> rows;
    CsvReader reader{[&](CsvRow row) { rows.push_back(std::move(row)); }, limits};
    for (std::size_t at = 0; at < text.size(); at += chunk) reader.feed(text.substr(at, chunk));
    reader.finish();
    return rows;
}

TEST(CsvReader, ReadsRowsWithEitherLineEnd) {
    const auto rows = read("a,b\r\n1,2\n3,4");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_THAT(rows[0].fields, ElementsAre("a", "b"));
    EXPECT_THAT(rows[1].fields, ElementsAre("1", "2"));
    EXPECT_THAT(rows[2].fields, ElementsAre("3", "4"));
    EXPECT_EQ(rows[2].number, 3U);
    EXPECT_EQ(rows[2].line, 3U);
    EXPECT_EQ(rows[0].raw, "a,b");
}

TEST(CsvReader, KeepsCommasQuotesAndLineEndsInsideQuotes) {
    const auto rows = read("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\r\nnext,,\n");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_THAT(rows[0].fields, ElementsAre("a,b", "say \"hi\"", "two\r\nlines"));
    EXPECT_THAT(rows[1].fields, ElementsAre("next", "", ""));
    EXPECT_EQ(rows[1].line, 3U);
    EXPECT_EQ(rows[1].number, 2U);
}

TEST(CsvReader, TakesAQuoteInsideAnUnquotedFieldAsACharacter) {
    EXPECT_THAT(read("5\" pipe,x\n")[0].fields, ElementsAre("5\" pipe", "x"));
}

TEST(CsvReader, CountsNoEmptyLines) {
    const auto rows = read("\n\r\na\n\n\nb\n\n");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[1].number, 2U);
    EXPECT_EQ(rows[1].line, 6U);
    EXPECT_TRUE(read("").empty());
}

TEST(CsvReader, KeepsAnEmptyQuotedField) {
    EXPECT_THAT(read("\"\"\n")[0].fields, ElementsAre(""));
}

TEST(CsvReader, RejectsALineOfAHundredThousandCharactersAndGoesOn) {
    const auto rows = read("1,2\n3," + std::string(100'000, 'x') + "\n5,6\n");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[1].fault, CsvFault::field_too_long);
    EXPECT_EQ(rows[1].fault_column, 2U);
    EXPECT_EQ(rows[1].number, 2U);
    EXPECT_EQ(rows[1].raw.size(), CsvLimits{}.max_row_bytes);
    EXPECT_THAT(rows[2].fields, ElementsAre("5", "6"));
}

TEST(CsvReader, RejectsARowOfManyShortFields) {
    std::string wide;
    for (int i = 0; i < 300; ++i) wide += "x,";
    const auto rows = read(wide + "\nok\n");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].fault, CsvFault::too_many_columns);
    const auto long_row =
        read(std::string(40, 'x') + "," + std::string(40, 'y') + "\n", {.max_field_bytes = 50, .max_row_bytes = 60});
    EXPECT_EQ(long_row[0].fault, CsvFault::row_too_long);
}

TEST(CsvReader, SaysWhereTextFollowsAQuote) {
    const auto rows = read("a,\"b\"c,d\nnext\n");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].fault, CsvFault::text_after_quote);
    EXPECT_EQ(rows[0].fault_column, 2U);
    EXPECT_EQ(rows[0].raw, "a,\"b\"c,d");
    EXPECT_FALSE(rows[1].fault);
}

TEST(CsvReader, DoesNotLetAnUnclosedQuoteSwallowTheFile) {
    std::string text = "a,\"open\n";
    for (int i = 0; i < 20'000; ++i) text += "1,2\n";
    const auto rows = read(text);
    EXPECT_EQ(rows[0].fault, CsvFault::field_too_long);
    EXPECT_GT(rows.size(), 10'000U);
    EXPECT_THAT(rows.back().fields, ElementsAre("1", "2"));
    EXPECT_EQ(read("a,\"open")[0].fault, CsvFault::unclosed_quote);
}

TEST(CsvReader, AnswersTheSameHoweverTheBytesAreCut) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    constexpr std::string_view alphabet = "ab,\"\r\n";
    for (int round = 0; round < 500; ++round) {
        std::string text;
        for (int i = 0; i < 60; ++i) text += alphabet[random() % alphabet.size()];
        const CsvLimits limits{.max_field_bytes = 12, .max_row_bytes = 20, .max_columns = 4};
        const auto whole = read(text, limits);
        const auto cut = read(text, limits, 1 + random() % 7);
        ASSERT_EQ(whole.size(), cut.size()) << text;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            EXPECT_EQ(whole[i].fields, cut[i].fields) << text;
            EXPECT_EQ(whole[i].raw, cut[i].raw) << text;
            EXPECT_EQ(whole[i].fault, cut[i].fault) << text;
        }
    }
}

}  // namespace
}  // namespace callout::import
