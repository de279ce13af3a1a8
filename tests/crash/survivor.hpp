// A caller and a console that live through crashes: they try again until they know what became of what they asked.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace callout::test {

struct HttpAnswer {
    int status = 0;
    std::string body;
    std::string cookie;  // of Set-Cookie, up to the ';'
};

// One request on a connection of its own. Throws std::exception when the connection cannot be made or breaks.
HttpAnswer request(int port, const std::string& method, const std::string& target, const std::string& body,
                   const std::vector<std::pair<std::string, std::string>>& headers);

// Opens tickets as fast as one person can, each under one key that is kept until it was answered.
class Opener {
public:
    // The port may change while it works.
    Opener(const std::atomic<int>& port, std::string token, std::int64_t customer_id, int number);

    ~Opener() { stop(); }

    // Ends after the ticket that is under way; the server must be there.
    void stop();
    // Ids of all tickets whose 201 was read.
    std::vector<std::int64_t> acknowledged() const;

private:
    void work();
    void open_ticket(const std::string& key, const std::string& body);

    const std::atomic<int>& port_;
    const std::string token_;
    const std::int64_t customer_id_;
    const int number_;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;
    std::vector<std::int64_t> acknowledged_;
    std::jthread thread_;
};

// A console that reconnects with the last number it has and writes down what it is told.
class Console {
public:
    Console(const std::atomic<int>& port, std::string cookie);

    ~Console() { stop(); }

    void stop();

    std::int64_t last_seq() const { return last_seq_; }

    // Numbers that came twice, out of order, or were left out, in words; empty when all is well.
    std::vector<std::string> complaints() const;
    std::set<std::int64_t> opened_tickets() const;

    int connections() const { return connections_; }

private:
    void work();
    void listen();
    void take(const std::string& frame);

    const std::atomic<int>& port_;
    const std::string cookie_;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::int64_t> last_seq_ = 0;
    std::atomic<int> connections_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> complaints_;
    std::set<std::int64_t> opened_tickets_;
    std::jthread thread_;
};

}  // namespace callout::test
