// Events as the WebSocket frames that go to the socket without Beast: the same bytes for every console, but for the
// header not even copied.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/container/static_vector.hpp>
#include <cstddef>
#include <span>
#include <utility>

#include "notifications/event.hpp"

namespace callout::ws {

// What stands before a server's text frame that is neither masked nor fragmented (RFC 6455, 5.2).
class FrameHeader {
public:
    explicit FrameHeader(std::size_t payload) {
        put(0x81);
        if (payload < 126) {
            put(payload);
        } else if (payload <= 0xFFFF) {
            put(126);
            put_number(payload, 2);
        } else {
            put(127);
            put_number(payload, 8);
        }
    }

    boost::asio::const_buffer buffer() const { return boost::asio::buffer(bytes_.data(), size_); }

private:
    void put(std::size_t byte) { bytes_[size_++] = static_cast<unsigned char>(byte); }

    void put_number(std::size_t number, std::size_t width) {
        while (width-- > 0) put(number >> (8 * width) & 0xFF);
    }

    std::array<unsigned char, 10> bytes_{};
    std::size_t size_ = 0;
};

// Events on their way to the socket in one piece, each as a frame.
class EventFrames {
public:
    static constexpr std::size_t capacity = 16;

    bool empty() const { return events_.empty(); }

    bool full() const { return events_.size() == capacity; }

    void clear() {
        events_.clear();
        headers_.clear();
        buffers_.clear();
    }

    void add(notifications::AnnouncementPtr event) {
        const auto& header = headers_.emplace_back(event->text->size());
        buffers_.push_back(header.buffer());
        buffers_.push_back(boost::asio::buffer(*event->text));
        events_.push_back(std::move(event));
    }

    std::span<const boost::asio::const_buffer> buffers() const { return buffers_; }

private:
    template <class Element, std::size_t count>
    using Few = boost::container::static_vector<Element, count>;

    Few<notifications::AnnouncementPtr, capacity> events_;
    Few<FrameHeader, capacity> headers_;
    Few<boost::asio::const_buffer, 2 * capacity> buffers_;
};

}  // namespace callout::ws
