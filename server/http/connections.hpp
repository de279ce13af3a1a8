// Who is connected: counted against the limits before anything is read, and found again when the server stops.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace callout::http {

// A connection as the registry knows it. Both may be called on any thread.
class Connection {
public:
    virtual ~Connection() = default;

    // Close as soon as the request that is being read or handled is answered; at once when there is none.
    virtual void finish() = 0;
    // Close now.
    virtual void abort() = 0;
};

class Connections {
public:
    Connections(std::size_t limit, std::size_t limit_per_address);

    // A place among the connections, given back when it is destroyed.
    class Place {
    public:
        Place(Connections& connections, std::optional<boost::asio::ip::address> address);
        ~Place();
        Place(Place&& other) noexcept;
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        Place& operator=(Place&&) = delete;

        // Makes the connection known for finish_all and abort_all; when those came already, it is told at once.
        void hold(std::weak_ptr<Connection> connection);

    private:
        Connections* connections_;
        std::optional<boost::asio::ip::address> address_;
        bool held_ = false;
    };

    // Nothing when the limit is reached, or the address's; no address means it is not counted by address.
    std::optional<Place> admit(const std::optional<boost::asio::ip::address>& address);

    std::size_t count() const;

    void finish_all();
    void abort_all();
    // Whether all connections ended before the time.
    bool wait_until_none(std::chrono::steady_clock::time_point until);

private:
    void hold(Place& place, std::weak_ptr<Connection> connection);
    void release(const Place* place, const std::optional<boost::asio::ip::address>& address);
    template <class Tell>
    void tell_all(bool& told, Tell tell);

    const std::size_t limit_;
    const std::size_t limit_per_address_;
    mutable std::mutex mutex_;
    std::condition_variable none_;
    std::size_t count_ = 0;
    std::map<boost::asio::ip::address, std::size_t> by_address_;
    std::unordered_map<const Place*, std::weak_ptr<Connection>> held_;
    bool finishing_ = false;
    bool aborting_ = false;
};

}  // namespace callout::http
