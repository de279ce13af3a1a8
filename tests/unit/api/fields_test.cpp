#include "server/api/fields.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

namespace callout::api {
namespace {

namespace json = boost::json;

enum class Colour : std::uint8_t { red, green };

constexpr auto enum_names(Colour) {
    return std::to_array<std::string_view>({"red", "green"});
}

// "pointer code" of every mistake, in the order they were found.
std::vector<std::string> mistakes(Fields& fields) {
    std::vector<std::string> found;
    if (const auto problem = fields.problem())
        for (const auto& error : problem->errors) found.push_back(error.pointer + " " + error.code);
    return found;
}

using Strings = std::vector<std::string>;

TEST(Fields, ReadEveryKindOfField) {
    const auto body = json::parse(R"({"name": " 王芳 ", "count": 3, "share": 0.5, "wanted": true, "colour": "green",
                                      "at": "2026-11-23T08:00:00Z", "day": "2026-02-28", "tags": ["a", "b"]})");
    Fields fields{body};
    EXPECT_EQ(fields.text("name"), "王芳");
    EXPECT_EQ(fields.integer("count", 0, 10), 3);
    EXPECT_EQ(fields.number("share", 0, 1), 0.5);
    EXPECT_TRUE(fields.flag("wanted"));
    EXPECT_EQ(fields.choice<Colour>("colour"), Colour::green);
    EXPECT_EQ(fields.instant("at"), Instant{std::chrono::seconds{1795420800}});
    EXPECT_EQ(fields.optional_date("day"), "2026-02-28");
    EXPECT_EQ(fields.texts("tags", 5), (Strings{"a", "b"}));
    EXPECT_EQ(mistakes(fields), Strings{});
}

TEST(Fields, TellEveryMistakeAtOnce) {
    const auto body =
        json::parse(R"({"count": 11, "share": "half", "colour": "blue", "at": "yesterday", "day": "2026-02-30"})");
    Fields fields{body};
    fields.text("name");
    fields.integer("count", 0, 10);
    fields.number("share", 0, 1);
    fields.choice<Colour>("colour");
    fields.instant("at");
    fields.optional_date("day");
    EXPECT_EQ(mistakes(fields), (Strings{"/name required", "/count out_of_range", "/share not_a_number",
                                         "/colour unknown_value", "/at not_a_time", "/day not_a_date"}));
}

TEST(Fields, RefuseAFieldNobodyAskedFor) {
    const auto body = json::parse(R"({"name": "x", "nmae": "y", "place": {"lat": 1}})");
    Fields fields{body};
    fields.text("name");
    fields.object("place").optional_number("latitude", -90, 90);
    EXPECT_EQ(mistakes(fields), (Strings{"/nmae unknown_field", "/place/lat unknown_field"}));
}

TEST(Fields, CountCodePointsNotBytes) {
    const auto body = json::parse(R"({"name": "𠮷野家😀", "long": "一二三四五"})");
    Fields fields{body};
    EXPECT_EQ(fields.text("name", {.max = 4}), "𠮷野家😀");
    fields.text("long", {.max = 4});
    EXPECT_EQ(mistakes(fields), Strings{"/long too_long"});
}

TEST(Fields, RefuseControlCharactersButKeepLineFeeds) {
    const auto body = json::parse("{\"a\": \"one\\ntwo\", \"b\": \"nul\\u0000here\"}");
    Fields fields{body};
    EXPECT_EQ(fields.text("a"), "one\ntwo");
    fields.text("b");
    EXPECT_EQ(mistakes(fields), Strings{"/b control_character"});
}

TEST(Fields, TreatNullAsMissingButKnowThatItIsThere) {
    const auto body = json::parse(R"({"fault_id": null})");
    Fields fields{body};
    EXPECT_FALSE(fields.optional_id("fault_id").has_value());
    EXPECT_TRUE(fields.has("fault_id"));
    EXPECT_FALSE(fields.has("asset_id"));
    EXPECT_EQ(mistakes(fields), Strings{});
}

TEST(Fields, PointIntoArraysAndEscapeNames) {
    const auto body = json::parse(R"({"phones": [{"number": "1"}, {"label": "x"}], "a/b~c": 1})");
    Fields fields{body};
    fields.each_object("phones", 5, [](Fields& phone) {
        phone.text("number");
        phone.optional_text("label");
    });
    EXPECT_EQ(mistakes(fields), (Strings{"/phones/1/number required", "/a~1b~0c unknown_field"}));
}

TEST(Fields, RefuseABodyThatIsNoObject) {
    const json::value body = json::array{1, 2};
    Fields fields{body};
    EXPECT_EQ(mistakes(fields), Strings{" not_an_object"});
}

TEST(Fields, BoundTheLengthOfArrays) {
    const auto body = json::parse(R"({"tags": ["a", "b", "c"], "ids": [1, -2]})");
    Fields fields{body};
    fields.texts("tags", 2);
    fields.ids("ids", 2);
    EXPECT_EQ(mistakes(fields), (Strings{"/tags too_many", "/ids/1 not_an_integer"}));
}

TEST(Fields, NameTheEntryOfAListOrAMapThatIsWrong) {
    const auto body = json::parse(R"({"tags": ["a", 5, "longer"], "answers": {"polite": "yes", "in/time": 1}})");
    Fields fields{body};
    fields.texts("tags", 5, {.max = 3});
    fields.named_texts("answers", 5);
    EXPECT_EQ(mistakes(fields), (Strings{"/tags/1 not_text", "/tags/2 too_long", "/answers/in~1time not_text"}));
}

}  // namespace
}  // namespace callout::api
