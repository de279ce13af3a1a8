#include "server/http/connections.hpp"

#include <utility>
#include <vector>

namespace callout::http {

Connections::Place::Place(Connections& connections, std::optional<boost::asio::ip::address> address)
    : connections_(&connections), address_(std::move(address)) {}

// A place moves only before it holds: the registry knows it by its address in memory.
Connections::Place::Place(Place&& other) noexcept
    : connections_(std::exchange(other.connections_, nullptr)), address_(std::move(other.address_)) {}

Connections::Place::~Place() {
    if (connections_) connections_->release(held_ ? this : nullptr, address_);
}

void Connections::Place::hold(std::weak_ptr<Connection> connection) {
    held_ = true;
    connections_->hold(*this, std::move(connection));
}

Connections::Connections(std::size_t limit, std::size_t limit_per_address)
    : limit_(limit), limit_per_address_(limit_per_address) {}

std::optional<Connections::Place> Connections::admit(const std::optional<boost::asio::ip::address>& address) {
    const std::lock_guard lock{mutex_};
    if (count_ >= limit_) return std::nullopt;
    if (address) {
        auto& of_address = by_address_[*address];
        if (of_address >= limit_per_address_) return std::nullopt;
        ++of_address;
    }
    ++count_;
    return std::optional<Place>{std::in_place, *this, address};
}

std::size_t Connections::count() const {
    const std::lock_guard lock{mutex_};
    return count_;
}

void Connections::hold(Place& place, std::weak_ptr<Connection> connection) {
    const auto told = connection.lock();
    std::unique_lock lock{mutex_};
    held_[&place] = std::move(connection);
    const bool finishing = finishing_;
    const bool aborting = aborting_;
    lock.unlock();
    if (finishing && told) told->finish();
    if (aborting && told) told->abort();
}

void Connections::release(const Place* place, const std::optional<boost::asio::ip::address>& address) {
    const std::lock_guard lock{mutex_};
    if (place) held_.erase(place);
    if (address)
        if (const auto found = by_address_.find(*address); found != by_address_.end() && --found->second == 0)
            by_address_.erase(found);
    if (--count_ == 0) none_.notify_all();
}

template <class Tell>
void Connections::tell_all(bool& told, Tell tell) {
    std::vector<std::shared_ptr<Connection>> connections;
    {
        const std::lock_guard lock{mutex_};
        told = true;
        connections.reserve(held_.size());
        for (const auto& [place, connection] : held_)
            if (auto alive = connection.lock()) connections.push_back(std::move(alive));
    }
    // Without the lock: the last reference may go here, and its end takes the lock.
    for (const auto& connection : connections) tell(*connection);
}

void Connections::finish_all() {
    tell_all(finishing_, [](Connection& connection) { connection.finish(); });
}

void Connections::abort_all() {
    tell_all(aborting_, [](Connection& connection) { connection.abort(); });
}

bool Connections::wait_until_none(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock{mutex_};
    return none_.wait_until(lock, until, [&] { return count_ == 0; });
}

}  // namespace callout::http
