#include <gtest/gtest.h>

#include "dispatch/planning/trsp/parse.hpp"

namespace callout::planning::trsp {
namespace {

const std::string kHead =
    "tiny\n\nINFO\nCREW COUNT  SKILLS  TOOLS   SPARE PARTS\n1 2 2 2\n\nDEPOT TECHNICIANS AND REQUESTS\n"
    "ID   X     Y     TWS    TWE    Serv   SKILLS   TOOLS    SPARE PARTS\n";
const std::string kDepotRow = "0    40    50    0      1000   0      [] \t[] \t[]\n";
const std::string kTechnicianRow = "1    9     6     0      1000   0      [0,1] \t[1] \t[3,0]\n";
const std::string kRequestRow = "2    45    68    912    967    90     [1] \t[] \t[1,0]\n";

ParseError only_error(const std::string& text) {
    const auto instance = parse_instance(text);
    EXPECT_FALSE(instance.has_value());
    if (instance.has_value()) return {};
    EXPECT_EQ(instance.error().size(), 1u);
    return instance.error().front();
}

TEST(InstanceFile, is_read_field_by_field) {
    const auto instance = parse_instance(kHead + kDepotRow + kTechnicianRow + kRequestRow);
    ASSERT_TRUE(instance.has_value());
    EXPECT_EQ(instance->name, "tiny");
    ASSERT_EQ(instance->technicians.size(), 1u);
    EXPECT_EQ(instance->technicians[0].skills, 3u);
    EXPECT_EQ(instance->technicians[0].tools, 2u);
    EXPECT_EQ(instance->technicians[0].stock, (std::vector<int>{3, 0}));
    ASSERT_EQ(instance->requests.size(), 1u);
    EXPECT_EQ(instance->requests[0].id, 2);
    EXPECT_EQ(instance->requests[0].window.start, 912);
    EXPECT_EQ(instance->requests[0].service, 90);
}

TEST(InstanceFile, with_a_word_for_a_number_is_answered_with_line_and_column) {
    const auto error = only_error(kHead + kDepotRow + kTechnicianRow + "2    45    here  912 967 90 [1] [] [1,0]\n");
    EXPECT_EQ(error.fault, ParseFault::number_expected);
    EXPECT_EQ(error.line, 11);
    EXPECT_EQ(error.column, 12);
}

TEST(InstanceFile, without_coordinates_says_of_which_request) {
    const auto error = only_error(kHead + kDepotRow + kTechnicianRow + "2    912  967 90 [1] [] [1,0]\n");
    EXPECT_EQ(error.message, "the end of the window or a number before it is missing (request 2)");
}

TEST(InstanceFile, may_begin_with_a_byte_order_mark) {
    const auto instance = parse_instance("\xEF\xBB\xBF" + kHead + kDepotRow + kTechnicianRow);
    ASSERT_TRUE(instance.has_value());
    EXPECT_EQ(instance->name, "tiny");
}

TEST(InstanceFile, whose_name_is_not_utf8_is_told_where) {
    const auto error = only_error("ti\xFFny" + kHead + kDepotRow + kTechnicianRow);
    EXPECT_EQ(error.fault, ParseFault::not_utf8);
    EXPECT_EQ(error.line, 1);
    EXPECT_EQ(error.column, 3);
}

TEST(InstanceFile, with_a_skill_where_none_are_declared_is_told_so) {
    auto text = kHead + kDepotRow + kTechnicianRow;
    text.replace(text.find("1 2 2 2"), 7, "1 0 2 2");
    EXPECT_EQ(only_error(text).message, "the skills should be [], as none are declared (technician 1)");
}

TEST(InstanceFile, with_a_duplicate_id_is_refused) {
    const auto error = only_error(kHead + kDepotRow + kTechnicianRow + kRequestRow + kRequestRow);
    EXPECT_EQ(error.fault, ParseFault::duplicate_id);
    EXPECT_EQ(error.line, 12);
}

TEST(InstanceFile, without_a_technician_is_refused) {
    auto text = kHead;
    text.replace(text.find("1 2 2 2"), 1, "0");
    EXPECT_EQ(only_error(text + kDepotRow).fault, ParseFault::no_technician);
}

TEST(InstanceFile, that_ends_too_early_is_refused) {
    EXPECT_EQ(only_error("").fault, ParseFault::unexpected_end);
    EXPECT_EQ(only_error(kHead).fault, ParseFault::unexpected_end);
    EXPECT_EQ(only_error(kHead + kDepotRow).fault, ParseFault::unexpected_end);
}

TEST(InstanceFile, with_a_reversed_window_an_open_list_or_too_few_parts_is_refused) {
    const auto with = [](const std::string& row) { return kHead + kDepotRow + kTechnicianRow + row; };
    EXPECT_EQ(only_error(with("2 45 68 967 912 90 [1] [] [1,0]\n")).fault, ParseFault::window_reversed);
    EXPECT_EQ(only_error(with("2 45 68 912 967 90 [1 [] [1,0]\n")).fault, ParseFault::list_expected);
    EXPECT_EQ(only_error(with("2 45 68 912 967 90 [1] [] [1]\n")).fault, ParseFault::wrong_list_length);
    EXPECT_EQ(only_error(with("2 45 68 912 967 90 [7] [] [1,0]\n")).fault, ParseFault::number_out_of_range);
    EXPECT_EQ(only_error(with("2 45 68 912 967 90 [1] [] [1,0] 5\n")).fault, ParseFault::trailing_text);
}

TEST(InstanceFile, with_many_faulty_rows_reports_each_row_once) {
    const auto instance = parse_instance(kHead + kDepotRow + kTechnicianRow + "2 x y\n3 x y\n");
    ASSERT_FALSE(instance.has_value());
    EXPECT_EQ(instance.error().size(), 2u);
}

TEST(ReleaseFile, leaves_out_what_is_known_from_the_start) {
    const auto instance = parse_instance(kHead + kDepotRow + kTechnicianRow + kRequestRow);
    ASSERT_TRUE(instance.has_value());
    const auto releases = parse_releases("ID RD\n", *instance);
    ASSERT_TRUE(releases.has_value());
    ASSERT_EQ(releases->size(), 1u);
    EXPECT_EQ(releases->front().id, 2);
    EXPECT_EQ(releases->front().at, kKnownFromStart);
}

TEST(ReleaseFile, names_only_requests_of_its_instance) {
    const auto instance = parse_instance(kHead + kDepotRow + kTechnicianRow + kRequestRow);
    ASSERT_TRUE(instance.has_value());
    const auto releases = parse_releases("# x\nDyn Stat\n1 0\nID RD\n2 17.5\n", *instance);
    ASSERT_TRUE(releases.has_value());
    EXPECT_EQ(releases->front().at, 17.5);
    const auto wrong = parse_releases("ID RD\n1 3\n", *instance);
    ASSERT_FALSE(wrong.has_value());
    EXPECT_EQ(wrong.error().front().fault, ParseFault::unknown_request);
    EXPECT_EQ(wrong.error().front().line, 2);
}

}  // namespace
}  // namespace callout::planning::trsp
