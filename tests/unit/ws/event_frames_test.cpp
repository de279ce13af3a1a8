#include "server/ws/event_frames.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace callout::ws {
namespace {

std::string header_of(std::size_t payload) {
    const FrameHeader header{payload};
    return {static_cast<const char*>(header.buffer().data()), header.buffer().size()};
}

notifications::AnnouncementPtr event(std::string text) {
    notifications::Announcement announcement;
    announcement.text = std::make_shared<const std::string>(std::move(text));
    return std::make_shared<const notifications::Announcement>(std::move(announcement));
}

TEST(FrameHeader, HoldsTheLengthInTheShortestOfTheThreeForms) {
    using namespace std::string_literals;
    EXPECT_EQ(header_of(0), "\x81\x00"s);
    EXPECT_EQ(header_of(125), "\x81\x7D"s);
    EXPECT_EQ(header_of(126), "\x81\x7E\x00\x7E"s);
    EXPECT_EQ(header_of(65'535), "\x81\x7E\xFF\xFF"s);
    EXPECT_EQ(header_of(65'536), "\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00"s);
}

TEST(EventFrames, PutsEachEventBehindItsHeader) {
    EventFrames frames;
    EXPECT_TRUE(frames.empty());
    frames.add(event("one"));
    frames.add(event("three"));
    std::string bytes(boost::asio::buffer_size(frames.buffers()), '\0');
    boost::asio::buffer_copy(boost::asio::buffer(bytes), frames.buffers());
    EXPECT_EQ(bytes, "\x81\x03one\x81\x05three");
}

TEST(EventFrames, IsFullAtItsCapacityAndEmptyWhenCleared) {
    EventFrames frames;
    for (std::size_t i = 0; i < EventFrames::capacity; ++i) {
        EXPECT_FALSE(frames.full());
        frames.add(event("text"));
    }
    EXPECT_TRUE(frames.full());
    frames.clear();
    EXPECT_TRUE(frames.empty());
    EXPECT_TRUE(frames.buffers().empty());
}

}  // namespace
}  // namespace callout::ws
